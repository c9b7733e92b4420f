//! Numbers in a box of several dimensions.

use crate::{InferenceError, Shape};

/// Numbers in row-major order: the last dimension runs fastest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tensor {
    /// The size of each dimension.
    pub shape: Vec<usize>,
    /// The numbers, as many as the product of the sizes.
    pub values: Vec<f32>,
}

impl Tensor {
    /// Refuses a tensor whose values don't fill its shape, or whose shape is not `expected`.
    pub(crate) fn checked(self, side: &'static str, expected: &Shape) -> Result<Self, InferenceError> {
        let found = Shape::from(self.shape.as_slice());
        if found.agrees(expected) && self.shape.iter().product::<usize>() == self.values.len() {
            return Ok(self);
        }
        Err(InferenceError::TensorShape { side, expected: expected.clone(), found, values: self.values.len() })
    }

    /// Refuses a tensor with a value that is not a number, or infinite. Inputs too: an activation such as `ReLU6` turns such a
    /// value into a plausible number.
    pub(crate) fn finite(self, side: &'static str) -> Result<Self, InferenceError> {
        let finite = self.values.iter().all(|value| value.is_finite());
        if finite { Ok(self) } else { Err(InferenceError::NotFinite { side }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_must_fill_the_shape() {
        let tensor = |values: usize| Tensor { shape: vec![2, 3], values: vec![0.0; values] };
        assert!(tensor(6).checked("input", &[2, 3].into()).is_ok());
        assert!(tensor(5).checked("input", &[2, 3].into()).is_err());
        assert!(tensor(6).checked("input", &[3, 2].into()).is_err());
    }

    #[test]
    fn infinity_is_refused() {
        for bad in [f32::NAN, f32::INFINITY] {
            assert!(Tensor { shape: vec![1], values: vec![bad] }.finite("output").is_err());
        }
    }
}
