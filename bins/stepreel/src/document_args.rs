//! What the user may say about documents.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::args::{Place, Settings};

#[derive(Args, Debug)]
pub(crate) struct Document {
    /// The session: its id, the first digits of it, or its title
    #[arg(required_unless_present = "group")]
    pub(crate) session: Option<String>,
    /// Only this procedure: its number in the session, its id, or the first digits of that; by default all that are approved
    #[arg(long, value_name = "NUMBER|ID")]
    pub(crate) procedure: Option<String>,
    /// Instead of a session the job that a procedure is a take of, as `stepreel groups` lists it: the best take, and how the others differ
    #[arg(long, value_name = "ID", conflicts_with_all = ["session", "procedure"])]
    pub(crate) group: Option<String>,
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) settings: Settings,
    /// What to write
    #[arg(long, visible_alias = "format", value_enum, default_value_t = Written::Html)]
    pub(crate) form: Written,
    /// Where to write it; `-` is the terminal [default: the title with a fitting ending]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Address of the service's pages, such as `https://stepreel.example`: clips are linked there instead of put into a folder beside the document
    #[arg(long, value_name = "URL")]
    pub(crate) site: Option<String>,
    /// Leave the pictures of steps out; nothing is decoded then
    #[arg(long)]
    pub(crate) no_pictures: bool,
    /// A font (TrueType, OpenType) for letters that the one of the PDF lacks: it has Latin, Greek and Cyrillic
    #[arg(long, value_name = "FILE")]
    pub(crate) font: Vec<PathBuf>,
}

/// The forms of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Written {
    /// A page that holds everything but the clips, to be read and printed
    Html,
    /// Markdown, its pictures in a folder beside it
    #[value(alias = "markdown")]
    Md,
    /// PDF
    Pdf,
    /// A file for word processors
    Docx,
}

impl Written {
    /// What a file's name ends with.
    pub(crate) const fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Md => "md",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
        }
    }

    /// Whether those who open it can be sent to a moment of a clip that is a file.
    pub(crate) const fn follows_moments(self) -> bool {
        matches!(self, Self::Html | Self::Md)
    }
}

#[derive(Args, Debug)]
pub(crate) struct Groups {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Print as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
