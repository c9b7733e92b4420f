//! What can go wrong on the way from sound to words.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use stepreel_core::{SourceError, UnusableDevice};

/// Transcription failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TranscribeError {
    /// The sound could not be read on.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The model could not be run.
    #[error("could not run the speech model {}", path.display())]
    Model {
        /// The model's file.
        path: PathBuf,
        /// What whisper.cpp says.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The model gives numbers that are none.
    #[error("the speech model {} gives no token a probability: its file or the device that it runs on is damaged", path.display())]
    Nonsense {
        /// The model's file.
        path: PathBuf,
    },
    /// A voice activity detector gives something else than a number for each frame.
    #[error("the voice activity detector \"{detector}\" gave {found} scores for {expected} frames of sound")]
    Scores {
        /// The detector.
        detector: &'static str,
        /// Frames that it heard.
        expected: usize,
        /// Numbers that it gave.
        found: usize,
    },
    /// The device is not there, or computes nonsense.
    #[error(transparent)]
    Device(#[from] UnusableDevice),
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
    pub(crate) fn model<E: Into<Box<dyn Error + Send + Sync>>>(path: &Path) -> impl Fn(E) -> Self {
        move |cause| Self::Model { path: path.to_owned(), source: cause.into() }
    }

    pub(crate) fn voice(model: &str, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::VoiceModel { model: model.to_owned(), cause: cause.into() }
    }
}
