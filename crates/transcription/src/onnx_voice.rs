//! Voice activity by a model file.

use stepreel_core::{Device, Digest, SoundSource, SpanSet, StageProvenance};
use stepreel_inference::{Engine, Recurrent, RecurrentPorts, Tensor};
use stepreel_models::Located;

use crate::gate::{FrameScorer, Thresholds};
use crate::{Gate, TranscribeError, VoiceActivity};

/// Voice activity by a model in ONNX format that is made as silero VAD is, such as another version of it: it takes 512 samples
/// at a time with the 64 before them, its own memory and the rate of the sound, and gives a score of 0-1 and its new memory.
#[derive(Debug)]
pub struct OnnxVoice {
    network: Recurrent,
    gate: Gate,
    name: String,
    sha256: Digest,
    device: Device,
}

/// Samples that get one score: 32 ms.
const CHUNK: usize = 512;

/// Samples of the chunk before that are heard again.
const CONTEXT: usize = 64;

/// What such a model remembers.
const MEMORY: [usize; 3] = [2, 1, 128];

/// The thresholds that silero's own tool uses.
const THRESHOLDS: Thresholds = Thresholds { onset: 0.5, offset: 0.35 };

impl OnnxVoice {
    /// Loads a located model.
    ///
    /// # Errors
    /// When it can't be loaded, or takes or gives something else.
    pub fn load(engine: Engine, located: &Located, gate: Gate) -> Result<Self, TranscribeError> {
        let ports = RecurrentPorts {
            input: ("input", [1, CONTEXT + CHUNK].into()),
            memory: ("state", MEMORY.into()),
            setting: ("sr", 16_000),
            output: ("output", [1, 1].into()),
            new_memory: "stateN",
        };
        let network = Recurrent::load(engine, &located.path, ports);
        let network = network.map_err(|error| TranscribeError::voice(&located.name, error))?;
        Ok(Self { network, gate, name: located.name.clone(), sha256: located.sha256, device: engine.device() })
    }
}

impl VoiceActivity for OnnxVoice {
    fn speech(&self, sound: SoundSource<'_>) -> Result<SpanSet, TranscribeError> {
        self.gate.spans(sound, &mut Listening::new(self), THRESHOLDS)
    }

    fn provenance(&self) -> StageProvenance {
        StageProvenance {
            model: Some(self.name.clone()),
            model_sha256: Some(self.sha256),
            device: Some(self.device),
            ..self.gate.provenance("onnx", THRESHOLDS)
        }
    }
}

/// The network on its way through one sound.
struct Listening<'a> {
    voice: &'a OnnxVoice,
    heard: Vec<f32>,
    memory: Tensor,
}

impl<'a> Listening<'a> {
    fn new(voice: &'a OnnxVoice) -> Self {
        let memory = Tensor { shape: MEMORY.to_vec(), values: vec![0.0; MEMORY.iter().product()] };
        Self { voice, heard: vec![0.0; CONTEXT], memory }
    }

    fn score(&mut self, chunk: &[f32]) -> Result<f32, TranscribeError> {
        self.heard.extend(chunk);
        let heard = Tensor { shape: vec![1, self.heard.len()], values: self.heard.clone() };
        let (scores, memory) = self
            .voice
            .network
            .run(heard, std::mem::take(&mut self.memory))
            .map_err(|error| TranscribeError::voice(&self.voice.name, error))?;
        self.memory = memory;
        self.heard.drain(..CHUNK);
        Ok(scores.values.first().copied().unwrap_or_default())
    }
}

impl FrameScorer for Listening<'_> {
    fn name(&self) -> &'static str {
        "onnx"
    }

    fn frame(&self) -> usize {
        CHUNK
    }

    fn scores(&mut self, frames: &[f32]) -> Result<Vec<f32>, TranscribeError> {
        frames.chunks_exact(CHUNK).map(|chunk| self.score(chunk)).collect()
    }
}
