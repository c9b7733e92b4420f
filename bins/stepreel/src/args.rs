//! What the user may say.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use stepreel_core::TenantId;
use stepreel_pipeline::Preset;

pub(crate) use crate::document_args::{Document, Groups};
pub(crate) use crate::model_args::Models;

const EXIT_CODES: &str = "\
Exit codes:
  0    done; every session has its procedures, or is one that is only stored
  1    something inside went wrong
  2    the command or the configuration is wrong, or a model, a device or ffmpeg is missing
  3    a recording can't be used
  4    the store can't be used
  5    done; at least one session failed, for the reasons that its record tells
  130  cancelled; what was done is kept for the next run";

/// Turns the first-person recording of a session into procedures: named, described, clipped, scored and approved.
#[derive(Debug, Parser)]
#[command(name = "stepreel", version, after_help = EXIT_CODES, max_term_width = 110)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Turn recordings into stored procedures
    #[command(after_help = EXIT_CODES)]
    Process(Process),
    /// Say what a recording is made of and what is wrong with it; stores nothing
    Inspect(Inspect),
    /// Write a stored session as an HTML page, JSON, chapters, or a file for those who cut and annotate
    Report(Report),
    /// Write stored procedures as a work instruction to hand out
    Document(Document),
    /// List stored procedures that are takes of one job, with the best take and how the others go about it
    Groups(Groups),
    /// Find the stored procedures that answer a question, with the sentence that fits and when it was said
    Search(Search),
    /// Show or set the words that mean the same here, for search
    Glossary(Glossary),
    /// Try what decides which procedures are approved
    #[command(subcommand)]
    Policy(Policy),
    /// List, download, check and add models
    #[command(subcommand)]
    Models(Models),
    /// Show the configuration
    #[command(subcommand)]
    Config(Config),
    /// Say which ffmpeg decodes, what is known to be wrong with it, and how it is confined
    Doctor(Doctor),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write the manual pages, one for each command
    Man {
        /// Where to, such as ~/.local/share/man/man1
        folder: PathBuf,
    },
}

/// Where things are stored, and whose they are.
#[derive(Args, Clone, Debug)]
pub(crate) struct Place {
    /// Folder of the store: records, clips, and results kept between runs
    #[arg(long, value_name = "FOLDER", env = "STEPREEL_STORE", default_value = "stepreel-store")]
    pub(crate) store: PathBuf,
    /// Whose sessions
    #[arg(long, value_name = "TENANT", default_value = "local")]
    pub(crate) tenant: TenantId,
}

/// Which configuration is used.
#[derive(Args, Clone, Debug)]
pub(crate) struct Settings {
    /// Configuration (TOML); `stepreel config show` prints the default
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Configuration that ships, by name
    #[arg(long, conflicts_with = "config", value_parser = preset())]
    pub(crate) preset: Option<Preset>,
}

fn preset() -> impl TypedValueParser<Value = Preset> {
    PossibleValuesParser::new(Preset::ALL.map(Preset::name)).try_map(|name| name.parse::<Preset>())
}

#[derive(Args, Debug)]
pub(crate) struct Process {
    /// Recordings, or folders of recordings
    #[arg(required = true, value_name = "FILE|FOLDER")]
    pub(crate) recordings: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) settings: Settings,
    /// Captions (WebVTT or SubRip) to use instead of recognising words; for a single recording
    #[arg(long, value_name = "FILE")]
    pub(crate) captions: Option<PathBuf>,
    /// What the session is called; for a single recording [default: the file's name]
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// Who recorded it
    #[arg(long, value_name = "NAME")]
    pub(crate) engineer: Option<String>,
    /// What it was recorded for; by default, nothing is extracted from a trainee's session: see `extract_roles` in the configuration
    #[arg(long, value_enum, default_value_t = Role::Trainer)]
    pub(crate) role: Role,
    /// Print the stored records as JSON, one session a line, instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// To teach
    Trainer,
    /// To learn
    Trainee,
}

impl From<Role> for stepreel_core::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Trainer => Self::Trainer,
            Role::Trainee => Self::Trainee,
        }
    }
}

#[derive(Args, Debug)]
pub(crate) struct Inspect {
    /// The recording
    #[arg(value_name = "FILE")]
    pub(crate) recording: PathBuf,
    #[command(flatten)]
    pub(crate) settings: Settings,
    /// Print as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Report {
    /// The session: its id, the first digits of it, or its title; without it, the stored sessions are listed
    pub(crate) session: Option<String>,
    #[command(flatten)]
    pub(crate) place: Place,
    /// What to write
    #[arg(long, value_enum, default_value_t = Form::Html)]
    pub(crate) form: Form,
    /// Where to write it; `-` is the terminal [default: the session's title with a fitting ending]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// A page that holds everything, clips included
    Html,
    /// The stored record
    Json,
    /// Chapters as WebVTT
    Chapters,
    /// Chapters as YouTube takes them in a description
    Youtube,
    /// Approved procedures as a cut list (CMX 3600)
    Edl,
    /// Procedures and steps as a table
    Csv,
    /// A task with predictions for Label Studio
    LabelStudio,
    /// A file for ELAN, with a tier each for procedures, steps, utterances, words and findings
    Elan,
}

#[derive(Args, Debug)]
pub(crate) struct Search {
    /// The question, as one would say it
    #[arg(required = true, value_name = "QUESTION")]
    pub(crate) question: Vec<String>,
    #[command(flatten)]
    pub(crate) place: Place,
    /// At most so many answers
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) limit: u32,
    /// Excluded procedures, too
    #[arg(long)]
    pub(crate) all: bool,
    /// A text encoder whose opinion of what is meant counts, too, such as `all-minilm-l6-v2`; it first reads what is new
    /// [default: words alone]
    #[arg(long, value_name = "MODEL")]
    pub(crate) encoder: Option<String>,
    /// Print as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Glossary {
    /// The words to set: one group of the same meaning a line, with commas; without it, the glossary is shown
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Args, Debug)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) settings: Settings,
    /// Print as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    /// Say which stored procedures another policy would approve or exclude; runs nothing again and changes nothing
    ///
    /// It goes by the stored scores. Which sessions fail also follows from the policy, but is not tried here.
    Try(TryPolicy),
}

#[derive(Args, Debug)]
pub(crate) struct TryPolicy {
    /// The score from which a procedure is approved, 0-100 [default: that of the configuration]
    #[arg(long, value_name = "SCORE", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) threshold: Option<u8>,
    #[command(flatten)]
    pub(crate) settings: Settings,
    #[command(flatten)]
    pub(crate) place: Place,
    /// Print as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Print the whole configuration, defaults included
    Show {
        #[command(flatten)]
        settings: Settings,
    },
}
