use std::time::Duration;

use serde::Serialize;

use stepreel_core::{Span, Time};

/// How well the procedures of one session were found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Found {
    /// F1 of procedures: a true one counts as found by one predicted one with an intersection over union of at least 0.5.
    pub procedure_f1: f64,
    /// F1 of the changes from one procedure to the next. A true change is the stretch from the end of a procedure to the start of
    /// the next; a predicted one, taken at the middle of its stretch, hits it when it lies inside or within 15 s of it. Each is used
    /// once.
    pub boundary_f1: f64,
    /// How many procedures too many or too few.
    pub count_error: f64,
}

/// The distance within which a boundary counts as hit.
const TOLERANCE: Duration = Duration::from_secs(15);

impl Found {
    /// Compares the spans of predicted procedures with the true ones; each list in order and free of overlaps.
    pub fn compare(predicted: &[Span], truth: &[Span]) -> Self {
        Self {
            procedure_f1: procedure_f1(predicted, truth),
            boundary_f1: boundary_f1(predicted, truth),
            count_error: predicted.len().abs_diff(truth.len()) as f64,
        }
    }
}

/// Pairs of (predicted, true) procedures with an intersection over union of at least 0.5. As true ones don't overlap, each has at most one such
/// partner, so that nothing has to be chosen.
pub fn matches(predicted: &[Span], truth: &[Span]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (i, &p) in predicted.iter().enumerate() {
        for (j, &t) in truth.iter().enumerate() {
            let taken = pairs.iter().any(|&(a, b)| a == i || b == j);
            if !taken && p.iou(t) >= 0.5 {
                pairs.push((i, j));
            }
        }
    }
    pairs
}

fn procedure_f1(predicted: &[Span], truth: &[Span]) -> f64 {
    f1(matches(predicted, truth).len(), predicted.len(), truth.len())
}

fn boundary_f1(predicted: &[Span], truth: &[Span]) -> f64 {
    let zones: Vec<(Time, Time)> =
        truth.windows(2).map(|pair| (pair[0].end() - TOLERANCE, pair[1].start() + TOLERANCE)).collect();
    let mut used = vec![false; zones.len()];
    let mut hits = 0;
    for pair in predicted.windows(2) {
        let (a, b) = (pair[0].end(), pair[1].start());
        let at = Time::from_micros(i64::midpoint(a.micros(), b.micros()));
        let free = (0..zones.len()).find(|&zone| !used[zone] && zones[zone].0 <= at && at <= zones[zone].1);
        if let Some(zone) = free {
            used[zone] = true;
            hits += 1;
        }
    }
    f1(hits, predicted.len().saturating_sub(1), zones.len())
}

/// F1 of so many hits among so many predicted and so many true ones; 1 when there is nothing to find and nothing was found.
pub(super) fn f1(hits: usize, predicted: usize, truth: usize) -> f64 {
    if predicted + truth == 0 { 1.0 } else { 2.0 * hits as f64 / (predicted + truth) as f64 }
}

/// The mean of each figure over sessions.
pub fn mean(found: &[Found]) -> Found {
    let over = |figure: fn(&Found) -> f64| found.iter().map(figure).sum::<f64>() / found.len().max(1) as f64;
    Found {
        procedure_f1: over(|f| f.procedure_f1),
        boundary_f1: over(|f| f.boundary_f1),
        count_error: over(|f| f.count_error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(seconds: &[(f64, f64)]) -> Vec<Span> {
        seconds.iter().map(|&(start, end)| Span::from_seconds(start, end).unwrap()).collect()
    }

    fn check(predicted: &[(f64, f64)], truth: &[(f64, f64)], expected: [f64; 3]) {
        let found = Found::compare(&spans(predicted), &spans(truth));
        let got = [found.procedure_f1, found.boundary_f1, found.count_error];
        assert!(got.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{got:?} instead of {expected:?}");
    }

    #[test]
    fn the_truth_itself_is_perfect() {
        let truth = [(0.0, 100.0), (120.0, 300.0), (310.0, 400.0)];
        check(&truth, &truth, [1.0, 1.0, 0.0]);
    }

    #[test]
    fn nothing_found_is_worth_nothing() {
        check(&[], &[(0.0, 100.0), (120.0, 300.0)], [0.0, 0.0, 2.0]);
        check(&[], &[], [1.0, 1.0, 0.0]);
    }

    #[test]
    fn one_true_procedure_is_found_once() {
        check(&[(0.0, 50.0), (50.0, 100.0)], &[(0.0, 100.0)], [2.0 / 3.0, 0.0, 1.0]);
        check(&[(0.0, 49.0)], &[(0.0, 100.0)], [0.0, 1.0, 0.0]);
    }

    #[test]
    fn a_boundary_is_hit_within_fifteen_seconds_of_the_change() {
        let truth = [(0.0, 100.0), (120.0, 300.0)];
        check(&[(0.0, 134.0), (134.0, 300.0)], &truth, [1.0, 1.0, 0.0]);
        check(&[(0.0, 136.0), (136.0, 300.0)], &truth, [1.0, 0.0, 0.0]);
    }
}
