use std::time::Duration;

use stepreel_core::{Evidence, Finding, FindingCode, Severity, Span, SpanSet};

use crate::Limits;
use crate::measurement::percent;

/// Ranges closer than this are one.
const JOIN: Duration = Duration::from_millis(500);

/// A session under examination.
pub(super) struct Session<'a> {
    pub(super) evidence: &'a Evidence,
    pub(super) limits: &'a Limits,
    /// All of it.
    pub(super) span: Span,
}

/// What makes stretches of a session fail it, and what to call them.
pub(super) struct Complaint<'a> {
    pub(super) code: FindingCode,
    /// The share of the session from which it fails; beyond 1 it never does.
    pub(super) fails_from: f64,
    /// The start of a sentence that goes on with "for 12 s".
    pub(super) what: &'a str,
}

impl Session<'_> {
    /// A finding on stretches of the session; nothing when there are none.
    pub(super) fn stretches(&self, ranges: &SpanSet, complaint: &Complaint<'_>) -> Option<Finding> {
        let ranges = ranges.within(self.span).joined(JOIN);
        let share = ranges.share_of(self.span);
        let fails = share >= complaint.fails_from;
        let seconds = ranges.duration().as_secs_f64();
        let message = format!("{} for {seconds:.1} s, {} of the session", complaint.what, percent(share));
        (!ranges.is_empty()).then(|| Finding {
            code: complaint.code,
            severity: if fails { Severity::Failure } else { Severity::Warning },
            ranges,
            measured: share,
            threshold: if fails { complaint.fails_from } else { 0.0 },
            unit: "share of session".to_owned(),
            message,
        })
    }
}

/// A finding on the session as a whole that fails it: a stream that is missing.
pub(super) fn missing(code: FindingCode, message: &str) -> Finding {
    Finding {
        code,
        severity: Severity::Failure,
        ranges: SpanSet::default(),
        measured: 0.0,
        threshold: 1.0,
        unit: "streams".to_owned(),
        message: message.to_owned(),
    }
}
