//! A model that was checked when it was loaded.

use std::path::Path;

use ort::session::Session;
use ort::value::Outlet;

use crate::pool::Pool;
use crate::precision::{given, is_float, taken};
use crate::{InferenceError, PoolSize, Runtime, Shape, Tensor};

/// What its user expects of a model: one input, and the output that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// What it takes.
    pub input: Port,
    /// What is read of what it gives.
    pub output: Port,
}

/// An input or output of floats: of 32 bits, or of 16, which are made from 32 and into them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name in the model; without one, the only one is meant, or the first output.
    pub name: Option<String>,
    /// Its shape, where free dimensions may have any size.
    pub shape: Shape,
}

impl From<Shape> for Port {
    fn from(shape: Shape) -> Self {
        Self { name: None, shape }
    }
}

/// An ONNX model, loaded and checked.
#[derive(Debug)]
pub struct Model {
    sessions: Pool<Session>,
    size: PoolSize,
    output: String,
    expected: Expected,
}

impl Model {
    /// Loads a model for one caller at a time, on one thread.
    ///
    /// # Errors
    /// When the file is no model, or its shapes are not the expected ones.
    pub fn load(runtime: &Runtime, path: &Path, expected: &Expected) -> Result<Self, InferenceError> {
        Self::load_pool(runtime, path, expected, PoolSize::default())
    }

    /// Loads a model for several callers at once.
    ///
    /// # Errors
    /// As [`Model::load`].
    pub fn load_pool(
        runtime: &Runtime,
        path: &Path,
        expected: &Expected,
        size: PoolSize,
    ) -> Result<Self, InferenceError> {
        let size = PoolSize { sessions: size.sessions.max(1), threads: size.threads.max(1) };
        let open = |_| open(runtime, path, size.threads);
        let sessions = (0..size.sessions).map(open).collect::<Result<Vec<_>, _>>()?;
        let output = Loaded { session: &sessions[0], path }.check(expected)?;
        Ok(Self { sessions: Pool::new(sessions), size, output, expected: expected.clone() })
    }

    /// How many callers are served at once, and on how many threads each.
    pub fn size(&self) -> PoolSize {
        self.size
    }

    /// Runs the model; waits while all its sessions are in use.
    ///
    /// # Errors
    /// When the input's or the output's shape is not the expected one, when an output is not finite, or when ONNX Runtime
    /// fails.
    pub fn run(&self, input: Tensor) -> Result<Tensor, InferenceError> {
        let input = input.checked("input", &self.expected.input.shape)?.finite("input")?;
        self.infer(&input)?.checked("output", &self.expected.output.shape)?.finite("output")
    }

    fn infer(&self, input: &Tensor) -> Result<Tensor, InferenceError> {
        let mut session = self.sessions.lend();
        let input = given(input, session.inputs()[0].dtype()).map_err(InferenceError::run)?;
        let outputs = session.run(ort::inputs![input]).map_err(InferenceError::run)?;
        taken(&outputs[self.output.as_str()]).map_err(InferenceError::run)
    }
}

fn open(runtime: &Runtime, path: &Path, threads: usize) -> Result<Session, InferenceError> {
    let build = || -> ort::Result<Session> {
        Session::builder(&runtime.environment)?
            .with_intra_threads(threads)?
            // Idle threads that spin would take the cores from decoding.
            .with_intra_op_spinning(false)?
            .commit_from_file(path)
    };
    build().map_err(|error| InferenceError::ModelUnusable { path: path.to_owned(), source: error.into() })
}

/// A session and the file that it came from, for what is said about it.
struct Loaded<'a> {
    session: &'a Session,
    path: &'a Path,
}

impl Loaded<'_> {
    /// The name of the output to read.
    fn check(&self, expected: &Expected) -> Result<String, InferenceError> {
        let (inputs, outputs) = (self.session.inputs(), self.session.outputs());
        let input = named(inputs, &expected.input).filter(|_| inputs.len() == 1);
        let input = input.ok_or_else(|| self.other_ports("input", inputs, &expected.input))?;
        let output = named(outputs, &expected.output);
        let output = output.ok_or_else(|| self.other_ports("output", outputs, &expected.output))?;
        self.check_shape("input", input, &expected.input.shape)?;
        self.check_shape("output", output, &expected.output.shape)?;
        Ok(output.name().to_owned())
    }

    fn check_shape(&self, side: &'static str, outlet: &Outlet, expected: &Shape) -> Result<(), InferenceError> {
        let kind = outlet.dtype();
        let shape = kind.tensor_shape().map(|shape| Shape::declared(shape));
        if is_float(kind) && shape.as_ref().is_some_and(|shape| shape.agrees(expected)) {
            return Ok(());
        }
        let found = match (kind.tensor_type(), shape) {
            (Some(element), Some(shape)) => format!("{shape} of {element}"),
            _ => "no tensor".to_owned(),
        };
        Err(InferenceError::ModelShape { path: self.path.to_owned(), side, expected: expected.clone(), found })
    }

    fn other_ports(&self, side: &'static str, found: &[Outlet], expected: &Port) -> InferenceError {
        let expected = expected.name.as_ref().map_or("only one".to_owned(), |name| format!("only \"{name}\""));
        let found = found.iter().map(|outlet| format!("\"{}\"", outlet.name())).collect::<Vec<_>>().join(", ");
        InferenceError::Ports { path: self.path.to_owned(), side, expected, found }
    }
}

fn named<'a>(outlets: &'a [Outlet], port: &Port) -> Option<&'a Outlet> {
    outlets.iter().find(|outlet| port.name.as_ref().is_none_or(|name| name == outlet.name()))
}
