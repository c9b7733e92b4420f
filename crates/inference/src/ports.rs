//! Whether a model has the inputs and outputs that its user names.

use std::path::Path;

use ort::value::{Outlet, TensorElementType};

use crate::{InferenceError, Shape};

pub(crate) fn fits(
    path: &Path,
    side: &'static str,
    outlets: &[Outlet],
    name: &str,
    expected: &Shape,
    element: TensorElementType,
) -> Result<(), InferenceError> {
    let Some(outlet) = outlets.iter().find(|outlet| outlet.name() == name) else {
        let found = outlets.iter().map(|outlet| format!("\"{}\"", outlet.name())).collect::<Vec<_>>().join(", ");
        let expected = format!("also \"{name}\"");
        return Err(InferenceError::Ports { path: path.to_owned(), side, expected, found });
    };
    let kind = outlet.dtype();
    let shape = kind.tensor_shape().map(|shape| Shape::declared(shape));
    if kind.tensor_type() == Some(element) && shape.as_ref().is_some_and(|shape| shape.agrees(expected)) {
        return Ok(());
    }
    let found = match (kind.tensor_type(), shape) {
        (Some(element), Some(shape)) => format!("{shape} of {element} named \"{name}\""),
        _ => "no tensor".to_owned(),
    };
    Err(InferenceError::ModelShape { path: path.to_owned(), side, expected: expected.clone(), found })
}
