//! How the program ends when it can't do what was asked.

use std::io::Write;
use std::process::ExitCode;

use stepreel_pipeline::ProcessError;

/// Why, in one line, and the exit code that says so to scripts.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    cause: anyhow::Error,
}

impl Failure {
    /// The command, the configuration or a model is wrong.
    pub(crate) fn usage(cause: impl Into<anyhow::Error>) -> Self {
        Self { code: 2, cause: cause.into() }
    }

    /// A recording can't be used.
    pub(crate) fn input(cause: impl Into<anyhow::Error>) -> Self {
        Self { code: 3, cause: cause.into() }
    }

    /// The store can't be used.
    pub(crate) fn store(cause: impl Into<anyhow::Error>) -> Self {
        Self { code: 4, cause: cause.into() }
    }

    pub(crate) const fn code(&self) -> u8 {
        self.code
    }

    /// The cause with all that is behind it, in one line.
    pub(crate) fn line(&self) -> String {
        plain(&format!("{:#}", self.cause))
    }

    pub(crate) fn say(&self) -> ExitCode {
        // A closed terminal is no reason to fail twice.
        let _ = writeln!(std::io::stderr(), "stepreel: {}", self.line());
        ExitCode::from(self.code)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(cause: anyhow::Error) -> Self {
        Self { code: 1, cause }
    }
}

impl From<std::io::Error> for Failure {
    fn from(cause: std::io::Error) -> Self {
        Self { code: 1, cause: cause.into() }
    }
}

impl From<ProcessError> for Failure {
    fn from(error: ProcessError) -> Self {
        let code = match &error {
            ProcessError::Cancelled => 130,
            ProcessError::Media(_)
            | ProcessError::Source(_)
            | ProcessError::NoCaptions { .. }
            | ProcessError::Captions { .. }
            | ProcessError::CaptionFile { .. } => 3,
            ProcessError::Store(_) | ProcessError::Cache { .. } | ProcessError::Busy { .. } => 4,
            _ => 1,
        };
        Self { code, cause: error.into() }
    }
}

/// Text as it may go to a terminal: what comes from recordings and file names could hold control sequences.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
