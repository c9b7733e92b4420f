//! The transcriber that never hears anything.

use stepreel_core::{SoundSource, SpanSet, StageProvenance, Transcript};

use crate::{TranscribeError, Transcriber};

/// Never hears anything: for tests, and for what is to rest on pictures and sound alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Transcriber for Silent {
    fn transcribe(&self, _sound: SoundSource<'_>, _speech: &SpanSet) -> Result<Transcript, TranscribeError> {
        Ok(Transcript::default())
    }

    fn provenance(&self) -> StageProvenance {
        StageProvenance {
            stage: "transcriber".to_owned(),
            kind: "silent".to_owned(),
            model: None,
            model_sha256: None,
            device: None,
            settings: String::new(),
        }
    }
}
