//! What the meters read off pictures and sound, along the timeline.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Span, SpanSet, Time};

/// What the meters read off one sampled frame.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PictureReading {
    /// When the frame is shown.
    pub time: Time,
    /// Median width of an edge in pixels at 320 pixels of picture width: small is sharp. Nothing when there is no edge to measure.
    pub edge_width: Option<f32>,
    /// Standard deviation of the noise in steps of luma at 320 pixels of picture width.
    pub noise: f32,
    /// Share of pixels darker than 25, 0-1.
    pub dark_share: f32,
    /// Share of pixels of at least 250, 0-1.
    pub bright_share: f32,
    /// Mean luma, 0-255.
    pub mean_luma: f32,
    /// Share of 16x16 blocks without texture (standard deviation below 4), 0-1: near 1 when something covers the lens.
    pub flat_share: f32,
    /// Mean absolute difference from the sample before, 0-1; nothing for the first.
    pub change: Option<f32>,
    /// The same for the 16x16 block that changed most: near 0 only when the picture stands still everywhere.
    pub block_change: Option<f32>,
    /// How far the picture moved to the directly following frame, as a share of its width scaled to 1/30 s; nothing where that frame
    /// was not decoded.
    pub shift: Option<f32>,
}

/// What the meters read off the sound, in hops of [`SoundTrack::HOP`] from the start of the recording.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SoundTrack {
    /// Root mean square level of each hop in dB below full scale, -100 for silence.
    pub level_db: Vec<f32>,
    /// Share of each hop's samples that lie in a clipped run, 0-1.
    pub clipped: Vec<f32>,
    /// Noise background of each second: eight log band energies in dB, quietest fifth of the hops.
    pub background: Vec<[f32; 8]>,
    /// Digital silence: runs of at least 50 ms within one step of zero.
    pub dropouts: SpanSet,
}

impl SoundTrack {
    /// The distance of two readings.
    pub const HOP: Duration = Duration::from_millis(25);

    /// The indices of the hops whose start lies in `span`.
    pub fn hops(&self, span: Span) -> std::ops::Range<usize> {
        let hop = |time: Time| {
            let index = time.since(Time::ZERO).as_micros().div_ceil(Self::HOP.as_micros());
            (index as usize).min(self.level_db.len())
        };
        hop(span.start())..hop(span.end())
    }
}
