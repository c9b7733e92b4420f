//! `stepreel config`: what would be used.

use std::io::Write;
use std::process::ExitCode;

use stepreel_pipeline::Config;

use crate::args;
use crate::exit::Failure;

pub(crate) fn run(command: &args::Config) -> Result<ExitCode, Failure> {
    let args::Config::Show { settings } = command;
    write!(std::io::stdout(), "{}", read(settings)?.to_toml())?;
    Ok(ExitCode::SUCCESS)
}

/// The configuration of that file or name, or the default.
pub(crate) fn read(settings: &args::Settings) -> Result<Config, Failure> {
    match (&settings.config, settings.preset) {
        (Some(path), _) => Config::read(path).map_err(Failure::usage),
        (None, Some(preset)) => Ok(preset.config()),
        (None, None) => Ok(Config::default()),
    }
}
