//! How the program ends when it can't do what was asked.

use std::io::{self, Write};
use std::process::ExitCode;

use stepreel_core::plain;
use stepreel_media::MediaError;
use stepreel_pipeline::ProcessError;

/// Why, in one line, and the exit code that says so to scripts.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    cause: anyhow::Error,
}

impl Failure {
    /// The command or the configuration is wrong, or something that it needs is missing.
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
        let _ = writeln!(io::stderr(), "stepreel: {}", self.line());
        ExitCode::from(self.code)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(cause: anyhow::Error) -> Self {
        Self { code: 1, cause }
    }
}

impl From<io::Error> for Failure {
    fn from(cause: io::Error) -> Self {
        Self { code: 1, cause: cause.into() }
    }
}

impl From<ProcessError> for Failure {
    fn from(error: ProcessError) -> Self {
        let code = match &error {
            error if lacks_a_tool(error) => 2,
            error if error.lacks_space() => 4,
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

/// Whether ffmpeg or ffprobe is not installed, or can't be confined, at whatever stage that comes out.
fn lacks_a_tool(error: &ProcessError) -> bool {
    let missing = |media| matches!(media, &MediaError::ToolMissing { .. } | &MediaError::Unconfined { .. });
    error.media().is_some_and(missing)
}
