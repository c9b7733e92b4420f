//! From sound to words: voice activity, recognition by Whisper, captions as the other source, and the guards against
//! invented text.
//!
//! The only home of whisper-rs. It does not know what the words are for.
//!
//! [`Silero`] says where somebody speaks, [`Whisper`] what is said there; [`captions()`] reads what somebody wrote down.
//! [`EnergyGate`] and [`Silent`] need no model: they are the baselines, and stand in where a test must not depend on one.

use stepreel_core::{SoundSource, SpanSet, StageProvenance, Transcript};

/// Finds where somebody speaks.
///
/// # Contract
/// Spans lie inside the sound. The same sound gives the same spans. Silence gives none.
pub trait VoiceActivity: Send + Sync {
    /// Where somebody speaks in that sound.
    ///
    /// # Errors
    /// Only those of the source, and of the model behind it.
    fn speech(&self, sound: SoundSource<'_>) -> Result<SpanSet, TranscribeError>;

    /// What this detector is.
    fn provenance(&self) -> StageProvenance;
}

/// Recognises words.
///
/// # Contract
/// Utterances are in order and lie inside `speech`; each word lies inside its utterance. No word comes from outside `speech`: no speech gives
/// an empty transcript without reading the sound. Nothing is carried over from one span of speech to the next.
pub trait Transcriber: Send + Sync {
    /// What is said in those spans of that sound.
    ///
    /// # Errors
    /// Only those of the source, and of the model behind it.
    fn transcribe(&self, sound: SoundSource<'_>, speech: &SpanSet) -> Result<Transcript, TranscribeError>;

    /// What this transcriber is.
    fn provenance(&self) -> StageProvenance;
}

mod config;
mod error;

mod earshot;
mod energy_gate;
mod gate;
mod onnx_voice;
mod silero;

mod annotation;
mod captions;
mod sentence;
mod silent;
mod whisper;

pub mod conformance;

pub use captions::{CaptionError, CaptionFormat, Captions, beside, caption_text, captions};
pub use config::{OnnxVoiceConfig, TranscriberConfig, VoiceActivityConfig};
pub use earshot::Earshot;
pub use energy_gate::EnergyGate;
pub use error::TranscribeError;
pub use gate::Gate;
pub use onnx_voice::OnnxVoice;
pub use silent::Silent;
pub use silero::Silero;
pub use whisper::{Guards, Whisper, WhisperSettings};
