//! What texts mean, as far as a text encoder knows: words are one way to an answer, this is a second opinion.

use std::error::Error;

/// Turns texts into vectors, so that what means much the same points much the same way.
pub trait TextEncoder: Send + Sync {
    /// Which encoder it is, down to its weights: vectors of two are never compared.
    fn name(&self) -> &str;

    /// The vector of each text, in their order.
    ///
    /// # Errors
    /// When the encoder fails.
    fn encode(&self, texts: &[&str]) -> Result<Vec<Embedding>, EncodingError>;
}

/// Why a text could not be turned into a vector.
pub type EncodingError = Box<dyn Error + Send + Sync>;

/// Where a text points: a direction, each of its numbers in a byte.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Embedding(Vec<i8>);

impl Embedding {
    /// Of a vector of any length; one that is nothing but zeros, or has a number that is none, points nowhere.
    pub fn new(vector: &[f32]) -> Self {
        let largest = vector.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        if largest == 0.0 || !vector.iter().all(|value| value.is_finite()) {
            return Self(vec![0; vector.len()]);
        }
        Self(vector.iter().map(|value| (value / largest * 127.0).round() as i8).collect())
    }

    /// As [`Embedding::as_bytes`] gave it.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.iter().map(|byte| byte.cast_signed()).collect())
    }

    /// A byte for each of its numbers.
    pub fn as_bytes(&self) -> Vec<u8> {
        self.0.iter().map(|value| value.cast_unsigned()).collect()
    }

    /// How many numbers it has.
    pub fn dimensions(&self) -> usize {
        self.0.len()
    }

    /// How much the other points the same way: the cosine of the angle between them, -1 to 1; 0 when one points nowhere, or has
    /// other dimensions.
    pub fn nearness(&self, other: &Self) -> f32 {
        if self.0.len() != other.0.len() {
            return 0.0;
        }
        let lengths = self.dot(self) as f32 * other.dot(other) as f32;
        if lengths == 0.0 { 0.0 } else { self.dot(other) as f32 / lengths.sqrt() }
    }

    fn dot(&self, other: &Self) -> i32 {
        self.0.iter().zip(&other.0).map(|(one, other)| i32::from(*one) * i32::from(*other)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_a_number_is_enough_for_an_angle() {
        let at = |angle: f32| Embedding::new(&[angle.cos() * 3.0, angle.sin() * 3.0]);
        for angle in [0.0, 0.3, 1.0, 2.0, 3.1] {
            let nearness = at(0.5).nearness(&at(0.5 + angle));
            assert!((nearness - angle.cos()).abs() < 0.01, "{angle}: {nearness}");
        }
    }

    #[test]
    fn what_points_nowhere_is_near_nothing() {
        let some = Embedding::new(&[1.0, 0.0]);
        for nowhere in [Embedding::new(&[0.0, 0.0]), Embedding::new(&[f32::NAN, 1.0]), Embedding::new(&[1.0])] {
            assert_eq!(some.nearness(&nowhere), 0.0, "{nowhere:?}");
        }
    }

    #[test]
    fn bytes_bring_it_back() {
        let some = Embedding::new(&[0.5, -0.25, 0.125]);
        assert_eq!(Embedding::from_bytes(&some.as_bytes()), some);
    }
}
