//! A sentence encoder: tokens in, the mean of their vectors out.

use std::path::Path;

use stepreel_core::Device;
use stepreel_inference::{Engine, PoolSize, Runtime, Tensor, TokenModel};
use stepreel_models::{Library, Located, Role};
use stepreel_retrieval::{Embedding, EncodingError, TextEncoder};
use tokenizers::{Tokenizer, TruncationParams};

use crate::EmbeddingError;

/// The file beside the model that says what its tokens are.
const TOKENIZER: &str = "tokenizer.json";

/// Tokens of a text that are read; what comes later is left out. Sentence encoders are trained on no more.
const LONGEST: usize = 256;

/// Digits of the weights' hash that tell two encoders of one name apart.
const TOLD_APART: usize = 16;

/// A sentence encoder of the kind of Sentence-BERT (Reimers and Gurevych, 2019): a text's vector is the mean of its tokens' vectors.
pub struct SentenceEncoder {
    name: String,
    tokenizer: Tokenizer,
    model: TokenModel,
}

impl SentenceEncoder {
    /// The encoder of that name, on the processor, for two callers at once.
    ///
    /// # Errors
    /// When its files are not here, are not what they should be, or can't be used.
    pub fn find(models: &Library, name: &str) -> Result<Self, EmbeddingError> {
        let located = models.locate(Role::TextEncoder, name)?;
        Self::load(Runtime::load(None)?.on(Device::Cpu)?, &located)
    }

    /// A located encoder.
    ///
    /// # Errors
    /// When its files can't be used.
    pub fn load(engine: Engine, located: &Located) -> Result<Self, EmbeddingError> {
        let tokenizer = tokenizer(&located.path.with_file_name(TOKENIZER))?;
        let model = TokenModel::load(engine, &located.path, PoolSize { sessions: 2, threads: 1 })?;
        let mut hash = located.sha256.to_string();
        hash.truncate(TOLD_APART);
        Ok(Self { name: format!("{}@{hash}", located.name), tokenizer, model })
    }

    fn encode_one(&self, text: &str) -> Result<Embedding, EmbeddingError> {
        let wrong = |error: tokenizers::Error| EmbeddingError::Text(error.to_string());
        let encoding = self.tokenizer.encode_fast(text, true).map_err(wrong)?;
        Ok(Embedding::new(&mean(&self.model.run(encoding.get_ids())?)))
    }
}

impl TextEncoder for SentenceEncoder {
    fn name(&self) -> &str {
        &self.name
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Embedding>, EncodingError> {
        texts.iter().map(|text| Ok(self.encode_one(text)?)).collect()
    }
}

/// Without the padding that published ones have: texts are read one by one, and it would be read as if it had been said.
fn tokenizer(path: &Path) -> Result<Tokenizer, EmbeddingError> {
    let wrong = |error: tokenizers::Error| EmbeddingError::Tokenizer { path: path.to_owned(), what: error.to_string() };
    let mut tokenizer = Tokenizer::from_file(path).map_err(wrong)?;
    tokenizer.with_padding(None);
    let truncation = TruncationParams { max_length: LONGEST, ..TruncationParams::default() };
    tokenizer.with_truncation(Some(truncation)).map_err(wrong)?;
    Ok(tokenizer)
}

/// The mean over the first of two dimensions.
fn mean(tokens: &Tensor) -> Vec<f32> {
    let [count, width] = tokens.shape[..] else { return Vec::new() };
    let mut sums = vec![0.0; width];
    for token in tokens.values.chunks_exact(width.max(1)) {
        sums.iter_mut().zip(token).for_each(|(sum, value)| *sum += value);
    }
    sums.iter_mut().for_each(|sum| *sum /= count.max(1) as f32);
    sums
}
