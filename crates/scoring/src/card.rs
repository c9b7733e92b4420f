//! A card from what was measured.

use stepreel_core::{Component, Reason, Score, ScoreCard};

use crate::Measure;
use crate::losses::losses;
use crate::measurement::Measurement;

/// Losses of less are not worth a sentence.
const LEAST_LOSS: f64 = 0.05;

/// How a scorer makes one figure of what the measured components earned; it never falls when one of them earns more.
pub(crate) type Combine<'a> = dyn Fn(&[(Measure, f64)]) -> f64 + 'a;

/// The card of a procedure.
pub(crate) fn card(profile: &str, measurements: &[Measurement], combine: &Combine<'_>) -> ScoreCard {
    let points: Vec<f64> = measurements.iter().map(|measurement| measurement.points).collect();
    let total = |points: &[f64]| {
        let measures = measurements.iter().map(|measurement| measurement.measure);
        combine(&measures.zip(points.iter().copied()).collect::<Vec<_>>())
    };
    let lost = measurements.iter().zip(losses(&points, total));
    ScoreCard {
        total: Score::rounded(total(&points)),
        profile: profile.to_owned(),
        components: Measure::ALL.map(|measure| component(measure, measurements)).to_vec(),
        reasons: sorted(lost.map(|(measurement, lost)| reason(measurement, lost)).collect()),
    }
}

/// The reasons worth a sentence, the most points first.
pub(crate) fn sorted(mut reasons: Vec<Reason>) -> Vec<Reason> {
    reasons.retain(|reason| reason.points_lost >= LEAST_LOSS);
    reasons.sort_by(|a, b| b.points_lost.total_cmp(&a.points_lost));
    reasons
}

/// Rounded to so many decimals: what is stored is what is shown.
pub(crate) fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    (value * scale).round() / scale + 0.0
}

fn component(measure: Measure, measurements: &[Measurement]) -> Component {
    let measured = measurements.iter().find(|measurement| measurement.measure == measure);
    Component {
        name: measure.name().to_owned(),
        measured: measured.map(|measurement| rounded(measurement.value, 4)),
        unit: measure.unit().to_owned(),
        points: measured.map(|measurement| rounded(measurement.points, 2)),
    }
}

fn reason(measurement: &Measurement, lost: f64) -> Reason {
    Reason {
        component: measurement.measure.name().to_owned(),
        points_lost: rounded(lost, 2),
        ranges: measurement.ranges.clone(),
        message: measurement.complaint.clone(),
    }
}
