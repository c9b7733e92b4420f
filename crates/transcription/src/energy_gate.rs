//! Voice activity by level alone.

use stepreel_core::{SoundSource, SpanSet, StageProvenance};

use crate::gate::{FrameScorer, Thresholds};
use crate::{Gate, TranscribeError, VoiceActivity};

/// Takes for speech whatever stands out of the background by level: no model, a baseline, and good enough for clean sound.
#[derive(Clone, Debug, Default)]
pub struct EnergyGate {
    gate: Gate,
}

/// A score of 0.5 is 10 dB above the background, 0.3 is 6 dB.
const THRESHOLDS: Thresholds = Thresholds { onset: 0.5, offset: 0.3 };

impl EnergyGate {
    /// With those thresholds: a score of 1 is 20 dB above the background.
    pub fn new(gate: Gate) -> Self {
        Self { gate }
    }
}

impl VoiceActivity for EnergyGate {
    fn speech(&self, sound: SoundSource<'_>) -> Result<SpanSet, TranscribeError> {
        self.gate.spans(sound, &mut Levels::default(), THRESHOLDS)
    }

    fn provenance(&self) -> StageProvenance {
        self.gate.provenance("energy", THRESHOLDS)
    }
}

/// What is softer than this is silence, whatever the background, in dB below full scale.
const SILENCE_DB: f32 = -60.0;

/// How fast the background follows a rising level, in dB a frame: 3 dB a second.
const RISE_DB: f32 = 3.0 * 320.0 / 16_000.0;

/// The background is the lowest level of late: it starts where the sound does, falls at once and rises slowly.
#[derive(Default)]
struct Levels {
    background_db: Option<f32>,
}

impl FrameScorer for Levels {
    fn name(&self) -> &'static str {
        "energy"
    }

    fn frame(&self) -> usize {
        320
    }

    fn scores(&mut self, frames: &[f32]) -> Result<Vec<f32>, TranscribeError> {
        Ok(frames.chunks_exact(320).map(|frame| self.score(level_db(frame))).collect())
    }
}

impl Levels {
    fn score(&mut self, level: f32) -> f32 {
        let background = self.background_db.map_or(level, |before| before + RISE_DB).min(level).max(SILENCE_DB);
        self.background_db = Some(background);
        ((level - background) / 20.0).clamp(0.0, 1.0)
    }
}

fn level_db(frame: &[f32]) -> f32 {
    let power = frame.iter().map(|sample| sample * sample).sum::<f32>() / frame.len() as f32;
    10.0 * (power + 1e-12).log10()
}
