//! Who decodes a sound track.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Who decodes a sound track: one that turns out to be damaged changes hands half-way, so ask when all was pulled.
#[derive(Clone, Debug)]
pub struct SoundDecoder {
    symphonia: bool,
    rescued: Arc<AtomicBool>,
}

impl SoundDecoder {
    pub(super) fn symphonia() -> Self {
        Self { symphonia: true, rescued: Arc::default() }
    }

    pub(super) fn ffmpeg() -> Self {
        Self { symphonia: false, rescued: Arc::default() }
    }

    /// From here on it is ffmpeg.
    pub(super) fn rescue(&self) {
        self.rescued.store(true, Ordering::Relaxed);
    }
}

/// `symphonia`, `ffmpeg`, or `symphonia and ffmpeg` for a track that changed hands.
impl fmt::Display for SoundDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match (self.symphonia, self.rescued.load(Ordering::Relaxed)) {
            (true, false) => "symphonia",
            (true, true) => "symphonia and ffmpeg",
            (false, _) => "ffmpeg",
        })
    }
}
