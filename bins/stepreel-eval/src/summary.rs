//! What all sessions together say of a method, and how far it can be trusted.

use std::collections::BTreeMap;

use serde::Serialize;
use stepreel_testkit::metrics::{Figures, Interval, bootstrap};
use stepreel_testkit::word_metric::WordScore;

use crate::outcome::Outcome;
use crate::titles::{Titles, mean};
use crate::verdicts::Verdicts;

/// A figure over sessions, with its 90 % interval where there are several.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Estimate {
    pub(crate) value: f64,
    #[serde(flatten)]
    pub(crate) interval: Option<Interval>,
}

/// Estimates by the keys of their columns.
pub(crate) type Estimates = BTreeMap<&'static str, Estimate>;

/// One configuration over all sessions. Figures about procedures are means over the sessions that have some.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Summary {
    pub(crate) sessions: usize,
    pub(crate) sessions_with_procedures: usize,
    pub(crate) found: Estimates,
    pub(crate) uniform_five: Estimates,
    pub(crate) uniform_oracle: Estimates,
    pub(crate) random_oracle: Estimates,
    pub(crate) titles: Estimates,
    /// Of all words of all sessions.
    pub(crate) word_error_rate: Option<Estimate>,
    pub(crate) median_word_time_error_seconds: Option<f64>,
    /// Over the sessions with planted ranges.
    pub(crate) finding_iou: Option<Estimate>,
    pub(crate) verdicts: Verdicts,
    pub(crate) seconds_per_minute: Option<f64>,
}

/// How a column shows its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Percent,
    /// Three digits after the point.
    Share,
    /// Two digits after the point.
    Count,
}

/// A figure of a session.
pub(crate) struct Column<T> {
    pub(crate) key: &'static str,
    pub(crate) head: &'static str,
    pub(crate) unit: Unit,
    of: fn(&T) -> Option<f64>,
}

impl<T> Column<T> {
    const fn new(key: &'static str, head: &'static str, unit: Unit, of: fn(&T) -> Option<f64>) -> Self {
        Self { key, head, unit, of }
    }
}

/// The measures of `docs/evaluation.md`, in its order.
pub(crate) const FIGURES: [Column<Figures>; 11] = [
    Column::new("procedure_f1", "proc F1@.5", Unit::Percent, |f| Some(f.found.procedure_f1)),
    Column::new("boundary_f1", "bound F1@15s", Unit::Percent, |f| Some(f.found.boundary_f1)),
    Column::new("count_error", "|K error|", Unit::Count, |f| Some(f.found.count_error)),
    Column::new("f1_10", "F1@10", Unit::Percent, |f| Some(f.f1_10)),
    Column::new("f1_25", "F1@25", Unit::Percent, |f| Some(f.f1_25)),
    Column::new("f1_50", "F1@50", Unit::Percent, |f| Some(f.f1_50)),
    Column::new("frame_accuracy", "MoF", Unit::Percent, |f| Some(f.frame_accuracy)),
    Column::new("mean_iou", "mIoU", Unit::Percent, |f| f.mean_iou),
    Column::new("edit", "edit", Unit::Percent, |f| Some(f.edit)),
    Column::new("pk", "Pk", Unit::Share, |f| f.pk),
    Column::new("window_diff", "WindowDiff", Unit::Share, |f| f.window_diff),
];

/// The measures of titles.
pub(crate) const TITLES: [Column<Titles>; 6] = [
    Column::new("content_f1", "title F1", Unit::Percent, |t| Some(t.content_f1)),
    Column::new("object_f1", "object F1", Unit::Percent, |t| Some(t.object_f1)),
    Column::new("verb", "verb right", Unit::Percent, |t| t.verb),
    Column::new("exact", "exact", Unit::Percent, |t| Some(t.exact)),
    Column::new("grounded", "grounded", Unit::Percent, |t| Some(t.grounded)),
    Column::new("length", "2-8 words", Unit::Percent, |t| Some(t.length)),
];

/// The draws of the bootstrap are the same in every run.
const SEED: u64 = 0x5eed;

