//! The score and what it is made of.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::SpanSet;

/// A score, 0-100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub struct Score(u8);

impl Score {
    /// A score of so many points; nothing above 100.
    pub fn new(points: u8) -> Option<Self> {
        (points <= 100).then_some(Self(points))
    }

    /// The nearest score to so many points, kept within 0-100.
    pub fn rounded(points: f64) -> Self {
        Self(points.clamp(0.0, 100.0).round() as u8)
    }

    /// Its points, 0-100.
    pub const fn points(self) -> u8 {
        self.0
    }
}

impl From<Score> for u8 {
    fn from(score: Score) -> Self {
        score.0
    }
}

impl TryFrom<u8> for Score {
    type Error = &'static str;

    fn try_from(points: u8) -> Result<Self, Self::Error> {
        Self::new(points).ok_or("a score lies in 0 to 100")
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A score with everything that explains it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreCard {
    /// The score.
    pub total: Score,
    /// The version of the function that made it, such as `v1`.
    pub profile: String,
    /// What was measured and how many points each measure earned, in the profile's order.
    pub components: Vec<Component>,
    /// Why points were lost, the most first.
    pub reasons: Vec<Reason>,
}

/// One measured part of a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Component {
    /// Its name, such as `sharpness`.
    pub name: String,
    /// What was measured, in `unit`; nothing when it could not be.
    pub measured: Option<f64>,
    /// Unit of what was measured.
    pub unit: String,
    /// Points that it earned, 0-100; nothing when it was not measured: it then has no weight.
    pub points: Option<f64>,
}

/// Why a score is not 100.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The component that lost points.
    pub component: String,
    /// How much higher the score would be with this component perfect.
    pub points_lost: f64,
    /// Where, if it has a place.
    pub ranges: SpanSet,
    /// One sentence for a person.
    pub message: String,
}
