//! `stepreel-eval`: what a configuration makes of labelled sessions, beside what is reached without looking.

mod args;

mod diff;
mod make;
mod run;

mod candidate;
mod costs;
mod prediction;
mod sessions;

mod outcome;
mod summary;
mod titles;
mod verdicts;

mod calibrate;
mod changes;
mod comparison;

mod check;
mod page;
mod tables;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use crate::args::{Arguments, Command};

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Make(arguments) => make::run(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Calibrate(arguments) => calibrate::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
    };
    done.unwrap_or_else(|error| {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "stepreel-eval: {error:#}");
        ExitCode::FAILURE
    })
}

type Done = Result<ExitCode>;
