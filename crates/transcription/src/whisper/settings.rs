//! How a Whisper model is run.

use std::fmt;
use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use crate::{Guards, TranscribeError};

/// How a Whisper model is run.
#[derive(Clone, Debug, PartialEq)]
pub struct WhisperSettings {
    /// Language as an ISO 639-1 code; found out from the first speech when absent. It holds for the whole recording.
    pub language: Option<String>,
    /// Threads; all processors, but no more than eight, when absent. On the processor two windows are decoded side by side, each by half
    /// of them.
    pub threads: Option<NonZeroUsize>,
    /// Words of the trade, shown to the model before each window as if they had been said just before.
    pub glossary: Vec<String>,
    /// How many hypotheses are followed at once; 1 takes the likeliest token each time.
    pub beam_size: NonZeroUsize,
    /// When a window's words go round in a loop, it is decoded again with a temperature higher by this, up to 1; 0 never does.
    pub temperature_step: f32,
    /// Which utterances to trust.
    pub guards: Guards,
}

impl Default for WhisperSettings {
    fn default() -> Self {
        Self {
            language: None,
            threads: None,
            glossary: Vec::new(),
            beam_size: NonZeroUsize::MIN,
            temperature_step: 0.2,
            guards: Guards::default(),
        }
    }
}

impl WhisperSettings {
    /// With the language that a model of that kind can be asked for.
    pub(super) fn for_model(mut self, multilingual: bool) -> Result<Self, TranscribeError> {
        const KNOWN: &str = "use an ISO 639-1 code such as \"en\", or leave it out to have it found out";
        const ENGLISH: &str = "this one only knows English: use \"en\", or name a model without .en";
        let wrong = |language: &str, remedy| TranscribeError::Language { language: language.to_owned(), remedy };
        match self.language.as_deref() {
            Some(language) if language.contains('\0') || whisper_rs::get_lang_id(language).is_none() => {
                return Err(wrong(language, KNOWN));
            }
            Some(language) if !multilingual && language != "en" => return Err(wrong(language, ENGLISH)),
            None if !multilingual => self.language = Some("en".to_owned()),
            _ => {}
        }
        Ok(self)
    }

    pub(super) fn thread_count(&self) -> usize {
        let all = available_parallelism().map_or(1, NonZeroUsize::get).min(8);
        self.threads.map_or(all, NonZeroUsize::get)
    }
}

/// What changes the words, as one line: not the threads.
impl fmt::Display for WhisperSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let language = self.language.as_deref().unwrap_or("found out");
        let glossary = self.glossary.join(", ");
        let Self { beam_size, temperature_step, guards, .. } = self;
        write!(
            f,
            "language {language}, beam {beam_size}, temperature step {temperature_step}, {guards}, glossary \"{glossary}\""
        )
    }
}
