//! Models that read text, as tokens.

use std::path::{Path, PathBuf};

use ort::session::{Session, SessionInputs};
use ort::value::{TensorElementType, TensorRef};

use crate::deadline::{self, within};
use crate::pool::Pool;
use crate::ports::fits;
use crate::precision::taken;
use crate::{Engine, InferenceError, PoolSize, Shape, Tensor};

const IDS: &str = "input_ids";
const MASK: &str = "attention_mask";
/// Which text of a pair a token is of; not every model asks.
const TYPES: &str = "token_type_ids";
const OUTPUT: &str = "last_hidden_state";

/// An ONNX model that gives a vector for each token of a text: with the inputs `input_ids`, `attention_mask` and, if it has that,
/// `token_type_ids` of batch x length, and the output `last_hidden_state` of batch x length x width. So BERT and its kin are exported.
#[derive(Debug)]
pub struct TokenModel {
    path: PathBuf,
    sessions: Pool<Session>,
    asks_for_types: bool,
}

impl TokenModel {
    /// Loads a model for several callers at once.
    ///
    /// # Errors
    /// When the file is no model, or takes or gives something else.
    pub fn load(engine: Engine, path: &Path, size: PoolSize) -> Result<Self, InferenceError> {
        let unusable =
            |error: ort::Error| InferenceError::ModelUnusable { path: path.to_owned(), source: error.into() };
        let open = |_| engine.open(path, size.threads.max(1)).map_err(unusable);
        let sessions = (0..size.sessions.max(1)).map(open).collect::<Result<Vec<_>, _>>()?;
        let (inputs, outputs) = (sessions[0].inputs(), sessions[0].outputs());
        let tokens = Shape::new([None, None]);
        let asks_for_types = inputs.iter().any(|input| input.name() == TYPES);
        for name in [IDS, MASK].into_iter().chain(asks_for_types.then_some(TYPES)) {
            fits(path, "input", inputs, name, &tokens, TensorElementType::Int64)?;
        }
        fits(path, "output", outputs, OUTPUT, &Shape::new([None, None, None]), TensorElementType::Float32)?;
        Ok(Self { path: path.to_owned(), sessions: Pool::new(sessions), asks_for_types })
    }

    /// The vector of each token of one text, one after the other: tokens x width. None for a text without tokens.
    ///
    /// # Errors
    /// When a token is unknown to it or there are too many, when it takes too long, or when a value is not finite.
    pub fn run(&self, tokens: &[u32]) -> Result<Tensor, InferenceError> {
        if tokens.is_empty() {
            return Ok(Tensor { shape: vec![0, 0], values: Vec::new() });
        }
        let ids: Vec<i64> = tokens.iter().copied().map(i64::from).collect();
        let output = self.infer(&ids).map_err(|error| self.failed(error))?;
        let output =
            output.ok_or_else(|| InferenceError::TooLong { path: self.path.clone(), limit: deadline::LIMIT })?;
        let expected = Shape::new([Some(1), Some(tokens.len()), None]);
        let Tensor { shape, values } = output.checked(&expected).map_err(|fault| fault.of(&self.path, "output"))?;
        Ok(Tensor { shape: shape[1..].to_vec(), values })
    }

    /// What comes out; nothing when that takes too long.
    fn infer(&self, ids: &[i64]) -> ort::Result<Option<Tensor>> {
        let shape = [1, ids.len()];
        let (ones, zeros) = (vec![1_i64; ids.len()], vec![0_i64; ids.len()]);
        let given = |values| TensorRef::from_array_view((shape, values));
        let mut inputs = ort::inputs![IDS => given(ids)?, MASK => given(&ones)?];
        if self.asks_for_types {
            inputs.push((TYPES.into(), given(&zeros)?.into()));
        }
        let mut session = self.sessions.lend();
        within(deadline::LIMIT, |options| {
            let outputs = session.run_with_options(SessionInputs::from(inputs), options)?;
            taken(&outputs[OUTPUT])
        })
    }

    fn failed(&self, error: ort::Error) -> InferenceError {
        InferenceError::Run { path: self.path.clone(), source: error.into() }
    }
}
