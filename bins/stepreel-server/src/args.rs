//! What the user may say.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use stepreel_pipeline::{Config, ConfigError, Preset};
use stepreel_worker::Settings;

/// Turns uploaded recordings into procedures, on one machine and from one folder.
#[derive(Debug, Parser)]
#[command(name = "stepreel-server", version, max_term_width = 110)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve, and process what comes in
    Serve(Work),
    /// Only process what comes in, beside a server on the same machine
    Worker(Work),
    /// Process one session; a worker starts this
    #[command(hide = true)]
    Errand(Installation),
}

/// Where everything lies, and how sessions are processed.
#[derive(Args, Clone, Debug)]
pub(crate) struct Installation {
    /// Folder of everything: records, clips, recordings, and results kept between runs
    #[arg(long, value_name = "DIR", env = "STEPREEL_SERVER_DATA", default_value = "stepreel-data")]
    pub(crate) data: PathBuf,
    /// Configuration of the stages (TOML); `stepreel config show` prints the default
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Configuration that ships, by name
    #[arg(long, conflicts_with = "config", value_parser = preset())]
    preset: Option<Preset>,
}

fn preset() -> impl TypedValueParser<Value = Preset> {
    PossibleValuesParser::new(Preset::ALL.map(Preset::name)).try_map(|name| name.parse::<Preset>())
}

impl Installation {
    /// The configuration of that file or name, or the default.
    pub(crate) fn config(&self) -> Result<Config, ConfigError> {
        match (&self.config, self.preset) {
            (Some(path), _) => Config::read(path),
            (None, Some(preset)) => Ok(preset.config()),
            (None, None) => Ok(Config::default()),
        }
    }

    /// The same, as arguments of another process.
    pub(crate) fn arguments(&self) -> Vec<OsString> {
        let data = [OsString::from("--data"), self.data.clone().into()];
        let config = self.config.iter().flat_map(|path| [OsString::from("--config"), path.clone().into()]);
        let preset = self.preset.iter().flat_map(|preset| [OsString::from("--preset"), preset.name().into()]);
        data.into_iter().chain(config).chain(preset).collect()
    }
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Work {
    #[command(flatten)]
    pub(crate) installation: Installation,
    /// How many sessions are processed at a time
    #[arg(long, default_value_t = 1)]
    jobs: usize,
    /// For how many seconds a session is claimed: so long after the death of a worker another goes on
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0, value_parser = seconds)]
    lease: f64,
    /// After how many seconds without a step a session's process is killed
    #[arg(long, value_name = "SECONDS", default_value_t = 900.0, value_parser = seconds)]
    silence: f64,
    /// For how many seconds a session waits after its first fault; longer after each one more
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0, value_parser = seconds)]
    pause: f64,
}

impl Work {
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            jobs: self.jobs,
            lease: Duration::from_secs_f64(self.lease),
            silence: Duration::from_secs_f64(self.silence),
            pause: Duration::from_secs_f64(self.pause),
            ..Settings::default()
        }
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.5..=86_400.0).contains(seconds));
    seconds.ok_or_else(|| "give seconds, from 0.5 to a day".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn an_errand_gets_what_its_worker_got() {
        let given = ["stepreel-server", "worker", "--data", "/srv/stepreel", "--preset", "fast"];
        let Command::Worker(work) = Arguments::parse_from(given).command else { panic!("a worker") };
        assert_eq!(work.installation.arguments(), ["--data", "/srv/stepreel", "--preset", "fast"]);
    }
}
