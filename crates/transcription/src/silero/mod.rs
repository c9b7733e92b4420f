//! Voice activity by silero's network.

mod network;
mod spectrum;

use std::sync::Arc;

use stepreel_core::{SoundSource, SpanSet, StageProvenance};

use self::network::{Memory, Network};
use self::spectrum::{CHUNK, Spectra};
use crate::gate::{FrameScorer, Thresholds};
use crate::{Gate, TranscribeError, VoiceActivity};

/// Voice activity by silero VAD (16 kHz, MIT licence), its weights inside this crate: hears voices under loud machines, and
/// does not take the machines for voices.
///
/// Its network is small enough to be computed here, so that finding speech needs no model file and no ONNX Runtime; a test
/// holds it to what ONNX Runtime makes of the original.
#[derive(Clone, Debug)]
pub struct Silero {
    gate: Gate,
    network: Arc<Network>,
}

/// The thresholds that silero's own tool uses.
const THRESHOLDS: Thresholds = Thresholds { onset: 0.5, offset: 0.35 };

impl Silero {
    /// With those thresholds.
    pub fn new(gate: Gate) -> Self {
        Self { gate, network: Arc::new(Network::new()) }
    }
}

impl Default for Silero {
    fn default() -> Self {
        Self::new(Gate::default())
    }
}

impl VoiceActivity for Silero {
    fn speech(&self, sound: SoundSource<'_>) -> Result<SpanSet, TranscribeError> {
        self.gate.spans(sound, &mut Listening::new(&self.network), THRESHOLDS)
    }

    fn provenance(&self) -> StageProvenance {
        StageProvenance { model: Some("silero-vad".to_owned()), ..self.gate.provenance("silero", THRESHOLDS) }
    }
}

/// The network on its way through one sound.
struct Listening<'a> {
    network: &'a Network,
    spectra: Spectra,
    memory: Memory,
}

impl<'a> Listening<'a> {
    fn new(network: &'a Network) -> Self {
        Self { network, spectra: Spectra::new(), memory: Memory::default() }
    }
}

impl FrameScorer for Listening<'_> {
    fn name(&self) -> &'static str {
        "silero"
    }

    fn frame(&self) -> usize {
        CHUNK
    }

    fn scores(&mut self, frames: &[f32]) -> Result<Vec<f32>, TranscribeError> {
        let spectra = self.spectra.of(frames);
        Ok(self.network.scores(&spectra, &mut self.memory))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::voice;

    #[test]
    fn scores_are_those_of_the_original() {
        let network = Network::new();
        let mut listening = Listening::new(&network);
        let sound = voice(64 * CHUNK);
        let (first, second) = sound.split_at(20 * CHUNK);
        let scores = [listening.scores(first).unwrap(), listening.scores(second).unwrap()].concat();
        // By ONNX Runtime 1.32 on the original, every fourth chunk.
        let expected = [
            0.0846, 0.7244, 0.8459, 0.3701, 0.7805, 0.8460, 0.9576, 0.2614, 0.8362, 0.8661, 0.1618, 0.2616, 0.8080,
            0.8011, 0.8139, 0.2315,
        ];
        for (score, expected) in scores.iter().step_by(4).zip(expected) {
            assert!((score - expected).abs() < 2e-3, "{score} instead of {expected}");
        }
    }
}
