//! What can go wrong between a model's file and its numbers.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use stepreel_core::UnusableDevice;

use crate::Shape;

/// A model could not be loaded or run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InferenceError {
    /// ONNX Runtime is nowhere.
    #[error(
        "ONNX Runtime's library was not found: set ORT_DYLIB_PATH to a libonnxruntime.so, or put one into .onnxruntime/ beside the program"
    )]
    LibraryMissing,
    /// What was found is no ONNX Runtime, or too old a one.
    #[error(
        "could not use {} as ONNX Runtime: set ORT_DYLIB_PATH to a libonnxruntime.so of version 1.{} or newer",
        path.display(), ort::MINOR_VERSION
    )]
    LibraryUnusable {
        /// The file that was tried.
        path: PathBuf,
        /// What the loader says.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// One process holds one ONNX Runtime, and it holds another already.
    #[error("ONNX Runtime was loaded from {} already, {} can't be loaded beside it", loaded.display(), asked.display())]
    LibraryTaken {
        /// The one in use.
        loaded: PathBuf,
        /// The one asked for.
        asked: PathBuf,
    },
    /// The device is not there, or computes nonsense.
    #[error(transparent)]
    Device(#[from] UnusableDevice),
    /// The file is no model that ONNX Runtime can run.
    #[error("could not load the model {}", path.display())]
    ModelUnusable {
        /// The model's file.
        path: PathBuf,
        /// What ONNX Runtime says.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The model has no such input or output, or another number of inputs than one.
    #[error("the model {} has the {side}s {found}, and {expected} was expected", path.display())]
    Ports {
        /// The model's file.
        path: PathBuf,
        /// `input` or `output`.
        side: &'static str,
        /// What was looked for.
        expected: String,
        /// The names that there are.
        found: String,
    },
    /// The model takes or gives other shapes than its user expects.
    #[error("the model {} has an {side} of shape {found}, and {expected} was expected", path.display())]
    ModelShape {
        /// The model's file.
        path: PathBuf,
        /// `input` or `output`.
        side: &'static str,
        /// What its user expects.
        expected: Shape,
        /// What it declares.
        found: String,
    },
    /// A tensor's values don't fill its shape, or its shape is not the one agreed on.
    #[error(
        "the model {} has an {side} of shape {found} with {values} values, and {expected} was expected", path.display()
    )]
    TensorShape {
        /// The model's file.
        path: PathBuf,
        /// `input` or `output`.
        side: &'static str,
        /// What was agreed on.
        expected: Shape,
        /// The shape that came.
        found: Shape,
        /// The values that came.
        values: usize,
    },
    /// A value is not a number, or infinite.
    #[error("the {side} of the model {} has a value that is not finite", path.display())]
    NotFinite {
        /// The model's file.
        path: PathBuf,
        /// `input` or `output`.
        side: &'static str,
    },
    /// A run did not end in time, and was stopped.
    #[error("the model {} was not done after {limit:?}, so it was stopped", path.display())]
    TooLong {
        /// The model's file.
        path: PathBuf,
        /// The time it had.
        limit: Duration,
    },
    /// ONNX Runtime failed while it ran the model.
    #[error("could not run the model {}", path.display())]
    Run {
        /// The model's file.
        path: PathBuf,
        /// What ONNX Runtime says.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}
