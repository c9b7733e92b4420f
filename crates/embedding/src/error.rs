//! What can go wrong between a text and its vector.

use std::path::PathBuf;

use stepreel_inference::InferenceError;
use stepreel_models::ModelError;

/// A text encoder can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddingError {
    /// Its files are not here, or not what they should be.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// ONNX Runtime can't run it.
    #[error(transparent)]
    Inference(#[from] InferenceError),
    /// The file beside the model is no tokeniser.
    #[error("could not read the tokeniser {}: {what}", path.display())]
    Tokenizer {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A text has no form in its tokens.
    #[error("the tokeniser failed: {0}")]
    Text(String),
}
