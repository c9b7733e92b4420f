//! Why a run ended without a session.

use std::error::Error;
use std::io;
use std::iter::successors;
use std::path::PathBuf;

use stepreel_clipping::ClipError;
use stepreel_core::SourceError;
use stepreel_media::MediaError;
use stepreel_naming::NameError;
use stepreel_segmentation::EncodeError;
use stepreel_storage::StoreError;
use stepreel_transcription::{CaptionError, TranscribeError};

/// A run could not be finished. A session that went badly is none of these: it is a verdict, stored with its reasons.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessError {
    /// Somebody asked for it; what was done is kept for the next run.
    #[error("cancelled: what was done so far is kept for the next run")]
    Cancelled,
    /// The recording can't be used.
    #[error(transparent)]
    Media(MediaError),
    /// The recording stopped being readable on the way.
    #[error(transparent)]
    Source(SourceError),
    /// Captions were asked for, and there are none.
    #[error("{} has no captions: give a file with --captions, or put a .vtt or .srt of the same name beside it", path.display())]
    NoCaptions {
        /// The recording.
        path: PathBuf,
    },
    /// A caption file can't be used.
    #[error("could not use the captions {}", path.display())]
    Captions {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: CaptionError,
    },
    /// A caption file can't be read.
    #[error("could not read the captions {}", path.display())]
    CaptionFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The frame encoder failed.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// Transcription failed.
    #[error(transparent)]
    Transcribe(TranscribeError),
    /// Naming failed.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A clip could not be cut.
    #[error(transparent)]
    Clip(ClipError),
    /// Records or blobs could not be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another run is working on the same recording.
    #[error("another run is working on this recording: wait for it, or stop it (it holds {})", path.display())]
    Busy {
        /// The folder that both want.
        path: PathBuf,
    },
    /// Results of stages can't be kept.
    #[error("could not keep results in {}: is there space, and may it be written?", path.display())]
    Cache {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

impl ProcessError {
    /// What it is, in a word for programs: that of the recording's error where one is behind it
    /// ([`MediaError::code`]).
    pub fn code(&self) -> &'static str {
        if self.lacks_space() {
            return "disk_full";
        }
        if let Some(media) = self.media() {
            return media.code();
        }
        match self {
            Self::Cancelled => "cancelled",
            Self::Media(media) => media.code(),
            Self::Source(_) => "media_inaccessible",
            Self::NoCaptions { .. } | Self::Captions { .. } | Self::CaptionFile { .. } => "captions_unusable",
            Self::Encode(_) => "encoder_failed",
            Self::Transcribe(_) => "transcriber_failed",
            Self::Name(_) => "namer_failed",
            Self::Clip(_) => "clipper_failed",
            Self::Store(_) => "store_failed",
            Self::Busy { .. } => "busy",
            Self::Cache { .. } => "cache_failed",
        }
    }

    /// Whether the same recording may go through at another time: the machine had a part in it, and not only the recording.
    pub fn retry_can_help(&self) -> bool {
        let captions = matches!(self, Self::NoCaptions { .. } | Self::Captions { .. });
        self.media().map_or(!captions, MediaError::retry_can_help)
    }

    /// What is wrong with the recording or its decoder, if that is behind it.
    pub fn media(&self) -> Option<&MediaError> {
        match self {
            Self::Media(media) => Some(media),
            error => error.causes().find_map(|cause| cause.downcast_ref()),
        }
    }

    /// Whether a disk is full, at whatever stage that comes out: everything that a run writes lies in the store.
    pub fn lacks_space(&self) -> bool {
        let full =
            |cause: &io::Error| matches!(cause.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        matches!(self, Self::Store(StoreError::Full { .. }))
            || matches!(self.media(), Some(MediaError::NoSpace { .. }))
            || self.causes().filter_map(|cause| cause.downcast_ref()).any(full)
    }

    fn causes(&self) -> impl Iterator<Item = &(dyn Error + 'static)> {
        successors(self.source(), |&cause| cause.source())
    }
}

/// A cancelled decoder is a cancelled run.
impl From<MediaError> for ProcessError {
    fn from(cause: MediaError) -> Self {
        match cause {
            MediaError::Cancelled => Self::Cancelled,
            cause => Self::Media(cause),
        }
    }
}

/// A cancelled source is a cancelled run, at whatever stage it comes out.
impl From<SourceError> for ProcessError {
    fn from(cause: SourceError) -> Self {
        match cause {
            SourceError::Cancelled => Self::Cancelled,
            cause => Self::Source(cause),
        }
    }
}

impl From<TranscribeError> for ProcessError {
    fn from(cause: TranscribeError) -> Self {
        match cause {
            TranscribeError::Source(cause) => cause.into(),
            cause => Self::Transcribe(cause),
        }
    }
}

impl From<ClipError> for ProcessError {
    fn from(cause: ClipError) -> Self {
        match cause {
            ClipError::Cut { cause: MediaError::Cancelled, .. }
            | ClipError::Still { cause: MediaError::Cancelled, .. } => Self::Cancelled,
            cause => Self::Clip(cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use stepreel_core::{Span, Time};

    use super::*;

    #[test]
    fn cancelled_is_cancelled_wherever_it_comes_out() {
        let span = Span::from_seconds(0.0, 1.0).unwrap();
        let cut = ClipError::Cut { span, cause: MediaError::Cancelled };
        let still = ClipError::Still { time: Time::ZERO, cause: MediaError::Cancelled };
        let transcribed = TranscribeError::Source(SourceError::Cancelled);
        for error in
            [MediaError::Cancelled.into(), SourceError::Cancelled.into(), cut.into(), still.into(), transcribed.into()]
        {
            assert!(matches!(error, ProcessError::Cancelled), "{error:?}");
        }
    }
}
