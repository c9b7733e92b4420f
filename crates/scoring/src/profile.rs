use serde::{Deserialize, Serialize};

use crate::Knots;

/// How measurements become points: version `v1`, unless knots are changed.
///
/// The measures are physical, so knots say in natural units what is good and what is useless.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Width of the median edge in pixels at 320 pixels of width: 7 is sharp, a Gaussian blur of 2 pixels makes 13, of 3 makes 18.
    pub sharpness: Knots,
    /// Share of pixels that are too dark, 0-1. Exposure is the worst of its four.
    pub dark: Knots,
    /// Share of pixels cut off by too much light, 0-1.
    pub bright: Knots,
    /// Mean luma, 0-255, on its low side.
    pub dim: Knots,
    /// Mean luma, 0-255, on its high side.
    pub glaring: Knots,
    /// Standard deviation of the noise in steps of luma at 320 pixels of width.
    pub noise: Knots,
    /// Shift between adjacent frames, in percent of the width for 1/30 s.
    pub stability: Knots,
    /// Share of time, 0-1, for which the lens is covered, or the picture black, frozen or missing.
    pub visibility: Knots,
    /// Share of time, 0-1, in which somebody speaks.
    pub speech: Knots,
    /// Level of speech over the quietest tenth, in dB.
    pub snr: Knots,
    /// Share of time, 0-1, for which the sound drops out or is missing.
    pub dropout: Knots,
    /// Share of the speech, 0-1, that is clipped.
    pub clipping: Knots,
    /// Mean natural logarithm of the words' probabilities.
    pub transcription: Knots,
}

impl Profile {
    /// The version that goes on the card.
    pub(crate) fn version(&self) -> &'static str {
        if *self == Self::default() { "v1" } else { "custom" }
    }

    /// The version, with all knots when they are not the version's own.
    pub(crate) fn describe(&self) -> String {
        if *self == Self::default() { self.version().to_owned() } else { format!("{self:?}") }
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            sharpness: knots(&[(9.0, 100.0), (11.0, 80.0), (13.0, 60.0), (16.0, 35.0), (20.0, 10.0), (26.0, 0.0)]),
            dark: knots(&[(0.5, 100.0), (0.8, 50.0), (0.95, 0.0)]),
            bright: knots(&[(0.1, 100.0), (0.5, 50.0), (0.75, 0.0)]),
            dim: knots(&[(15.0, 0.0), (40.0, 100.0)]),
            glaring: knots(&[(170.0, 100.0), (215.0, 60.0), (245.0, 0.0)]),
            noise: knots(&[(3.0, 100.0), (6.0, 80.0), (10.0, 60.0), (16.0, 35.0), (24.0, 10.0), (32.0, 0.0)]),
            stability: knots(&[(1.5, 100.0), (3.0, 70.0), (6.0, 35.0), (12.0, 0.0)]),
            visibility: knots(&[(0.0, 100.0), (0.05, 80.0), (0.15, 50.0), (0.3, 20.0), (0.5, 0.0)]),
            speech: knots(&[(0.03, 0.0), (0.1, 50.0), (0.25, 100.0)]),
            snr: knots(&[(8.0, 0.0), (12.0, 15.0), (16.0, 40.0), (21.0, 65.0), (25.0, 85.0), (30.0, 100.0)]),
            dropout: knots(&[(0.0, 100.0), (0.01, 85.0), (0.05, 50.0), (0.15, 15.0), (0.3, 0.0)]),
            clipping: knots(&[(0.001, 100.0), (0.006, 85.0), (0.05, 50.0), (0.17, 20.0), (0.32, 0.0)]),
            transcription: knots(&[(-1.5, 0.0), (-1.0, 25.0), (-0.8, 45.0), (-0.5, 75.0), (-0.25, 100.0)]),
        }
    }
}

fn knots(pairs: &[(f64, f64)]) -> Knots {
    Knots::new(pairs.to_vec()).expect("the profile's own knots are in order and go one way")
}
