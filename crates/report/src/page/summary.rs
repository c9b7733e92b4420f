//! The card that says it all at a glance.

use askama::Template;
use stepreel_core::{Finding, ProcedureStatus, SessionRecord, SessionStatus, Span, SpanSet};

use super::score::ScoreView;
use crate::wording;

#[derive(Template)]
#[template(path = "summary.html")]
pub(super) struct Summary<'a> {
    /// Whether the session is done, and there are no procedures.
    pub(super) barren: bool,
    /// Whether the ranges play the recording.
    pub(super) seeks: bool,
    pub(super) text: &'a str,
    pub(super) score: Option<ScoreView<'a>>,
    pub(super) counts: Vec<Count>,
    pub(super) findings: Vec<FindingView<'a>>,
    pub(super) warnings: &'a [String],
}

/// A number with what it counts.
pub(super) struct Count {
    pub(super) number: String,
    pub(super) what: String,
}

pub(super) struct FindingView<'a> {
    pub(super) code: String,
    pub(super) severity: &'static str,
    pub(super) message: &'a str,
    pub(super) ranges: Vec<Range>,
    /// How many more ranges there are.
    pub(super) more: usize,
}

pub(super) struct Range {
    /// Seconds into the recording.
    pub(super) at: f64,
    pub(super) text: String,
}

/// Ranges of a finding that are written out; the timeline shows all.
const RANGES: usize = 6;

impl<'a> Summary<'a> {
    pub(super) fn new(record: &'a SessionRecord, seeks: bool) -> Self {
        Self {
            barren: barren(record),
            seeks,
            text: &record.session.summary,
            score: record.session.score.as_ref().map(ScoreView::from),
            counts: counts(record),
            findings: record.session.findings.all().iter().map(finding).collect(),
            warnings: &record.provenance.warnings,
        }
    }
}

fn counts(record: &SessionRecord) -> Vec<Count> {
    let approved = record.procedures.iter().filter(|p| p.status == ProcedureStatus::Approved).count();
    let excluded = record.procedures.len() - approved;
    let work: SpanSet = record.procedures.iter().map(|procedure| procedure.span).collect();
    let speech: SpanSet = record.transcript.reliable().map(|(_, utterance)| utterance.span).collect();
    let mut counts = vec![Count { number: approved.to_string(), what: plural(approved, "procedure") + " approved" }];
    if excluded > 0 {
        counts.push(Count { number: excluded.to_string(), what: plural(excluded, "procedure") + " excluded" });
    }
    counts.push(time(record, &work, "of work"));
    counts.push(time(record, &speech, "of speech"));
    counts
}

fn time(record: &SessionRecord, spans: &SpanSet, what: &str) -> Count {
    let share =
        record.recording.span().map_or(String::new(), |all| format!(", {}", wording::percent(spans.share_of(all))));
    Count { number: wording::length(spans.duration()), what: format!("{what}{share}") }
}

fn plural(number: usize, noun: &str) -> String {
    if number == 1 { noun.to_owned() } else { format!("{noun}s") }
}

fn finding(finding: &Finding) -> FindingView<'_> {
    let spans = finding.ranges.spans();
    FindingView {
        code: finding.code.to_string(),
        severity: wording::severity(finding.severity),
        message: &finding.message,
        ranges: spans.iter().take(RANGES).copied().map(range).collect(),
        more: spans.len().saturating_sub(RANGES),
    }
}

fn range(span: Span) -> Range {
    Range { at: span.start().seconds(), text: wording::range(span) }
}

fn barren(record: &SessionRecord) -> bool {
    let done = matches!(record.session.status, SessionStatus::Completed | SessionStatus::Failed);
    done && record.procedures.is_empty()
}
