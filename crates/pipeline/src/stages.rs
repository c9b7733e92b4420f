//! What a configuration resolves to.

use std::error::Error;
use std::iter::successors;
use std::path::Path;

use stepreel_clipping::Clipper;
use stepreel_core::{DeviceChoice, StageProvenance};
use stepreel_media::{Confinement, MediaError, Recording, Sampling};
use stepreel_models::{Library, ModelError};
use stepreel_naming::{NameError, Namer};
use stepreel_scoring::{Policy, Scorer};
use stepreel_segmentation::{EncodeError, FrameEncoder, Segmenter};
use stepreel_transcription::{TranscribeError, VoiceActivity};

use crate::words::Listener;
use crate::{Config, KeptResults, Sessions, Watch};

/// The stages of a pipeline, ready to run.
pub struct Stages {
    pub(crate) sessions: Sessions,
    pub(crate) sampling: Sampling,
    confinement: Confinement,
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
    /// What was chosen where the configuration left it open, one sentence each.
    notes: Vec<String>,
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
    /// A namer can't be used.
    #[error(transparent)]
    Namer(#[from] NameError),
}

impl Stages {
    /// The stages of that configuration, with models out of `library`.
    ///
    /// # Errors
    /// When a model is unknown, missing or not what it should be, or a library or a device is missing.
    pub fn build(config: &Config, library: &Library) -> Result<Self, BuildError> {
        let device = config.inference.device;
        let (encoder, no_gpu) = device.open(|device| config.encoder.build_on(library, device))?;
        let seeing = chosen(device, &encoder.provenance(), no_gpu);
        let (listener, no_gpu) = device.open(|device| Listener::build(&config.transcriber, library, device))?;
        let listening = listener.provenance().and_then(|stage| chosen(device, &stage, no_gpu));
        Ok(Self {
            sessions: config.sessions.clone(),
            sampling: config.frames.clone(),
            confinement: config.decoding.confinement,
            encoder,
            voice_activity: config.voice_activity.build(library)?,
            listener,
            segmenter: config.segmenter.build(),
            namer: config.namer.build()?,
            clipper: config.clipper.build(),
            scorer: config.scorer.build(),
            policy: config.policy.clone(),
            kept_results: config.kept_results,
            configuration: config.to_toml(),
            notes: seeing.into_iter().chain(listening).chain(config.decoding.confinement.gaps()).collect(),
        })
    }

    /// Tells what was chosen where the configuration left it open.
    pub(crate) fn announce(&self, watch: &Watch) {
        for note in &self.notes {
            watch.note(note.clone());
        }
    }

    /// Opens a recording, with its decoders confined as the configuration says.
    pub(crate) fn open(&self, recording: &Path) -> Result<Recording, MediaError> {
        Recording::open_confined(recording, self.confinement)
    }

    /// What the stages after the observing ones are.
    pub(crate) fn deciding(&self) -> [StageProvenance; 4] {
        [self.segmenter.provenance(), self.namer.provenance(), self.clipper.provenance(), self.scorer.provenance()]
    }
}

/// What `auto` chose for a stage whose model runs somewhere, and why it is no GPU.
fn chosen(choice: DeviceChoice, stage: &StageProvenance, no_gpu: Option<impl Error>) -> Option<String> {
    let device = stage.device.filter(|_| choice == DeviceChoice::Auto)?;
    let why = no_gpu.map_or(String::new(), |error| format!(": {}", whole(&error)));
    Some(format!("the {} runs on {device}, chosen by device = \"auto\"{why}", stage.stage))
}

/// An error with all that is behind it.
fn whole(error: &dyn Error) -> String {
    let causes = successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
