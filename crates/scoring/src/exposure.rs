//! How light a picture is.

use crate::luma::Luma;

/// Darker than this shows nothing on most screens.
const DARK: f32 = 25.0;
/// From here on light is cut off.
const BRIGHT: f32 = 250.0;

/// How light a picture is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Exposure {
    /// Share of pixels that are too dark, 0-1.
    pub(crate) dark_share: f32,
    /// Share of pixels that are cut off, 0-1.
    pub(crate) bright_share: f32,
    /// Mean, 0-255.
    pub(crate) mean: f32,
}

impl Exposure {
    pub(crate) fn of(luma: &Luma) -> Self {
        let pixels = luma.values.len() as f32;
        let share = |of: fn(f32) -> bool| luma.values.iter().filter(|&&value| of(value)).count() as f32 / pixels;
        Self {
            dark_share: share(|value| value < DARK),
            bright_share: share(|value| value >= BRIGHT),
            mean: luma.values.iter().sum::<f32>() / pixels,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_count_pixels() {
        let luma = Luma { width: 4, height: 1, values: vec![0.0, 24.0, 100.0, 255.0] };
        assert_eq!(Exposure::of(&luma), Exposure { dark_share: 0.5, bright_share: 0.25, mean: 94.75 });
    }
}
