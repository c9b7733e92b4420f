//! A model that was checked when it was loaded.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ort::session::Session;
use ort::value::Outlet;
use stepreel_core::Device;

use crate::deadline::{self, within};
use crate::pool::Pool;
use crate::precision::{given, is_float, taken};
use crate::{Engine, InferenceError, Placement, PoolSize, Shape, Tensor};

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
    path: PathBuf,
    sessions: Pool<Session>,
    size: PoolSize,
    placement: Option<Placement>,
    device: Device,
    output: String,
    expected: Expected,
    limit: Duration,
}

impl Model {
    /// Loads a model for one caller at a time, on one thread.
    ///
    /// # Errors
    /// When the file is no model, its shapes are not the expected ones, or the device has no form of any of its operations.
    pub fn load(engine: Engine, path: &Path, expected: &Expected) -> Result<Self, InferenceError> {
        Self::load_pool(engine, path, expected, PoolSize::default())
    }

    /// Loads a model for several callers at once.
    ///
    /// # Errors
    /// As [`Model::load`].
    pub fn load_pool(engine: Engine, path: &Path, expected: &Expected, size: PoolSize) -> Result<Self, InferenceError> {
        let size = PoolSize { sessions: size.sessions.max(1), threads: size.threads.max(1) };
        let open = |_| open(engine, path, size.threads);
        let sessions = (0..size.sessions).map(open).collect::<Result<Vec<_>, _>>()?;
        let output = Loaded { session: &sessions[0], path }.check(expected)?;
        let placement = placement(engine, path, &expected.input.shape)?;
        let (device, sessions) = (engine.device(), Pool::new(sessions));
        let (path, expected, limit) = (path.to_owned(), expected.clone(), deadline::LIMIT);
        Ok(Self { path, sessions, size, placement, device, output, expected, limit })
    }

    /// The same model, of which one run may take so long instead of a minute.
    #[must_use]
    pub fn ending_within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// How many callers are served at once, and on how many threads each.
    pub fn size(&self) -> PoolSize {
        self.size
    }

    /// Where it runs.
    pub fn device(&self) -> Device {
        self.device
    }

    /// How much of it runs there; nothing for the processor, which runs everything.
    pub fn placement(&self) -> Option<Placement> {
        self.placement
    }

    /// Runs the model; waits while all its sessions are in use.
    ///
    /// # Errors
    /// When the input's or the output's shape is not the expected one, when a value is not finite, when it takes too long, or when
    /// ONNX Runtime fails.
    pub fn run(&self, input: Tensor) -> Result<Tensor, InferenceError> {
        let input = self.checked(input, "input", &self.expected.input)?;
        let output = self.infer(&input).map_err(|error| self.failed(error))?;
        let output = output.ok_or_else(|| InferenceError::TooLong { path: self.path.clone(), limit: self.limit })?;
        self.checked(output, "output", &self.expected.output)
    }

    /// What comes out; nothing when that takes too long.
    fn infer(&self, input: &Tensor) -> ort::Result<Option<Tensor>> {
        let mut session = self.sessions.lend();
        let input = given(input, session.inputs()[0].dtype())?;
        within(self.limit, |options| {
            let outputs = session.run_with_options(ort::inputs![input], options)?;
            taken(&outputs[self.output.as_str()])
        })
    }

    fn checked(&self, tensor: Tensor, side: &'static str, port: &Port) -> Result<Tensor, InferenceError> {
        tensor.checked(&port.shape).map_err(|fault| fault.of(&self.path, side))
    }

    fn failed(&self, error: ort::Error) -> InferenceError {
        InferenceError::Run { path: self.path.clone(), source: error.into() }
    }
}

fn open(engine: Engine, path: &Path, threads: usize) -> Result<Session, InferenceError> {
    engine.open(path, threads).map_err(|error| unusable(path, error))
}

/// Refuses a model that would wholly run on the processor although another device was asked for.
fn placement(engine: Engine, path: &Path, input: &Shape) -> Result<Option<Placement>, InferenceError> {
    if engine.device() == Device::Cpu {
        return Ok(None);
    }
    let placement = Placement::of(&engine, path, &input.smallest()).map_err(|error| unusable(path, error))?;
    if placement.there == 0 {
        let problem = format!("it has no form of any operation of the model {}", path.display());
        return Err(engine.unusable(problem).into());
    }
    if placement.there < placement.all {
        tracing::warn!(model = %path.display(), "only {placement}, the others on cpu");
    }
    Ok(Some(placement))
}

fn unusable(path: &Path, error: ort::Error) -> InferenceError {
    InferenceError::ModelUnusable { path: path.to_owned(), source: error.into() }
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
