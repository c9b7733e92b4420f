//! From sound to words: voice activity, recognition by Whisper, captions as the other source, and the guards against
//! invented text.
//!
//! The only home of whisper-rs. It does not know what the words are for.

use stepreel_core::{SoundSource, SourceError, SpanSet, StageProvenance, Transcript};

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

/// Transcription failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TranscribeError {
    /// The sound could not be read on.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The model could not be run.
    #[error("could not run the speech model")]
    Model(#[source] Box<dyn std::error::Error + Send + Sync>),
}
