//! From all evidence of a session to the stretches of work in it.
//!
//! [`FrameEncoder`] turns frames into vectors; [`Segmenter`] turns all evidence into segments. It does not name, judge or
//! cut anything.

use stepreel_core::{Evidence, Picture, Segmentation, StageProvenance};

/// Turns pictures into vectors whose distance says how different the scenes are.
///
/// # Contract
/// One vector a picture, in order; all have [`FrameEncoder::dimensions`] finite values and unit length. A picture's vector does not
/// depend on the others of the batch. An empty batch gives an empty answer.
pub trait FrameEncoder: Send + Sync {
    /// The vectors of those pictures.
    ///
    /// # Errors
    /// When the model fails, or gives something else than it promised.
    fn encode(&self, pictures: &[&Picture]) -> Result<Vec<Vec<f32>>, EncodeError>;

    /// Values in a vector.
    fn dimensions(&self) -> usize;

    /// What this encoder is.
    fn provenance(&self) -> StageProvenance;
}

/// Finds the stretches of work in a session.
///
/// # Contract
/// Segments are in order, do not overlap, and lie inside the recording. The same evidence gives the same segments. Each
/// modality may be missing. No work gives no segments: never a uniform split.
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
    Model(#[source] Box<dyn std::error::Error + Send + Sync>),
}
