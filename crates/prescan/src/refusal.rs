//! Why a file is not given to a decoder.

use std::io;

use crate::Limit;

/// A file that no decoder should see.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// None of the containers that are known.
    #[error("no container that is known")]
    Unknown,
    /// Its header is missing: it lost its start, or what wrote it did not come to its end.
    #[error("{what} is missing")]
    Headless {
        /// What is.
        what: &'static str,
    },
    /// Its header contradicts itself.
    #[error("{what}")]
    Damaged {
        /// What is wrong, in a few words.
        what: &'static str,
    },
    /// It asks for more than any real recording.
    #[error("{found} {limit}, where {allowed} are allowed")]
    Beyond {
        /// What there is too much of.
        limit: Limit,
        /// How much the file has, or asks for.
        found: u64,
        /// How much it may have.
        allowed: u64,
    },
    /// Its pictures or sound lie in other files, which it names.
    #[error("pictures or sound in another file")]
    Elsewhere,
    /// Its header or its streams are compressed, so that their size can't be known before they are unpacked.
    #[error("{what} that is compressed, whose size can't be known")]
    Compressed {
        /// What is: `a header` or `a stream`.
        what: &'static str,
    },
    /// The file can't be read.
    #[error("it cannot be read")]
    Io(#[source] io::Error),
}

impl Refusal {
    /// A stable name for programs: `media_too_large`, `media_truncated`, `media_unreadable` or `media_unsupported`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Beyond { .. } => "media_too_large",
            Self::Headless { .. } => "media_truncated",
            Self::Damaged { .. } | Self::Io(_) => "media_unreadable",
            Self::Unknown | Self::Elsewhere | Self::Compressed { .. } => "media_unsupported",
        }
    }
}
