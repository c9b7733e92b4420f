//! What a configuration resolves to.

use stepreel_clipping::Clipper;
use stepreel_core::StageProvenance;
use stepreel_media::Sampling;
use stepreel_models::{Library, ModelError};
use stepreel_naming::Namer;
use stepreel_scoring::{Policy, Scorer};
use stepreel_segmentation::{EncodeError, FrameEncoder, Segmenter};
use stepreel_transcription::{TranscribeError, VoiceActivity};

use crate::words::Listener;
use crate::{Config, KeptResults, Sessions};

/// The stages of a pipeline, ready to run.
pub struct Stages {
    pub(crate) sessions: Sessions,
    pub(crate) sampling: Sampling,
    pub(crate) encoder: Box<dyn FrameEncoder>,
    pub(crate) voice_activity: Box<dyn VoiceActivity>,
    pub(crate) listener: Listener,
    pub(crate) segmenter: Box<dyn Segmenter>,
    pub(crate) namer: Box<dyn Namer>,
    pub(crate) clipper: Box<dyn Clipper>,
    pub(crate) scorer: Box<dyn Scorer>,
    pub(crate) policy: Policy,
    pub(crate) kept_results: KeptResults,
    pub(crate) configuration: String,
}

/// A configuration asks for something that this machine doesn't have.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A model can't be had.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A frame encoder can't be used.
    #[error(transparent)]
    Encoder(#[from] EncodeError),
    /// A speech model can't be used.
    #[error(transparent)]
    Speech(#[from] TranscribeError),
}

impl Stages {
    /// The stages of that configuration, with models out of `library`.
    ///
    /// # Errors
    /// When a model is unknown, missing or not what it should be, or a library is missing.
    pub fn build(config: &Config, library: &Library) -> Result<Self, BuildError> {
        Ok(Self {
            sessions: config.sessions.clone(),
            sampling: config.frames.clone(),
            encoder: config.encoder.build(library)?,
            voice_activity: config.voice_activity.build(library)?,
            listener: Listener::build(&config.transcriber, library)?,
            segmenter: config.segmenter.build(),
            namer: config.namer.build(),
            clipper: config.clipper.build(),
            scorer: config.scorer.build(),
            policy: config.policy.clone(),
            kept_results: config.kept_results,
            configuration: config.to_toml(),
        })
    }

    /// What the stages after the observing ones are.
    pub(crate) fn deciding(&self) -> [StageProvenance; 4] {
        [self.segmenter.provenance(), self.namer.provenance(), self.clipper.provenance(), self.scorer.provenance()]
    }
}
