//! What can go wrong with a recording, by what the caller can do about it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use stepreel_core::Span;
use stepreel_prescan::Refusal;

use crate::child::ChildError;
use crate::child::confinement::{Absent, Layer};

/// How a program says that the disk is full, in the only language that it speaks here.
const NO_SPACE: &str = "No space left on device";

/// A recording could not be read or cut.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// There is nothing at that path.
    #[error("{}: no such file; check the path", path.display())]
    NotFound {
        /// What was asked for.
        path: PathBuf,
    },
    /// It is a directory, a device or a pipe.
    #[error("{}: not a file; give the recording itself", path.display())]
    NotAFile {
        /// What was asked for.
        path: PathBuf,
    },
    /// The operating system does not let it be read or written.
    #[error("{}: cannot be opened; check its permissions and the disk", path.display())]
    Unreadable {
        /// What was asked for.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        cause: io::Error,
    },
    /// The disk is full.
    #[error("{}: there is no space left on the disk; free some and run again", path.display())]
    NoSpace {
        /// What was read or written.
        path: PathBuf,
    },
    /// The file has no bytes.
    #[error("{}: the file is empty; copy it from the camera again", path.display())]
    Empty {
        /// The recording.
        path: PathBuf,
    },
    /// Something else than a recording, or in a container that is not read.
    #[error("{}: {looks_like}, not a recording; give an MP4, MOV, MKV, WebM, AVI or MPEG-TS file", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What it looks like, such as `a playlist`.
        looks_like: &'static str,
    },
    /// A recording of which nothing can be read.
    #[error("{}: the recording is damaged ({damage}); copy it from the camera again, or let the camera finish it", path.display())]
    Damaged {
        /// The recording.
        path: PathBuf,
        /// What is wrong with it.
        damage: String,
        /// Whether its end is missing, as when the camera was not stopped or the copy was broken off.
        truncated: bool,
    },
    /// It asks for more work than any real recording.
    #[error("{}: {what}; cut the recording into shorter files", path.display())]
    TooLarge {
        /// The recording.
        path: PathBuf,
        /// What is beyond which limit.
        what: &'static str,
    },
    /// Its container asks for more than any real recording, or hides what it asks for; no decoder has seen it.
    #[error("{}: not read, as it has {refusal}; record it anew, or export it from a video editor", path.display())]
    Refused {
        /// The recording.
        path: PathBuf,
        /// What was found, and what is allowed; its [`Refusal::code`] is stable.
        refusal: Refusal,
    },
    /// Decoded sound that was not kept whole.
    #[error("{}: not all of the decoded sound is there; delete the file, and it is made again", path.display())]
    TornSpool {
        /// The file.
        path: PathBuf,
    },
    /// ffmpeg or ffprobe is not installed.
    #[error("{tool} was not found; install it with `apt install ffmpeg`")]
    ToolMissing {
        /// Which program.
        tool: &'static str,
    },
    /// A child process did not end in time and was killed.
    #[error("{}: not done after {} s, so it was stopped; the recording may be damaged, or the machine overloaded", path.display(), limit.as_secs())]
    Deadline {
        /// The recording.
        path: PathBuf,
        /// The time it had.
        limit: Duration,
    },
    /// A decoder was ended by a signal: by its own fault, or because it did what no decoder does.
    #[error("{}: the decoder crashed ({signal}); the recording is damaged, or made to do that: try another copy", path.display())]
    Crashed {
        /// The recording.
        path: PathBuf,
        /// The signal, such as `SIGSEGV`; `SIGSYS` is the answer to a forbidden system call.
        signal: &'static str,
    },
    /// A decoder used more processor time, or made more output, than any recording of that size and length takes.
    #[error("{}: {what}, so it was stopped; the recording is damaged, or made to do that: try another copy", path.display())]
    OverBudget {
        /// The recording.
        path: PathBuf,
        /// Of what there was too much.
        what: &'static str,
    },
    /// A decoder can't be confined as is demanded.
    #[error(
        "decoders can't be confined on this machine: it lacks {layer}; `stepreel doctor` says what there is, and `confinement = \"available\"` in [decoding] goes on without"
    )]
    Unconfined {
        /// What is absent.
        layer: Layer,
        /// Why.
        #[source]
        why: io::Error,
    },
    /// ffmpeg or ffprobe failed for a reason of its own.
    #[error("{}: ffmpeg failed; check that the recording plays, and the free space of the disk", path.display())]
    ToolFailed {
        /// The recording.
        path: PathBuf,
        /// What it says.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Somebody asked for it.
    #[error("cancelled")]
    Cancelled,
    /// A span in which the recording shows nothing.
    #[error("{}: there is no picture in {span} to cut", path.display())]
    NothingToCut {
        /// The recording.
        path: PathBuf,
        /// What was asked for.
        span: Span,
    },
    /// Groups of pictures that can't be copied into a clip; encoding them again is always possible.
    #[error("{}: its groups of pictures can't be copied into a clip: {why}", path.display())]
    CannotCopy {
        /// The recording.
        path: PathBuf,
        /// Why, in a few words.
        why: &'static str,
    },
    /// A clip that was cut and does not play.
    #[error("{}: the clip does not decode ({damage}); check the free space of the disk", path.display())]
    BadClip {
        /// The clip.
        path: PathBuf,
        /// What is wrong with it.
        damage: String,
    },
}

