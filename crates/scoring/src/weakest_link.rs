use serde::{Deserialize, Serialize};
use stepreel_core::{Findings, ScoreCard, Span, StageProvenance};

use crate::card::card;
use crate::measures::measurements;
use crate::session_card::Rated;
use crate::{Measure, Profile, Scorer, Subject};

/// The settings of [`WeakestLink`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WeakestLinkConfig {
    /// By how much a score may exceed the points of its weakest component.
    pub headroom: f64,
    /// How measurements become points.
    pub profile: Profile,
}

impl Default for WeakestLinkConfig {
    fn default() -> Self {
        Self { headroom: 40.0, profile: Profile::default() }
    }
}

/// Scores by the weakest link: a procedure that can't be seen is not saved by good sound.
///
/// Each measurement earns 0-100 points by the [`Profile`]'s knots. They make four groups:
///
/// | group | weight | made of |
/// |---|---|---|
/// | picture | .25 | geometric mean of sharpness .30, visibility .25, exposure .15, stability .15, noise .15 |
/// | sound | .30 | mean of snr .30, dropout .30, speech .25, clipping .15 |
/// | words | .20 | transcription |
/// | structure | .25 | mean of segmentation and completeness |
///
/// The score is the smaller of the groups' weighted mean and the weakest component's points plus 40, rounded to a whole number. What was
/// not measured has no weight, and the other weights grow in proportion. The session's score is the mean of its
/// procedures by their length, and at most 40 above what visibility and dropout earn over the whole session.
#[derive(Clone, Debug, Default)]
pub struct WeakestLink {
    config: WeakestLinkConfig,
}

/// A group's weight and the weights of its components.
type Group = (f64, Mean, &'static [(Measure, f64)]);

const GROUPS: [Group; 4] = [
    (
        0.25,
        geometric_mean,
        &[
            (Measure::Sharpness, 0.3),
            (Measure::Visibility, 0.25),
            (Measure::Exposure, 0.15),
            (Measure::Stability, 0.15),
            (Measure::Noise, 0.15),
        ],
    ),
    (
        0.3,
        arithmetic_mean,
        &[(Measure::Snr, 0.3), (Measure::Dropout, 0.3), (Measure::Speech, 0.25), (Measure::Clipping, 0.15)],
    ),
    (0.2, arithmetic_mean, &[(Measure::Transcription, 1.0)]),
    (0.25, arithmetic_mean, &[(Measure::Segmentation, 0.5), (Measure::Completeness, 0.5)]),
];

impl WeakestLink {
    /// A scorer with those settings.
    pub fn new(config: WeakestLinkConfig) -> Self {
        Self { config }
    }

    /// One figure of what the components earned.
    fn total(&self, earned: &[(Measure, f64)]) -> f64 {
        let groups: Vec<_> = GROUPS.iter().filter_map(|group| group_points(group, earned)).collect();
        let weakest = earned.iter().map(|(_, points)| *points).fold(100.0, f64::min);
        arithmetic_mean(&groups).unwrap_or(0.0).min(weakest + self.config.headroom)
    }
}

impl Scorer for WeakestLink {
    fn score(&self, subject: &Subject<'_>) -> ScoreCard {
        let profile = &self.config.profile;
        card(profile.version(), &measurements(subject, profile), &|earned| self.total(earned))
    }

    fn session(&self, procedures: &[(Span, ScoreCard)], findings: &Findings, span: Span) -> ScoreCard {
        Rated { procedures, findings, span }.card(&self.config.profile, self.config.headroom)
    }

    fn provenance(&self) -> StageProvenance {
        let Self { config } = self;
        StageProvenance {
            stage: "scorer".to_owned(),
            kind: "weakest_link".to_owned(),
            model: None,
            model_sha256: None,
            device: None,
            settings: format!("headroom {}, profile {}", config.headroom, config.profile.describe()),
        }
    }
}

/// A mean of values with their weights; nothing without any.
type Mean = fn(&[(f64, f64)]) -> Option<f64>;

fn arithmetic_mean(weighted: &[(f64, f64)]) -> Option<f64> {
    let weight: f64 = weighted.iter().map(|(weight, _)| weight).sum();
    (weight > 0.0).then(|| weighted.iter().map(|(weight, value)| weight * value).sum::<f64>() / weight)
}

/// Of values from 0 to 100: a zero makes all zero.
fn geometric_mean(weighted: &[(f64, f64)]) -> Option<f64> {
    let weight: f64 = weighted.iter().map(|(weight, _)| weight).sum();
    let product = || weighted.iter().map(|(part, value)| (value / 100.0).powf(part / weight)).product::<f64>();
    (weight > 0.0).then(|| 100.0 * product())
}

/// A group's weight and its points; nothing when none of its components was measured.
fn group_points((weight, mean, parts): &Group, earned: &[(Measure, f64)]) -> Option<(f64, f64)> {
    let points = |measure: Measure| earned.iter().find(|(other, _)| *other == measure).map(|(_, points)| *points);
    let weighted: Vec<_> = parts.iter().filter_map(|&(measure, part)| Some((part, points(measure)?))).collect();
    Some((*weight, mean(&weighted)?))
}
