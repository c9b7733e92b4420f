//! From all evidence of a session to the stretches of work in it.
//!
//! [`FrameEncoder`] turns frames into vectors; [`Segmenter`] turns all evidence into segments. It does not name, judge or
//! cut anything.

use std::error::Error;

use stepreel_core::{Device, Evidence, Picture, Segmentation, StageProvenance};

mod config;

mod golden;
mod histogram;
mod onnx_encoder;
mod squeeze;
mod unit;

mod change_point;
mod uniform;

mod activity;
mod bins;
mod boundary_cost;
mod cohesion;
mod confidence;
mod cues;
mod habit;
mod interlude;
mod length_prior;
mod programme;
mod projection;
mod rejoin;
mod scatter;
mod snap;
mod speech;
mod stretch;
mod tokens;
mod topic;

pub mod conformance;

pub use change_point::ChangePoint;
pub use config::{ChangePointConfig, EncoderConfig, SegmenterConfig, UniformConfig, Weights};
pub use histogram::Histogram;
pub use onnx_encoder::{ModelIdentity, OnnxEncoder};
pub use uniform::Uniform;

/// Turns pictures into vectors whose distance says how different the scenes are.
///
/// # Contract
/// One vector a picture, in order; all have the same number of finite values, and unit length. A picture's vector does not
/// depend on the others of the batch. An empty batch gives an empty answer. [`conformance::check_encoder`] is this contract as code.
pub trait FrameEncoder: Send + Sync {
    /// The vectors of those pictures.
    ///
    /// # Errors
    /// When the model fails, or gives something else than it promised.
    fn encode(&self, pictures: &[&Picture]) -> Result<Vec<Vec<f32>>, EncodeError>;

    /// What this encoder is.
    fn provenance(&self) -> StageProvenance;
}

/// Finds the stretches of work in a session.
///
/// # Contract
/// Segments are in order, do not overlap, and lie inside the recording. The same evidence gives the same segments. Each
/// modality may be missing. No work gives no segments: never a uniform split. [`conformance::check_segmenter`] is this contract
/// as code.
pub trait Segmenter: Send + Sync {
    /// The stretches of work in that evidence.
    fn segment(&self, evidence: &Evidence) -> Segmentation;

    /// What this segmenter is.
    fn provenance(&self) -> StageProvenance;
}

/// A frame encoder failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The model could not be run.
    #[error("could not run the frame encoder")]
    Model(#[source] Box<dyn Error + Send + Sync>),
    /// The model could not be had.
    #[error("could not load the frame encoder \"{model}\"")]
    Unavailable {
        /// Its name.
        model: String,
        /// Why.
        #[source]
        cause: Box<dyn Error + Send + Sync>,
    },
    /// Nothing says what pictures a model takes.
    #[error("model \"{model}\" is no frame encoder: the manifest says nothing of the pictures that it takes")]
    UnknownInput {
        /// Its name.
        model: String,
    },
    /// The model gives vectors of another length than the manifest says.
    #[error("the frame encoder \"{model}\" gave {found} values, and {expected} were expected")]
    Dimensions {
        /// Its name.
        model: String,
        /// As the manifest says.
        expected: usize,
        /// As the model gives.
        found: usize,
    },
    /// The model makes something else of a known picture than it should.
    #[error(
        "the frame encoder \"{model}\" makes {found:.3?} of the test picture on {device}, where {expected:.3?} is right \
         (within {tolerance})"
    )]
    Golden {
        /// Its name.
        model: String,
        /// Where it ran.
        device: Device,
        /// The sketch of the right vector.
        expected: Vec<f32>,
        /// The sketch of the vector that came.
        found: Vec<f32>,
        /// The distance between the two that is allowed.
        tolerance: f32,
    },
}

impl EncodeError {
    fn model(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Model(cause.into())
    }

    fn unavailable(model: &str, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unavailable { model: model.to_owned(), cause: cause.into() }
    }
}
