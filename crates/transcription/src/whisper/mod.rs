//! Recognition by a Whisper model, run by whisper.cpp.
//!
//! The flow: [`windows`] packs spans of speech into stretches of up to 30 s; [`decoder`] hands them out to [`listener`]s, which have
//! whisper.cpp decode them into phrases; [`utterances`] makes words of those, places them in time inside the spans they came from, and
//! [`guards`] says which of them to trust.

mod decoder;
mod glossary;
mod gpu;
mod guards;
mod listener;
mod model_file;
mod phrase;
mod read_ahead;
mod self_test;
mod settings;
mod utterances;
mod voiced;
mod windows;
mod words;

use std::fmt;
use std::path::{Path, PathBuf};

use stepreel_core::{
    Device, Digest, SoundSource, SpanSet, StageProvenance, Transcript, TranscriptSource, UnusableDevice, Utterance,
};
use whisper_rs::WhisperContext;

use self::decoder::Decoder;
use self::listener::Heard;
use self::read_ahead::ReadAhead;
use self::windows::{Window, Windows};
use crate::{TranscribeError, Transcriber};

pub use self::guards::Guards;
pub use self::settings::WhisperSettings;

/// Any ggml Whisper model, loaded once and shared; each call has its own state, so calls may run side by side.
pub struct Whisper {
    context: WhisperContext,
    device: Device,
    settings: WhisperSettings,
    glossary: Vec<i32>,
    path: PathBuf,
    name: Option<String>,
    sha256: Option<Digest>,
}

impl Whisper {
    /// Loads a model in whisper.cpp's ggml format, to be run on the processor.
    ///
    /// The file is checked before whisper.cpp sees it: it trusts what it reads, and ends the process on what it did not
    /// expect. What whisper.cpp has to say goes to `tracing`.
    ///
    /// # Errors
    /// When the file can't be read or is no such model, or the language is one that the model does not know.
    pub fn load(path: &Path, settings: WhisperSettings) -> Result<Self, TranscribeError> {
        Self::load_on(Device::Cpu, path, settings)
    }

    /// As [`Whisper::load`], to be run on that device. On a GPU, a known sound is listened to first.
    ///
    /// # Errors
    /// As [`Whisper::load`], and when whisper.cpp can't use the device, or computes nonsense there.
    pub fn load_on(device: Device, path: &Path, settings: WhisperSettings) -> Result<Self, TranscribeError> {
        whisper_rs::install_logging_hooks();
        let parameters = gpu::parameters(device)?;
        model_file::check(path)?;
        let context = WhisperContext::new_with_params(path, parameters).map_err(|error| {
            TranscribeError::ModelUnusable { path: path.to_owned(), problem: format!("whisper.cpp says \"{error}\"") }
        })?;
        let settings = settings.for_model(context.is_multilingual())?;
        let glossary = glossary::tokens(&context, &settings.glossary);
        let whisper = Self { context, device, settings, glossary, path: path.to_owned(), name: None, sha256: None };
        if device != Device::Cpu {
            whisper.check()?;
        }
        Ok(whisper)
    }

    fn check(&self) -> Result<(), TranscribeError> {
        let heard = self_test::check(&self.context, self.settings.thread_count());
        let problem = heard.map_err(TranscribeError::model(&self.path))?;
        problem.map_or(Ok(()), |problem| Err(UnusableDevice { device: self.device, problem }.into()))
    }

    /// With the model's name and content for [`Transcriber::provenance`].
    #[must_use]
    pub fn named(self, name: &str, sha256: Digest) -> Self {
        Self { name: Some(name.to_owned()), sha256: Some(sha256), ..self }
    }

    fn utterances(&self, window: &Window, heard: &[Heard]) -> Vec<Utterance> {
        utterances::utterances(window, heard, &self.settings.guards)
    }
}

impl fmt::Debug for Whisper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Whisper").field("name", &self.name).field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Transcriber for Whisper {
    fn transcribe(&self, sound: SoundSource<'_>, speech: &SpanSet) -> Result<Transcript, TranscribeError> {
        let mut transcript = Transcript { source: TranscriptSource::Whisper, ..Transcript::default() };
        let mut windows = Windows::new(ReadAhead::new(sound), speech);
        let language = Decoder::new(self)?.run(&mut windows, |window, heard| {
            transcript.utterances.extend(self.utterances(&window, &heard));
        })?;
        transcript.language = language.map(str::to_owned);
        Ok(transcript)
    }

    fn provenance(&self) -> StageProvenance {
        StageProvenance {
            stage: "transcriber".to_owned(),
            kind: "whisper".to_owned(),
            model: self.name.clone(),
            model_sha256: self.sha256,
            device: Some(self.device),
            settings: format!("whisper.cpp {}, {}", whisper_rs::WHISPER_CPP_VERSION, self.settings),
        }
    }
}
