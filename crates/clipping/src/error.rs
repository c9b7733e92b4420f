//! Why there is no clip.

use std::io;
use std::path::{Path, PathBuf};

use stepreel_core::{Span, Time};
use stepreel_media::MediaError;

/// A clip or its thumbnail could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClipError {
    /// The recording could not be cut there.
    #[error("could not cut {span}")]
    Cut {
        /// What was asked for.
        span: Span,
        /// Why.
        #[source]
        cause: MediaError,
    },
    /// The recording could not be read where the thumbnail was to come from.
    #[error("could not take a still at {time}")]
    Still {
        /// When.
        time: Time,
        /// Why.
        #[source]
        cause: MediaError,
    },
    /// The result could not be written.
    #[error("could not write {}: is there space, and may it be written?", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

impl ClipError {
    pub(crate) fn write(path: &Path, cause: io::Error) -> Self {
        Self::Write { path: path.to_owned(), cause }
    }
}
