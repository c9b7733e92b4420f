//! Sound as every stage hears it.

use std::time::Duration;

use crate::Time;

/// Samples a second of all sound after decoding: what Whisper and voice activity take.
pub const SAMPLE_RATE: u32 = 16_000;

/// A stretch of mono sound at [`SAMPLE_RATE`], -1 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct SoundBlock {
    /// When the first sample is heard.
    pub start: Time,
    /// The samples.
    pub samples: Vec<f32>,
}

impl SoundBlock {
    /// When the sample after the last would be heard.
    pub fn end(&self) -> Time {
        self.start + Self::length(self.samples.len())
    }

    /// How long so many samples last.
    pub fn length(samples: usize) -> Duration {
        Duration::from_micros(samples as u64 * 1_000_000 / u64::from(SAMPLE_RATE))
    }
}
