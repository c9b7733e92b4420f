//! What a run made of one labelled session, beside what was right.

use std::time::Duration;

use serde::{Serialize, Serializer};
use stepreel_core::{Severity, Span, TranscriptSource};
use stepreel_pipeline::Analysis;
use stepreel_testkit::metrics::{Found, matches};
use stepreel_testkit::title_metric::{Reference, score_title};
use stepreel_testkit::word_metric::WordScore;
use stepreel_testkit::{Speaker, TrueVerdict, Truth};

use crate::baselines::{random_found, uniform};

/// What one configuration made of the sessions.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Evaluation {
    pub(crate) configuration: String,
    pub(crate) sessions: Vec<Outcome>,
}

/// One session's figures.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Outcome {
    pub(crate) name: String,
    pub(crate) minutes: f64,
    /// Processing time per minute of recording: that of all stages together, none of which cuts clips. Nothing where it isn't known.
    pub(crate) seconds_per_minute: Option<f64>,
    pub(crate) true_count: usize,
    pub(crate) predicted_count: usize,
    pub(crate) found: Found,
    pub(crate) uniform_five: Found,
    pub(crate) uniform_oracle: Found,
    pub(crate) random_oracle: Found,
    /// Mean content F1 of the titles of matched procedures; nothing when none matched.
    pub(crate) title_f1: Option<f64>,
    /// Who speaks, where it is a synthesiser.
    pub(crate) speaker: Option<Speaker>,
    /// How well words were recognised; nothing where nobody listened.
    #[serde(serialize_with = "figures")]
    pub(crate) words: Option<WordScore>,
    /// What became of it, and what should have.
    pub(crate) verdict: String,
    pub(crate) true_verdict: String,
    /// The least intersection over union of a planted fault's ranges with the findings of its code.
    pub(crate) finding_iou: Option<f64>,
    /// Findings above information whose code was not planted.
    pub(crate) unexpected: Vec<String>,
}

impl Outcome {
    pub(crate) fn new(truth: &Truth, analysis: &Analysis, took: Option<Duration>) -> Self {
        let session = Span::new(stepreel_core::Time::ZERO, truth.duration);
        let right = procedures(truth);
        let predicted: Vec<Span> = analysis.works.iter().map(|work| work.segment.span).collect();
        let split = |count| session.map_or_else(Vec::new, |session| uniform(session, count));
        let random = session.map(|session| random_found(session, right.len().max(1), &right));
        let minutes = truth.duration.seconds() / 60.0;
        Self {
            name: truth.name.clone(),
            minutes,
            seconds_per_minute: took.map(|took| took.as_secs_f64() / minutes),
            true_count: right.len(),
            predicted_count: predicted.len(),
            found: Found::compare(&predicted, &right),
            uniform_five: Found::compare(&split(5), &right),
            uniform_oracle: Found::compare(&split(right.len()), &right),
            random_oracle: random.unwrap_or_default(),
            title_f1: title_f1(truth, analysis, &matches(&predicted, &right)),
            speaker: truth.speaker,
            words: words(truth, analysis),
            verdict: verdict(analysis),
            true_verdict: true_verdict(truth),
            finding_iou: finding_iou(truth, analysis),
            unexpected: unexpected(truth, analysis),
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
fn title_f1(truth: &Truth, analysis: &Analysis, pairs: &[(usize, usize)]) -> Option<f64> {
    let transcript = analysis.transcript.reliable().map(|(_, said)| said.text.as_str()).collect::<Vec<_>>().join(" ");
    let scores = pairs.iter().map(|&(i, j)| {
        let title = truth.procedures[j].title.as_str();
        let reference = Reference { title, imperative: Some(title), device: None, transcript: &transcript };
        score_title(&analysis.works[i].name.title, &reference).content_f1
    });
    (!pairs.is_empty()).then(|| scores.sum::<f64>() / pairs.len() as f64)
}

fn words(truth: &Truth, analysis: &Analysis) -> Option<WordScore> {
    (analysis.transcript.source != TranscriptSource::None).then(|| WordScore::compare(&analysis.transcript, truth))
}

/// The figures that follow from a score of words.
#[expect(clippy::ref_option, reason = "serde gives the field as it is")]
fn figures<S: Serializer>(words: &Option<WordScore>, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Figures {
        said: usize,
        errors: usize,
        error_rate: Option<f64>,
        median_time_error_seconds: Option<f64>,
    }
    let figures = words.as_ref().map(|words| Figures {
        said: words.said,
        errors: words.errors,
        error_rate: words.error_rate(),
        median_time_error_seconds: words.median_time_error().map(|error| error.as_secs_f64()),
    });
    figures.serialize(serializer)
}

/// `completed`, or the code of the gravest finding of a failed session.
fn verdict(analysis: &Analysis) -> String {
    if !analysis.works.is_empty() {
        return COMPLETED.to_owned();
    }
    analysis.findings.all().first().map_or_else(|| "failed".to_owned(), |finding| finding.code.to_string())
}

fn true_verdict(truth: &Truth) -> String {
    match truth.verdict {
        TrueVerdict::Completed => COMPLETED.to_owned(),
        TrueVerdict::Failed(code) => code.to_string(),
    }
}

const COMPLETED: &str = "completed";

fn finding_iou(truth: &Truth, analysis: &Analysis) -> Option<f64> {
    let placed = truth.faults.iter().filter(|fault| !fault.ranges.is_empty());
    let ious = placed.map(|fault| analysis.findings.ranges(fault.code).iou(&truth.ranges(fault.code)));
    ious.reduce(f64::min)
}

fn unexpected(truth: &Truth, analysis: &Analysis) -> Vec<String> {
    let grave = analysis.findings.all().iter().filter(|finding| finding.severity > Severity::Info);
    let planted = |code| truth.faults.iter().any(|f| f.code == code) || truth.verdict == TrueVerdict::Failed(code);
    grave.filter(|finding| !planted(finding.code)).map(|finding| finding.code.to_string()).collect()
}
