//! What can go wrong with a recording, by what the caller can do about it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use stepreel_core::Span;
use stepreel_prescan::Refusal;

use crate::child::ChildError;

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
    /// What a failed child means for that recording.
    pub(crate) fn from_child(path: &Path, error: ChildError) -> Self {
        let path = path.to_owned();
        match error {
            ChildError::Missing(tool) => Self::ToolMissing { tool: tool.name() },
            ChildError::Deadline { limit } => Self::Deadline { path, limit },
            ChildError::Cancelled => Self::Cancelled,
            ChildError::Start(cause) | ChildError::Read(cause) => Self::ToolFailed { path, cause: cause.into() },
            ChildError::Failed { said } => Self::ToolFailed { path, cause: said.into() },
            ChildError::TooMuchOutput => Self::TooLarge { path, what: "it holds more text than is read" },
        }
    }

    /// What a failed child means for that clip, which it was to decode.
    pub(crate) fn of_clip(path: &Path, error: ChildError) -> Self {
        match error {
            ChildError::Failed { said: damage } => Self::BadClip { path: path.to_owned(), damage },
            error => Self::from_child(path, error),
        }
    }

    /// What an error of the file system means for that path.
    pub(crate) fn from_io(path: &Path, cause: io::Error) -> Self {
        let path = path.to_owned();
        match cause.kind() {
            io::ErrorKind::NotFound => Self::NotFound { path },
            _ => Self::Unreadable { path, cause },
        }
    }
}
