//! Vectors of unit length.

/// The vector scaled to unit length. One without a direction becomes the diagonal, so that every vector has unit length.
pub(crate) fn to_unit_length(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|&value| f64::from(value) * f64::from(value)).sum::<f64>().sqrt();
    if length < 1e-12 {
        let even = 1.0 / (vector.len() as f32).sqrt();
        vector.fill(even);
    } else {
        vector.iter_mut().for_each(|value| *value = (f64::from(*value) / length) as f32);
    }
    vector
}
