//! Voice activity by the earshot crate.

use earshot::Detector;
use stepreel_core::{SoundSource, SpanSet, StageProvenance};

use crate::gate::{FrameScorer, Thresholds};
use crate::{Gate, TranscribeError, VoiceActivity};

/// Voice activity by earshot's small network: the fastest, and good in quiet rooms only.
///
/// On this project's measurements it takes most loud noise for speech; `docs/decisions/0002-voice-activity.md` has the table.
#[derive(Clone, Debug, Default)]
pub struct Earshot {
    gate: Gate,
}

const THRESHOLDS: Thresholds = Thresholds { onset: 0.8, offset: 0.6 };

impl Earshot {
    /// With those thresholds.
    pub fn new(gate: Gate) -> Self {
        Self { gate }
    }
}

impl VoiceActivity for Earshot {
    fn speech(&self, sound: SoundSource<'_>) -> Result<SpanSet, TranscribeError> {
        self.gate.spans(sound, &mut Frames(Detector::default_boxed()), THRESHOLDS)
    }

    fn provenance(&self) -> StageProvenance {
        self.gate.provenance("earshot", THRESHOLDS)
    }
}

struct Frames(Box<Detector>);

impl FrameScorer for Frames {
    fn name(&self) -> &'static str {
        "earshot"
    }

    fn frame(&self) -> usize {
        256
    }

    fn scores(&mut self, frames: &[f32]) -> Result<Vec<f32>, TranscribeError> {
        Ok(frames.chunks_exact(256).map(|frame| self.0.predict_f32(frame)).collect())
    }
}
