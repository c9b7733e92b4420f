use std::time::Duration;

use stepreel_core::NameSource;

use crate::measurement::Measurement;
use crate::{Measure, Subject};

/// A boundary is clear from here on.
const CLEAR: f32 = 0.5;
/// A description of fewer lines has no course of action.
const STEPS: usize = 3;
/// As close to the end of the file, a procedure is cut by it.
const EDGE: Duration = Duration::from_millis(500);
/// How long a procedure usually is, in seconds.
const USUAL: std::ops::RangeInclusive<f64> = 20.0..=1200.0;

/// How sure the boundaries are, and how whole the procedure.
pub(super) fn measurements(subject: &Subject<'_>) -> Vec<Measurement> {
    vec![segmentation(subject), completeness(subject)]
}

fn segmentation(subject: &Subject<'_>) -> Measurement {
    let confidence = subject.segment.confidence;
    let sure = f64::midpoint(confidence.start.into(), confidence.end.into()).clamp(0.0, 1.0);
    let complaint = format!("It is uncertain where the procedure starts and ends (confidence {sure:.2})");
    Measurement::new(Measure::Segmentation, sure, 100.0 * sure).because(complaint)
}

fn completeness(subject: &Subject<'_>) -> Measurement {
    let signs = signs(subject);
    let missing: Vec<&str> = signs.iter().filter(|(there, _)| !there).map(|(_, sign)| *sign).collect();
    let there = (signs.len() - missing.len()) as f64;
    let complaint = format!("The procedure lacks {}", missing.join(", "));
    Measurement::new(Measure::Completeness, there, there * 20.0).because(complaint)
}

/// The signs of a whole procedure, each with whether it is there.
fn signs(subject: &Subject<'_>) -> [(bool, &'static str); 5] {
    let Subject { evidence, segment, name, .. } = *subject;
    let usual = USUAL.contains(&segment.span.seconds()) && f64::from(name.confidence) >= 0.5;
    let cut = evidence.span().is_some_and(|session| {
        segment.span.start().since(session.start()) < EDGE || session.end().since(segment.span.end()) < EDGE
    });
    [
        (name.source == NameSource::Announced || segment.confidence.start >= CLEAR, "a clear start"),
        (name.steps >= STEPS, "three steps"),
        (name.source == NameSource::Closing || segment.confidence.end >= CLEAR, "a clear end"),
        (!cut, "distance from the file's ends"),
        (usual, "a usual length and a sure name"),
    ]
}
