//! What the user may say.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::ArgPredicate;
use clap::{Parser, Subcommand};
use stepreel_testkit::Speaker;

/// Runs configurations over labelled sessions and says how well they did, beside uniform and random splits.
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
    /// Run one configuration over labelled sessions, or compare several
    Run(Run),
    /// Say how much each setting of the segmenter matters, and what choosing settings on some sessions brings on others
    Calibrate(Calibrate),
    /// Say what differs between two runs, or a run and a golden one, procedure by procedure
    Diff(Diff),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Make {
    /// Where to
    pub(crate) folder: PathBuf,
    /// Scripts of narrated sessions (JSON lines) instead of the built-in ones
    #[arg(long, value_name = "FILE")]
    pub(crate) narrations: Option<PathBuf>,
    /// How many sessions, spread evenly over the styles of the scripts; built-in scripts are as many as there are
    #[arg(long, default_value_ifs = [("narrations", ArgPredicate::IsPresent, "12")])]
    pub(crate) count: Option<usize>,
    /// Pass over scripts that last less or more minutes than that [default: 5-10 with --narrations]
    #[arg(long, value_name = "LEAST-MOST", default_value_ifs = [("narrations", ArgPredicate::IsPresent, "5-10")])]
    pub(crate) minutes: Option<Minutes>,
    /// Who may speak, of rms, slt, awb, kal16 (flite) and en-gb (espeak-ng); each session's number picks one [default: all, rms and
    /// slt twice as often]
    #[arg(long, value_name = "VOICE,...", value_delimiter = ',')]
    pub(crate) voices: Vec<Speaker>,
    /// Film with real first-person clips out of this folder (`video` of the evaluation data) instead of drawn workplaces
    #[arg(long, value_name = "FOLDER", conflicts_with = "planted")]
    pub(crate) footage: Option<PathBuf>,
    /// Record the sessions with planted faults instead, whose verdicts and findings are known
    #[arg(long, conflicts_with_all = ["narrations", "count", "minutes", "voices"])]
    pub(crate) planted: bool,
}

/// How long sessions may last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Minutes(pub(crate) RangeInclusive<Duration>);

impl FromStr for Minutes {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let minutes = |text: &str| Duration::try_from_secs_f64(text.trim().parse::<f64>().ok()? * 60.0).ok();
        let bounds = text.split_once('-').and_then(|(least, most)| Some((minutes(least)?, minutes(most)?)));
        let bounds = bounds.filter(|(least, most)| least <= most);
        bounds.map(|(least, most)| Self(least..=most)).ok_or("it is two numbers of minutes, the smaller first: 5-10")
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Run {
    /// A folder with `<name>.truth.json` files and the recordings that they name, captions `<name>.vtt` beside them; or labelled
    /// transcripts, of which only the words are used: JSON lines, or a folder of `TinyRec`'s. What lies there decides
    /// (docs/evaluation.md)
    #[arg(value_name = "FOLDER|FILE")]
    pub(crate) sessions: PathBuf,
    /// Configurations (TOML), each called by the name of its file; the default one when none is named
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) config: Vec<PathBuf>,
    /// Keep what the stages make of recordings in this folder, and go on from what is kept there: a later run, with whatever
    /// configurations, does again only the stages whose settings changed. Name another folder when the code of a stage changed
    #[arg(long, value_name = "FOLDER")]
    pub(crate) kept: Option<PathBuf>,
    /// Print as JSON: all figures with their intervals and the procedures that were found; `diff` compares two of these
    #[arg(long)]
    pub(crate) json: bool,
    /// Also write one HTML page: all figures, and for each session a timeline of what is true over what was found
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// End with exit code 1 unless every verdict is right, every planted range is found with an intersection over union of 0.8,
    /// and procedures are found better than by five equal parts and than by random parts of the right number
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Calibrate {
    /// Labelled sessions, as `run` takes them
    #[arg(value_name = "FOLDER|FILE")]
    pub(crate) sessions: PathBuf,
    /// Configuration (TOML) whose settings are varied; the default one without it
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Keep what the stages make of recordings in this folder, as `run` does
    #[arg(long, value_name = "FOLDER")]
    pub(crate) kept: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Ends with exit code 1 when something differs. Procedures of the two runs are the same when their intersection \
    over union is at least 0.5."
)]
pub(crate) struct Diff {
    /// What `run --json` printed: the earlier run, or the golden one
    pub(crate) before: PathBuf,
    /// What `run --json` printed later
    pub(crate) after: PathBuf,
    /// Seconds that a procedure's start or end may move
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0)]
    pub(crate) moved: f64,
    /// Points that a procedure's score may change
    #[arg(long, value_name = "POINTS", default_value_t = 1)]
    pub(crate) score: u8,
    /// Print as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn minutes_are_two_numbers() {
        let minutes = |least, most| Ok(Minutes(Duration::from_secs(least)..=Duration::from_secs(most)));
        assert_eq!("5-10".parse(), minutes(300, 600));
        assert_eq!("0 - 0.5".parse(), minutes(0, 30));
        for wrong in ["", "5", "10-5", "5-", "-5", "a-b", "5-inf"] {
            assert!(wrong.parse::<Minutes>().is_err(), "{wrong}");
        }
    }
}
