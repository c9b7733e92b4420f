//! A small model with a known result, by which a device is judged before it is trusted.

use ort::session::builder::SessionBuilder;
use ort::value::TensorRef;
use stepreel_core::Device;

use crate::Tensor;

/// A model, and what it gives.
pub(crate) struct Golden<'a> {
    pub(crate) model: &'a [u8],
    pub(crate) input: Tensor,
    pub(crate) expected: Vec<f32>,
}

/// A convolution, `ReLU`, a mean and a matrix product. `golden/make.py` writes it and computes the result in plain loops of
/// 64-bit floats.
impl Default for Golden<'_> {
    fn default() -> Self {
        let shape = vec![1, 2, 12, 12];
        let values = (0..shape.iter().product()).map(|index: usize| (index * 53 % 61) as f32 / 30.0 - 1.0).collect();
        Self {
            model: include_bytes!("golden/golden.onnx"),
            input: Tensor { shape, values },
            expected: vec![-0.235_230_2, -0.811_070_2, 0.088_809_7, 0.221_608_3, -0.680_082_8, 0.225_743_3],
        }
    }
}

impl Golden<'_> {
    /// What the model gives in a session that is made so.
    pub(crate) fn run(&self, mut builder: SessionBuilder) -> ort::Result<Vec<f32>> {
        let mut session = builder.commit_from_memory(self.model)?;
        let input = TensorRef::from_array_view((self.input.shape.as_slice(), self.input.values.as_slice()))?;
        let outputs = session.run(ort::inputs![input])?;
        Ok(outputs[0].try_extract_array::<f32>()?.iter().copied().collect())
    }

    /// Refuses a result that is further off than rounding on that device explains.
    pub(crate) fn compare(&self, found: &[f32], device: Device) -> Result<(), String> {
        let tolerance = tolerance(device);
        let near = |(found, expected): (&f32, &f32)| (found - expected).abs() <= tolerance;
        if found.len() == self.expected.len() && found.iter().zip(&self.expected).all(near) {
            return Ok(());
        }
        Err(format!("it computes {found:?} where {:?} is right (within {tolerance})", self.expected))
    }
}

/// Kernels add in different orders, a GPU's most of all. Both limits are far below what reduced precision would cost: these
/// numbers are no short binary fractions.
fn tolerance(device: Device) -> f32 {
    match device {
        Device::Cpu => 1e-5,
        _ => 1e-4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_passes_for_another() {
        let golden = Golden::default();
        let right = golden.expected.clone();
        assert_eq!(golden.compare(&right, Device::Cpu), Ok(()));
        for wrong in [&right[1..], &[0.0; 6], &[f32::NAN; 6]] {
            assert!(golden.compare(wrong, Device::Cpu).is_err() && golden.compare(wrong, Device::Cuda(0)).is_err());
        }
    }

    #[test]
    fn a_gpu_may_round_otherwise() {
        let golden = Golden::default();
        let rounded: Vec<f32> = golden.expected.iter().map(|value| value + 5e-5).collect();
        assert!(golden.compare(&rounded, Device::Cpu).is_err());
        assert_eq!(golden.compare(&rounded, Device::Cuda(0)), Ok(()));
    }
}
