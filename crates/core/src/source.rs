//! Pulled sources: what a stage reads, and what a wrapper may cancel or count.

use std::error::Error;

use crate::{Frame, SoundBlock};

/// What one step of a frame source gives: a frame, and now and then the one directly after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The sampled frame.
    pub frame: Frame,
    /// The frame that directly follows in the recording (1/60 to 1/10 s later), where it was decoded too: motion between
    /// the two is the camera's, while two samples a second apart only show that the scene changed.
    pub next: Option<Frame>,
}

/// Frames in the order of their times, pulled one at a time.
///
/// # Contract
/// Times strictly increase. After an error or the end, nothing more comes. Nothing is decoded ahead of the reader beyond a
/// small, fixed buffer.
pub type FrameSource<'a> = Box<dyn Iterator<Item = Result<Sample, SourceError>> + Send + 'a>;

/// Sound in blocks that follow each other without gap or overlap, pulled one at a time.
///
/// # Contract
/// The first block starts at [`crate::Time::ZERO`]; each other starts where the one before it ended; none is empty. Gaps in
/// the recording come as silence (zeros), so that time never shifts. After an error or the end, nothing more comes.
pub type SoundSource<'a> = Box<dyn Iterator<Item = Result<SoundBlock, SourceError>> + Send + 'a>;

/// Why a source stopped before its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// Somebody asked for it.
    #[error("cancelled")]
    Cancelled,
    /// The recording could not be read further.
    #[error("could not read the recording")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
}

impl SourceError {
    /// Reading failed for that reason.
    pub fn failed(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed(cause.into())
    }
}
