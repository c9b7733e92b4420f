//! From texts to vectors of what they mean: a sentence encoder over ONNX Runtime, and the only home of its tokeniser.

mod encoder;
mod error;

pub use encoder::SentenceEncoder;
pub use error::EmbeddingError;
