//! Numbers in a box of several dimensions.

use std::path::Path;

use crate::{InferenceError, Shape};

/// Numbers in row-major order: the last dimension runs fastest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tensor {
    /// The size of each dimension.
    pub shape: Vec<usize>,
    /// The numbers, as many as the product of the sizes.
    pub values: Vec<f32>,
}

/// What is wrong with a tensor.
#[derive(Debug, PartialEq)]
pub(crate) enum Fault {
    Shape { expected: Shape, found: Shape, values: usize },
    NotFinite,
}

impl Tensor {
    /// Refuses a tensor whose values don't fill its shape, whose shape is not `expected`, or that has a value that is not a
    /// number, or infinite. Inputs too: an activation such as `ReLU6` turns such a value into a plausible number.
    pub(crate) fn checked(self, expected: &Shape) -> Result<Self, Fault> {
        let found = Shape::from(self.shape.as_slice());
        if !found.agrees(expected) || self.shape.iter().product::<usize>() != self.values.len() {
            return Err(Fault::Shape { expected: expected.clone(), found, values: self.values.len() });
        }
        // All of them are looked at, as only a loop without an early end is turned into vector instructions.
        let finite = self.values.iter().fold(true, |finite, value| finite & value.is_finite());
        if finite { Ok(self) } else { Err(Fault::NotFinite) }
    }
}

impl Fault {
    /// The error for the input or output of that model.
    pub(crate) fn of(self, path: &Path, side: &'static str) -> InferenceError {
        let path = path.to_owned();
        match self {
            Self::Shape { expected, found, values } => {
                InferenceError::TensorShape { path, side, expected, found, values }
            }
            Self::NotFinite => InferenceError::NotFinite { path, side },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_must_fill_the_shape() {
        let tensor = |values: usize| Tensor { shape: vec![2, 3], values: vec![0.0; values] };
        assert!(tensor(6).checked(&[2, 3].into()).is_ok());
        assert!(tensor(5).checked(&[2, 3].into()).is_err());
        assert!(tensor(6).checked(&[3, 2].into()).is_err());
    }

    #[test]
    fn infinity_is_refused() {
        for bad in [f32::NAN, f32::INFINITY] {
            assert_eq!(Tensor { shape: vec![1], values: vec![bad] }.checked(&[1].into()), Err(Fault::NotFinite));
        }
    }

    #[test]
    fn an_error_names_the_model_and_the_side() {
        let error = Fault::NotFinite.of(Path::new("models/eye.onnx"), "output").to_string();
        assert!(error.contains("models/eye.onnx") && error.contains("output"), "{error}");
    }
}
