//! What differs between two results of one session.

use std::fmt;

use serde::Serialize;
use stepreel_core::{Score, Span, Time};
use stepreel_testkit::metrics::matches;

use crate::outcome::SessionResult;
use crate::prediction::Procedure;

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub(crate) enum Change {
    /// Only the later run has the session.
    SessionAdded,
    /// Only the earlier run has the session.
    SessionRemoved,
    Verdict {
        before: String,
        after: String,
    },
    Added {
        title: String,
        span: Span,
    },
    Removed {
        title: String,
        span: Span,
    },
    /// How much later it starts and ends.
    Moved {
        title: String,
        span: Span,
        start_seconds: f64,
        end_seconds: f64,
    },
    Renamed {
        span: Span,
        before: String,
        after: String,
    },
    Rescored {
        title: String,
        span: Span,
        before: Option<Score>,
        after: Option<Score>,
    },
}

/// What is too little to be a change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tolerance {
    /// Seconds that a start or an end may move.
    pub(crate) moved: f64,
    /// Points that a score may change.
    pub(crate) score: u8,
}

/// What differs by more than is tolerated. Procedures are the same when their intersection over union is at least 0.5.
pub(crate) fn changes(before: &SessionResult, after: &SessionResult, tolerance: Tolerance) -> Vec<Change> {
    let spans = |result: &SessionResult| result.procedures.iter().map(|p| p.span).collect::<Vec<Span>>();
    let pairs = matches(&spans(before), &spans(after));
    let alone = |count: usize, matched: fn(&(usize, usize)) -> usize| {
        (0..count).filter(|&index| !pairs.iter().any(|pair| matched(pair) == index)).collect::<Vec<_>>()
    };
    let removed = alone(before.procedures.len(), |pair| pair.0).into_iter().map(|i| &before.procedures[i]);
    let added = alone(after.procedures.len(), |pair| pair.1).into_iter().map(|j| &after.procedures[j]);
    let kept = pairs.iter().flat_map(|&(i, j)| of_procedure(&before.procedures[i], &after.procedures[j], tolerance));
    let verdict = (before.verdict != after.verdict)
        .then(|| Change::Verdict { before: before.verdict.clone(), after: after.verdict.clone() });
    let told = |p: &Procedure| (p.title.clone(), p.span);
    let removed = removed.map(told).map(|(title, span)| Change::Removed { title, span });
    let added = added.map(told).map(|(title, span)| Change::Added { title, span });
    verdict.into_iter().chain(removed).chain(added).chain(kept).collect()
}

fn of_procedure(before: &Procedure, after: &Procedure, tolerance: Tolerance) -> Vec<Change> {
    let (title, span) = (&after.title, after.span);
    let later = |before: Time, after: Time| after.seconds() - before.seconds();
    let [start_seconds, end_seconds] = [later(before.span.start(), span.start()), later(before.span.end(), span.end())];
    let moved = start_seconds.abs().max(end_seconds.abs()) > tolerance.moved;
    let moved = moved.then(|| Change::Moved { title: title.clone(), span, start_seconds, end_seconds });
    let renamed = before.title != *title;
    let renamed = renamed.then(|| Change::Renamed { span, before: before.title.clone(), after: title.clone() });
    let rescored = match (before.score, after.score) {
        (Some(before), Some(after)) => before.points().abs_diff(after.points()) > tolerance.score,
        (before, after) => before != after,
    };
    let (before, after) = (before.score, after.score);
    let rescored = rescored.then(|| Change::Rescored { title: title.clone(), span, before, after });
    [moved, renamed, rescored].into_iter().flatten().collect()
}

/// One line.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let points = |score: &Option<Score>| score.map_or_else(|| "none".to_owned(), |score| score.to_string());
        match self {
            Self::SessionAdded => write!(f, "session added"),
            Self::SessionRemoved => write!(f, "session removed"),
            Self::Verdict { before, after } => write!(f, "verdict   {before} → {after}"),
            Self::Added { title, span } => write!(f, "added     {span}  {title}"),
            Self::Removed { title, span } => write!(f, "removed   {span}  {title}"),
            Self::Moved { title, span, start_seconds, end_seconds } => {
                write!(f, "moved     {span}  {title}: start {start_seconds:+.1} s, end {end_seconds:+.1} s")
            }
            Self::Renamed { span, before, after } => write!(f, "renamed   {span}  {before} → {after}"),
            Self::Rescored { title, span, before, after } => {
                write!(f, "rescored  {span}  {title}: {} → {}", points(before), points(after))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: Tolerance = Tolerance { moved: 0.0, score: 0 };

    fn session(procedures: &[(f64, f64, &str, u8)]) -> SessionResult {
        let procedure = |&(start, end, title, points): &(f64, f64, &str, u8)| Procedure {
            title: title.to_owned(),
            span: Span::from_seconds(start, end).unwrap(),
            score: Score::new(points),
        };
        let verdict = if procedures.is_empty() { "NO_PROCEDURES" } else { "completed" };
        let procedures = procedures.iter().map(procedure).collect();
        SessionResult { name: "a".to_owned(), verdict: verdict.to_owned(), procedures }
    }

    #[track_caller]
    fn check(before: &SessionResult, after: &SessionResult, tolerance: Tolerance, expected: &[&str]) {
        let told: Vec<String> = changes(before, after, tolerance).iter().map(ToString::to_string).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn nothing_differs_from_itself() {
        let a = session(&[(0.0, 60.0, "Open it", 80)]);
        check(&a, &a, STRICT, &[]);
    }

    #[test]
    fn each_kind_of_change_is_told() {
        let before = session(&[(0.0, 60.0, "Open it", 80), (60.0, 90.0, "Close it", 90)]);
        let after = session(&[(3.5, 59.0, "Open the lid", 78), (100.0, 130.0, "Close it", 90)]);
        check(
            &before,
            &after,
            STRICT,
            &[
                "removed   1:00.0-1:30.0  Close it",
                "added     1:40.0-2:10.0  Close it",
                "moved     0:03.5-0:59.0  Open the lid: start +3.5 s, end -1.0 s",
                "renamed   0:03.5-0:59.0  Open it → Open the lid",
                "rescored  0:03.5-0:59.0  Open the lid: 80 → 78",
            ],
        );
        check(
            &before,
            &session(&[]),
            STRICT,
            &[
                "verdict   completed → NO_PROCEDURES",
                "removed   0:00.0-1:00.0  Open it",
                "removed   1:00.0-1:30.0  Close it",
            ],
        );
    }

    #[test]
    fn what_is_tolerated_is_no_change() {
        let (before, after) = (session(&[(0.0, 60.0, "Open it", 80)]), session(&[(2.0, 60.0, "Open it", 81)]));
        check(&before, &after, Tolerance { moved: 2.0, score: 1 }, &[]);
        check(
            &before,
            &after,
            Tolerance { moved: 1.9, score: 1 },
            &["moved     0:02.0-1:00.0  Open it: start +2.0 s, end +0.0 s"],
        );
        check(&before, &after, Tolerance { moved: 2.0, score: 0 }, &["rescored  0:02.0-1:00.0  Open it: 80 → 81"]);
    }
}
