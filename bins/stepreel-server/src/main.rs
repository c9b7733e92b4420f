//! `stepreel-server`: processes what is uploaded, on one machine and from one folder.

mod args;
mod data;
mod errand;
mod work;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(std::env::var("STEPREEL_LOG").as_deref().unwrap_or("warn,stepreel=info"))
        .init();
    let ended = match &arguments.command {
        Command::Serve(arguments) | Command::Worker(arguments) => work::run(arguments),
        Command::Errand(arguments) => errand::run(arguments),
    };
    ended.unwrap_or_else(|error| {
        tracing::error!("{error:#}");
        ExitCode::FAILURE
    })
}
