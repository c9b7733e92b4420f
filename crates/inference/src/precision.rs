//! Values of 16 bits for models that want them; everybody else counts in 32.

use half::f16;
use ort::session::SessionInputValue;
use ort::value::{DynValue, TensorElementType, TensorRef, ValueType};

use crate::Tensor;

/// Whether values of that kind can be made from 32-bit floats, and made into them again.
pub(crate) fn is_float(kind: &ValueType) -> bool {
    matches!(kind.tensor_type(), Some(TensorElementType::Float32 | TensorElementType::Float16))
}

/// The tensor as a model takes it.
pub(crate) fn given<'a>(tensor: &'a Tensor, kind: &ValueType) -> ort::Result<SessionInputValue<'a>> {
    let shape = tensor.shape.as_slice();
    if kind.tensor_type() != Some(TensorElementType::Float16) {
        return Ok(TensorRef::from_array_view((shape, tensor.values.as_slice()))?.into());
    }
    let values: Vec<f16> = tensor.values.iter().map(|&value| f16::from_f32(value)).collect();
    if let Some(value) = tensor.values.iter().zip(&values).find_map(|(value, half)| half.is_infinite().then_some(value))
    {
        return Err(ort::Error::new(format!("the model takes floats of 16 bits, and {value} is none")));
    }
    Ok(ort::value::Tensor::from_array((shape, values))?.into())
}

/// What a model gives.
pub(crate) fn taken(value: &DynValue) -> ort::Result<Tensor> {
    if value.dtype().tensor_type() == Some(TensorElementType::Float16) {
        let array = value.try_extract_array::<f16>()?;
        return Ok(Tensor { shape: array.shape().to_vec(), values: array.iter().map(|half| half.to_f32()).collect() });
    }
    let array = value.try_extract_array::<f32>()?;
    Ok(Tensor { shape: array.shape().to_vec(), values: array.iter().copied().collect() })
}
