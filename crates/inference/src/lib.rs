//! ONNX models: the only home of ONNX Runtime.
//!
//! A [`Model`] is loaded once, checked against what its user expects of its shapes, and run from `&self`. It does not know
//! what its numbers mean: preparing them and reading them is the business of the stage that owns the model.
//!
//! ONNX Runtime is a library of the machine, found while the program runs: [`Runtime::load`] says where it is looked for.

mod error;
mod library;
mod model;
mod pool;
mod precision;
mod recurrent;
mod runtime;
mod shape;
mod tensor;

pub use error::InferenceError;
pub use model::{Expected, Model, Port};
pub use pool::PoolSize;
pub use recurrent::{Recurrent, RecurrentPorts};
pub use runtime::Runtime;
pub use shape::Shape;
pub use tensor::Tensor;
