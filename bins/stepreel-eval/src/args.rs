//! What the user may say.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Runs a configuration over labelled sessions and says how well it did, beside uniform and random splits.
#[derive(Debug, Parser)]
#[command(name = "stepreel-eval", version, max_term_width = 110)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Record labelled synthetic sessions into a folder
    Make(Make),
    /// Run a configuration over the labelled sessions of a folder
    Run(Run),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Make {
    /// Where to
    pub(crate) folder: PathBuf,
    /// Scripts of narrated sessions (JSON lines) instead of the built-in ones
    #[arg(long, value_name = "FILE")]
    pub(crate) narrations: Option<PathBuf>,
    /// How many sessions, spread evenly over the styles of the scripts
    #[arg(long, default_value_t = 12)]
    pub(crate) count: usize,
    /// Film with real first-person clips out of this folder (`video` of the evaluation data) instead of drawn workplaces
    #[arg(long, value_name = "FOLDER", conflicts_with = "planted")]
    pub(crate) footage: Option<PathBuf>,
    /// Record the sessions with planted faults instead, whose verdicts and findings are known
    #[arg(long, conflicts_with_all = ["narrations", "count"])]
    pub(crate) planted: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Run {
    /// Folder with `<name>.truth.json` files and the recordings that they name; captions `<name>.vtt` beside them
    pub(crate) folder: PathBuf,
    /// Configuration (TOML)
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// End with exit code 1 unless every verdict is right, every planted range is found with an intersection over union of 0.8,
    /// and procedures are found better than by five equal parts and than by random parts of the right number
    #[arg(long)]
    pub(crate) check: bool,
}
