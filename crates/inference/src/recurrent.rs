//! A model that goes through a signal piece by piece and remembers what it heard.

use std::path::{Path, PathBuf};

use ort::session::Session;
use ort::value::{Outlet, TensorElementType, TensorRef};

use crate::deadline::{self, within};
use crate::pool::Pool;
use crate::ports::fits;
use crate::precision::taken;
use crate::{Engine, InferenceError, Shape, Tensor};

/// What such a model is to take and give, by the names in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecurrentPorts {
    /// A piece of the signal.
    pub input: (&'static str, Shape),
    /// What it remembers of the pieces before.
    pub memory: (&'static str, Shape),
    /// A whole number that it is told with each piece.
    pub setting: (&'static str, i64),
    /// What it makes of the piece.
    pub output: (&'static str, Shape),
    /// What it remembers from now on, of the same shape as `memory`.
    pub new_memory: &'static str,
}

/// An ONNX model with a memory, loaded and checked. The memory is its caller's, so that many signals can be gone through at once.
#[derive(Debug)]
pub struct Recurrent {
    path: PathBuf,
    sessions: Pool<Session>,
    ports: RecurrentPorts,
}

impl Recurrent {
    /// Loads a model for one caller at a time, on one thread.
    ///
    /// # Errors
    /// When the file is no model, or takes or gives something else.
    pub fn load(engine: Engine, path: &Path, ports: RecurrentPorts) -> Result<Self, InferenceError> {
        let unusable =
            |error: ort::Error| InferenceError::ModelUnusable { path: path.to_owned(), source: error.into() };
        let session = engine.open(path, 1).map_err(unusable)?;
        ports.check(path, session.inputs(), session.outputs())?;
        Ok(Self { path: path.to_owned(), sessions: Pool::new(vec![session]), ports })
    }

    /// What the model makes of a piece, and what it remembers from then on.
    ///
    /// # Errors
    /// When ONNX Runtime fails, or gives something of another shape or that is no number.
    pub fn run(&self, input: Tensor, memory: Tensor) -> Result<(Tensor, Tensor), InferenceError> {
        let RecurrentPorts { input: (_, taken), memory: (_, kept), output: (_, given), .. } = &self.ports;
        let (input, memory) = (self.checked(input, "input", taken)?, self.checked(memory, "input", kept)?);
        let (output, memory) = self
            .infer(&input, &memory)
            .map_err(|error| InferenceError::Run { path: self.path.clone(), source: error.into() })?
            .ok_or_else(|| InferenceError::TooLong { path: self.path.clone(), limit: deadline::LIMIT })?;
        Ok((self.checked(output, "output", given)?, self.checked(memory, "output", kept)?))
    }

    fn checked(&self, tensor: Tensor, side: &'static str, shape: &Shape) -> Result<Tensor, InferenceError> {
        tensor.checked(shape).map_err(|fault| fault.of(&self.path, side))
    }

    /// What comes out; nothing when that takes too long.
    fn infer(&self, input: &Tensor, memory: &Tensor) -> ort::Result<Option<(Tensor, Tensor)>> {
        let RecurrentPorts { input: (piece, _), memory: (kept, _), setting: (told, value), .. } = &self.ports;
        let mut session = self.sessions.lend();
        let none: [usize; 0] = [];
        let inputs = ort::inputs![
            *piece => TensorRef::from_array_view((input.shape.as_slice(), input.values.as_slice()))?,
            *kept => TensorRef::from_array_view((memory.shape.as_slice(), memory.values.as_slice()))?,
            *told => TensorRef::from_array_view((none, std::slice::from_ref(value)))?,
        ];
        within(deadline::LIMIT, |options| {
            let outputs = session.run_with_options(inputs, options)?;
            Ok((taken(&outputs[self.ports.output.0])?, taken(&outputs[self.ports.new_memory])?))
        })
    }
}

impl RecurrentPorts {
    fn check(&self, path: &Path, inputs: &[Outlet], outputs: &[Outlet]) -> Result<(), InferenceError> {
        let scalar = Shape::from([]);
        let (input, memory, setting) = (&self.input, &self.memory, (self.setting.0, &scalar));
        fits(path, "input", inputs, input.0, &input.1, TensorElementType::Float32)?;
        fits(path, "input", inputs, memory.0, &memory.1, TensorElementType::Float32)?;
        fits(path, "input", inputs, setting.0, setting.1, TensorElementType::Int64)?;
        fits(path, "output", outputs, self.output.0, &self.output.1, TensorElementType::Float32)?;
        fits(path, "output", outputs, self.new_memory, &memory.1, TensorElementType::Float32)
    }
}