impl MediaError {
    /// What it is, in a word for programs: it stays the same when messages change.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "media_not_found",
            Self::NotAFile { .. } => "media_not_a_file",
            Self::Unreadable { .. } => "media_inaccessible",
            Self::NoSpace { .. } => "disk_full",
            Self::Empty { .. } => "media_empty",
            Self::Unsupported { .. } => "media_unsupported",
            Self::Damaged { truncated: true, .. } => "media_truncated",
            Self::Damaged { truncated: false, .. } => "media_unreadable",
            Self::TooLarge { .. } => "media_too_large",
            Self::Refused { refusal, .. } => refusal.code(),
            Self::TornSpool { .. } => "spool_torn",
            Self::ToolMissing { .. } => "decoder_missing",
            Self::Deadline { .. } => "decoder_timeout",
            Self::Crashed { .. } => "decoder_crashed",
            Self::OverBudget { .. } => "over_budget",
            Self::Unconfined { .. } => "decoder_unconfined",
            Self::ToolFailed { .. } => "decoder_failed",
            Self::Cancelled => "cancelled",
            Self::NothingToCut { .. } => "nothing_to_cut",
            Self::CannotCopy { .. } => "cannot_copy",
            Self::BadClip { .. } => "clip_unreadable",
        }
    }

    /// Whether the same recording may go through at another time: the machine had a part in it, and not only the recording.
    pub const fn retry_can_help(&self) -> bool {
        matches!(
            self,
            Self::Unreadable { .. }
                | Self::NoSpace { .. }
                | Self::TornSpool { .. }
                | Self::ToolMissing { .. }
                | Self::Deadline { .. }
                | Self::Unconfined { .. }
                | Self::ToolFailed { .. }
                | Self::Cancelled
                | Self::BadClip { .. }
        )
    }

    /// What a failed child means for that recording.
    pub(crate) fn from_child(path: &Path, error: ChildError) -> Self {
        let path = path.to_owned();
        match error {
            ChildError::Missing(tool) => Self::ToolMissing { tool: tool.name() },
            ChildError::Deadline { limit } => Self::Deadline { path, limit },
            ChildError::Cancelled => Self::Cancelled,
            ChildError::Start(cause) | ChildError::Read(cause) => Self::ToolFailed { path, cause: cause.into() },
            ChildError::Failed { said } if said.contains(NO_SPACE) => Self::NoSpace { path },
            ChildError::Failed { said } => Self::ToolFailed { path, cause: said.into() },
            ChildError::Crashed { signal } => Self::Crashed { path, signal },
            ChildError::OverBudget { what } => Self::OverBudget { path, what },
            ChildError::Unconfined(Absent { layer, why }) => Self::Unconfined { layer, why },
            ChildError::TooMuchOutput => Self::TooLarge { path, what: "it holds more text than is read" },
        }
    }

    /// What a failed child means for that clip, which it was to decode.
    pub(crate) fn of_clip(path: &Path, error: ChildError) -> Self {
        match error {
            ChildError::Failed { said: damage } if !damage.contains(NO_SPACE) => {
                Self::BadClip { path: path.to_owned(), damage }
            }
            error => Self::from_child(path, error),
        }
    }

    /// What an error of the file system means for that path.
    pub(crate) fn from_io(path: &Path, cause: io::Error) -> Self {
        let path = path.to_owned();
        match cause.kind() {
            io::ErrorKind::NotFound => Self::NotFound { path },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoSpace { path },
            _ => Self::Unreadable { path, cause },
        }
    }
}
