//! `stepreel-server`: takes recordings in, processes them and shows what came of them, on one machine and from one folder.

mod args;

mod openid;
mod serve;
mod work;

mod accounts;
mod errand;
mod mcp;
mod upkeep;

mod data;
mod telemetry;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Arguments, Command};
use crate::telemetry::Telemetry;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let telemetry = Telemetry::start(&arguments.command);
    let ended = match &arguments.command {
        Command::Serve(arguments) => serve::run(arguments),
        Command::Worker(arguments) => work::run(arguments),
        Command::Tenant(command) => accounts::tenant(command),
        Command::User(command) => accounts::user(command),
        Command::Token(command) => accounts::token(command),
        Command::Webhook(command) => accounts::webhook(command),
        Command::Audit(arguments) => upkeep::audit(arguments),
        Command::Backup(arguments) => upkeep::backup(arguments),
        Command::Mcp(arguments) => mcp::run(arguments),
        Command::Errand(arguments) => errand::run(arguments),
    };
    let code = ended.unwrap_or_else(|error| {
        tracing::error!("{error:#}");
        ExitCode::FAILURE
    });
    telemetry.end();
    code
}
