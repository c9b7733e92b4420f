//! `stepreel config`: what would be used.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use stepreel_pipeline::Config;

use crate::args;
use crate::exit::Failure;

pub(crate) fn run(command: &args::Config) -> Result<ExitCode, Failure> {
    let args::Config::Show { config } = command;
    write!(std::io::stdout(), "{}", read(config.as_deref())?.to_toml())?;
    Ok(ExitCode::SUCCESS)
}

/// The configuration of that file, or the default.
pub(crate) fn read(path: Option<&Path>) -> Result<Config, Failure> {
    path.map_or_else(|| Ok(Config::default()), Config::read).map_err(Failure::usage)
}
