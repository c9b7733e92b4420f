//! ONNX models: the only home of ONNX Runtime.
//!
//! A [`Model`] is loaded once, checked against what its user expects of its shapes, and run from `&self`. It does not know
//! what its numbers mean: preparing them and reading them is the business of the stage that owns the model.
//!
//! ONNX Runtime is a library of the machine, found while the program runs: [`Runtime::load`] says where it is looked for. A model is
//! loaded into an [`Engine`]: ONNX Runtime on a device that was seen to compute what it should.

mod library;
mod runtime;

mod engine;
mod golden;

mod deadline;
mod model;
mod placement;
mod pool;
mod ports;
mod precision;
mod recurrent;
mod tokens;

mod error;
mod shape;
mod tensor;

#[cfg(test)]
mod testing;

pub use engine::Engine;
pub use error::InferenceError;
pub use model::{Expected, Model, Port};
pub use placement::Placement;
pub use pool::PoolSize;
pub use recurrent::{Recurrent, RecurrentPorts};
pub use runtime::Runtime;
pub use shape::Shape;
pub use tensor::Tensor;
pub use tokens::TokenModel;
