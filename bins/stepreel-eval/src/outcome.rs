//! What a run made of one labelled session, beside what was right.

use serde::Serialize;
use stepreel_core::{SessionRecord, SessionStatus, Severity, Span};
use stepreel_testkit::{TrueVerdict, Truth};

use crate::baselines::{random_found, uniform};
use stepreel_testkit::metrics::{Found, matches};
use stepreel_testkit::title_metric::{Reference, score_title};

/// One session's figures.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Outcome {
    pub(crate) name: String,
    pub(crate) minutes: f64,
    /// Processing time per minute of recording.
    pub(crate) seconds_per_minute: f64,
    pub(crate) true_count: usize,
    pub(crate) predicted_count: usize,
    pub(crate) found: Found,
    pub(crate) uniform_five: Found,
    pub(crate) uniform_oracle: Found,
    pub(crate) random_oracle: Found,
    /// Mean content F1 of the titles of matched procedures; nothing when none matched.
    pub(crate) title_f1: Option<f64>,
    /// What became of it, and what should have.
    pub(crate) verdict: String,
    pub(crate) true_verdict: String,
    /// The least intersection over union of a planted fault's ranges with the findings of its code.
    pub(crate) finding_iou: Option<f64>,
    /// Findings above information whose code was not planted.
    pub(crate) unexpected: Vec<String>,
}

impl Outcome {
    pub(crate) fn new(truth: &Truth, record: &SessionRecord, took_seconds: f64) -> Self {
        let session = Span::new(stepreel_core::Time::ZERO, truth.duration);
        let right = procedures(truth);
        let predicted: Vec<Span> = record.procedures.iter().map(|procedure| procedure.span).collect();
        let split = |count| session.map_or_else(Vec::new, |session| uniform(session, count));
        let random = session.map(|session| random_found(session, right.len().max(1), &right));
        let minutes = truth.duration.seconds() / 60.0;
        Self {
            name: truth.name.clone(),
            minutes,
            seconds_per_minute: took_seconds / minutes,
            true_count: right.len(),
            predicted_count: predicted.len(),
            found: Found::compare(&predicted, &right),
            uniform_five: Found::compare(&split(5), &right),
            uniform_oracle: Found::compare(&split(right.len()), &right),
            random_oracle: random.unwrap_or_default(),
            title_f1: title_f1(truth, record, &matches(&predicted, &right)),
            verdict: verdict(record),
            true_verdict: true_verdict(truth),
            finding_iou: finding_iou(truth, record),
            unexpected: unexpected(truth, record),
        }
    }

    pub(crate) fn verdict_right(&self) -> bool {
        self.verdict == self.true_verdict
    }
}

/// The procedures to be found: none in a session that has to fail, whatever was done in it.
fn procedures(truth: &Truth) -> Vec<Span> {
    match truth.verdict {
        TrueVerdict::Completed => truth.procedures.iter().map(|procedure| procedure.span).collect(),
        TrueVerdict::Failed(_) => Vec::new(),
    }
}

/// Content F1 of the titles over the procedures that were found.
fn title_f1(truth: &Truth, record: &SessionRecord, pairs: &[(usize, usize)]) -> Option<f64> {
    let transcript = record.transcript.reliable().map(|(_, said)| said.text.as_str()).collect::<Vec<_>>().join(" ");
    let scores = pairs.iter().map(|&(i, j)| {
        let title = truth.procedures[j].title.as_str();
        let reference = Reference { title, imperative: Some(title), device: None, transcript: &transcript };
        score_title(&record.procedures[i].procedure_name, &reference).content_f1
    });
    (!pairs.is_empty()).then(|| scores.sum::<f64>() / pairs.len() as f64)
}

/// `completed`, or the code of the gravest finding of a failed session.
fn verdict(record: &SessionRecord) -> String {
    if record.session.status == SessionStatus::Completed {
        return COMPLETED.to_owned();
    }
    record.session.findings.all().first().map_or_else(|| "failed".to_owned(), |finding| finding.code.to_string())
}

fn true_verdict(truth: &Truth) -> String {
    match truth.verdict {
        TrueVerdict::Completed => COMPLETED.to_owned(),
        TrueVerdict::Failed(code) => code.to_string(),
    }
}

const COMPLETED: &str = "completed";

fn finding_iou(truth: &Truth, record: &SessionRecord) -> Option<f64> {
    let placed = truth.faults.iter().filter(|fault| !fault.ranges.is_empty());
    let ious = placed.map(|fault| record.session.findings.ranges(fault.code).iou(&truth.ranges(fault.code)));
    ious.reduce(f64::min)
}

fn unexpected(truth: &Truth, record: &SessionRecord) -> Vec<String> {
    let grave = record.session.findings.all().iter().filter(|finding| finding.severity > Severity::Info);
    let planted = |code| truth.faults.iter().any(|f| f.code == code) || truth.verdict == TrueVerdict::Failed(code);
    grave.filter(|finding| !planted(finding.code)).map(|finding| finding.code.to_string()).collect()
}