impl Summary {
    pub(crate) fn new(all: &[Outcome]) -> Self {
        let scored: Vec<&Outcome> = all.iter().filter(|outcome| outcome.scored()).collect();
        let figures = |of: fn(&Outcome) -> Figures| {
            let figures: Vec<Figures> = scored.iter().map(|outcome| of(outcome)).collect();
            estimates(&FIGURES, &figures)
        };
        let titles: Vec<Titles> = all.iter().filter_map(|outcome| outcome.titles).collect();
        let ious: Vec<f64> = all.iter().filter_map(|outcome| outcome.finding_iou).collect();
        let words: Vec<&WordScore> = all.iter().filter_map(|outcome| outcome.words.as_ref()).collect();
        let paces = all.iter().map(|outcome| outcome.seconds_per_minute).collect::<Option<Vec<f64>>>();
        Self {
            sessions: all.len(),
            sessions_with_procedures: scored.len(),
            found: figures(|outcome| outcome.found),
            uniform_five: figures(|outcome| outcome.uniform_five),
            uniform_oracle: figures(|outcome| outcome.uniform_oracle),
            random_oracle: figures(|outcome| outcome.random_oracle),
            titles: estimates(&TITLES, &titles),
            word_error_rate: word_error_rate(&words),
            median_word_time_error_seconds: median_time_error(&words),
            finding_iou: Estimate::of_mean(&ious),
            verdicts: Verdicts::count(all),
            seconds_per_minute: paces.and_then(|paces| mean(paces.into_iter())),
        }
    }
}

/// The mean of each column, where it is known of any.
fn estimates<T>(columns: &[Column<T>], values: &[T]) -> Estimates {
    let estimate = |column: &Column<T>| {
        let known: Vec<f64> = values.iter().filter_map(column.of).collect();
        Some((column.key, Estimate::of_mean(&known)?))
    };
    columns.iter().filter_map(estimate).collect()
}

impl Estimate {
    fn of_mean(values: &[f64]) -> Option<Self> {
        let over = |drawn: &[usize]| mean(drawn.iter().map(|&index| values[index]));
        Some(Self { value: mean(values.iter().copied())?, interval: bootstrap(values.len(), SEED, over) })
    }
}

/// Words weigh the same, whichever session they are in; sessions are drawn.
fn word_error_rate(sessions: &[&WordScore]) -> Option<Estimate> {
    let rate = |drawn: &[usize]| {
        let sum = |count: fn(&WordScore) -> usize| drawn.iter().map(|&index| count(sessions[index])).sum::<usize>();
        let (said, errors) = (sum(|score| score.said), sum(|score| score.errors));
        (said > 0).then(|| errors as f64 / said as f64)
    };
    let all: Vec<usize> = (0..sessions.len()).collect();
    Some(Estimate { value: rate(&all)?, interval: bootstrap(sessions.len(), SEED, rate) })
}

fn median_time_error(sessions: &[&WordScore]) -> Option<f64> {
    let all: WordScore = sessions.iter().copied().sum();
    all.median_time_error().map(|error| error.as_secs_f64())
}

impl Unit {
    /// The value alone.
    pub(crate) fn shown(self, value: f64) -> String {
        match self {
            Self::Percent => format!("{:.1}", 100.0 * value),
            Self::Share => format!("{value:.3}"),
            Self::Count => format!("{value:.2}"),
        }
    }

    /// The ends of an interval, as short as is enough.
    pub(crate) fn interval(self, Interval { low, high }: Interval) -> String {
        match self {
            Self::Percent => format!("{:.0}-{:.0}", 100.0 * low, 100.0 * high),
            Self::Share => format!("{low:.2}-{high:.2}"),
            Self::Count => format!("{low:.1}-{high:.1}"),
        }
    }

    /// `80.1 (72-86)`.
    pub(crate) fn estimate(self, estimate: &Estimate) -> String {
        let interval = estimate.interval.map(|interval| format!(" ({})", self.interval(interval)));
        self.shown(estimate.value) + &interval.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_used_once() {
        let mut keys: Vec<&str> =
            FIGURES.iter().map(|column| column.key).chain(TITLES.iter().map(|column| column.key)).collect();
        keys.sort_unstable();
        assert!(keys.windows(2).all(|pair| pair[0] != pair[1]), "{keys:?}");
    }

    #[test]
    fn a_long_session_weighs_more_in_the_word_error_rate() {
        let score = |said, errors| WordScore { said, errors, time_errors: Vec::new() };
        let rate = word_error_rate(&[&score(10, 10), &score(90, 0)]).unwrap();
        assert_eq!(rate.value, 0.1);
        assert_eq!(rate.interval, Some(Interval { low: 0.0, high: 1.0 }));
        assert_eq!(word_error_rate(&[]), None);
    }

    #[test]
    fn estimates_read_well() {
        let estimate = |low, high| Estimate { value: 0.8014, interval: Some(Interval { low, high }) };
        assert_eq!(Unit::Percent.estimate(&estimate(0.723, 0.861)), "80.1 (72-86)");
        assert_eq!(Unit::Share.estimate(&estimate(0.723, 0.861)), "0.801 (0.72-0.86)");
        assert_eq!(Unit::Count.estimate(&Estimate { interval: None, ..estimate(0.0, 0.0) }), "0.80");
    }
}
