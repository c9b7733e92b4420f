//! Sizes of a tensor's dimensions, some of them free.

use std::fmt;

/// The sizes of a tensor's dimensions; a free one may have any size, and their number may be free too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape(Option<Vec<Option<usize>>>);

impl Shape {
    /// From its dimensions, nothing for a free one.
    pub fn new(dimensions: impl IntoIterator<Item = Option<usize>>) -> Self {
        Self(Some(dimensions.into_iter().collect()))
    }

    /// Any number of dimensions of any size.
    pub fn any() -> Self {
        Self(None)
    }

    /// Whether a tensor can have both shapes: as many dimensions, and no two different sizes for one.
    pub fn agrees(&self, other: &Self) -> bool {
        let fits = |(a, b): (&Option<usize>, &Option<usize>)| a.is_none() || b.is_none() || a == b;
        let (Some(these), Some(those)) = (&self.0, &other.0) else { return true };
        these.len() == those.len() && these.iter().zip(those).all(fits)
    }

    /// The smallest sizes that it allows.
    pub(crate) fn smallest(&self) -> Vec<usize> {
        self.0.iter().flatten().map(|size| size.unwrap_or(1)).collect()
    }

    /// As ONNX Runtime declares it: a negative size is a free one.
    pub(crate) fn declared(dimensions: &[i64]) -> Self {
        Self::new(dimensions.iter().map(|&size| usize::try_from(size).ok()))
    }
}

impl From<&[usize]> for Shape {
    fn from(dimensions: &[usize]) -> Self {
        Self::new(dimensions.iter().copied().map(Some))
    }
}

impl<const N: usize> From<[usize; N]> for Shape {
    fn from(dimensions: [usize; N]) -> Self {
        Self::from(dimensions.as_slice())
    }
}

/// Such as `1x3x?x?`; `scalar` without dimensions, `any` when their number is free.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(sizes) = &self.0 else { return f.pad("any") };
        let sizes = sizes.iter().map(|size| size.map_or("?".to_owned(), |size| size.to_string()));
        let text = sizes.collect::<Vec<_>>().join("x");
        f.pad(if text.is_empty() { "scalar" } else { &text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &[i64], b: &[i64], agree: bool) {
        assert_eq!(Shape::declared(a).agrees(&Shape::declared(b)), agree, "{a:?} {b:?}");
    }

    #[test]
    fn a_free_dimension_agrees_with_any_size() {
        check(&[1, 3], &[1, 3], true);
        check(&[-1, 3], &[7, 3], true);
        check(&[7, 3], &[7, -1], true);
        check(&[7, 3], &[7, 4], false);
        check(&[7, 3], &[7, 3, 1], false);
        assert!(Shape::any().agrees(&Shape::declared(&[7, 3])));
    }

    #[test]
    fn a_free_dimension_may_be_one() {
        assert_eq!(Shape::declared(&[-1, 3, 8]).smallest(), [1, 3, 8]);
    }

    #[test]
    fn shapes_read_as_products() {
        assert_eq!(Shape::declared(&[1, 3, -1]).to_string(), "1x3x?");
        assert_eq!(Shape::declared(&[]).to_string(), "scalar");
    }
}
