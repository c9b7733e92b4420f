//! `stepreel`: from the recording of a session to procedures.

mod args;
mod bars;
mod bring;
mod chosen;
mod completions;
mod config;
mod doctor;
mod document;
mod document_args;
mod exit;
mod from_store;
mod grouped;
mod groups;
mod inspect;
mod model_args;
mod models;
mod output;
mod place;
mod policy;
mod process;
mod report;
mod search;
mod table;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Arguments, Command};
use crate::exit::Failure;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_writer(|| bars::Between)
        .with_env_filter(std::env::var("STEPREEL_LOG").as_deref().unwrap_or("error,stepreel=warn"))
        .init();
    match run(arguments.command) {
        Ok(code) => code,
        Err(failure) => failure.say(),
    }
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Process(arguments) => process::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Report(arguments) => report::run(&arguments),
        Command::Document(arguments) => document::run(&arguments),
        Command::Groups(arguments) => groups::run(&arguments),
        Command::Search(arguments) => search::run(&arguments),
        Command::Glossary(arguments) => search::glossary(&arguments),
        Command::Policy(command) => policy::run(&command),
        Command::Models(command) => models::run(&command),
        Command::Config(command) => config::run(&command),
        Command::Doctor(arguments) => doctor::run(&arguments),
        Command::Completions { shell } => completions::completions(shell),
        Command::Man { folder } => completions::man(&folder),
    }
}
