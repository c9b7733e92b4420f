//! What can go wrong on the way from sound to words.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use stepreel_core::SourceError;

/// Transcription failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TranscribeError {
    /// The sound could not be read on.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The model could not be run.
    #[error("could not run the speech model")]
    Model(#[source] Box<dyn Error + Send + Sync>),
    /// The model's file could not be read.
    #[error("could not read the speech model {}", path.display())]
    ModelFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The model's file is damaged, or something else.
    #[error("{} is no ggml Whisper model that can be used: {problem}; fetch it again, or name another model", path.display())]
    ModelUnusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The model that hears voices could not be had or run.
    #[error("could not use the voice activity model \"{model}\"")]
    VoiceModel {
        /// Its name.
        model: String,
        /// Why.
        #[source]
        cause: Box<dyn Error + Send + Sync>,
    },
    /// The settings ask for a language that the model does not know.
    #[error("the speech model does not know the language \"{language}\"; {remedy}")]
    Language {
        /// What was asked for.
        language: String,
        /// What to ask for instead.
        remedy: &'static str,
    },
}

impl TranscribeError {
    pub(crate) fn model(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Model(cause.into())
    }

    pub(crate) fn voice(model: &str, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::VoiceModel { model: model.to_owned(), cause: cause.into() }
    }
}
