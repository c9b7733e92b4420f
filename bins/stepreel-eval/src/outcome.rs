//! What a run made of one labelled session, beside what was right.

use serde::{Deserialize, Serialize, Serializer};
use stepreel_core::{Finding, FindingCode, Severity, Span, SpanSet, Time, TranscriptSource};
use stepreel_testkit::metrics::{Figures, Marked, matches, random, uniform};
use stepreel_testkit::word_metric::WordScore;
use stepreel_testkit::{Speaker, TrueVerdict, Truth};

use crate::prediction::{COMPLETED, Prediction, Procedure};
use crate::summary::Summary;
use crate::titles::Titles;

/// What one configuration made of the sessions.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Evaluation {
    pub(crate) configuration: String,
    pub(crate) summary: Summary,
    pub(crate) sessions: Vec<Outcome>,
}

impl Evaluation {
    pub(crate) fn new(configuration: String, sessions: Vec<Outcome>) -> Self {
        Self { configuration, summary: Summary::new(&sessions), sessions }
    }
}

/// One session's result and figures.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Outcome {
    #[serde(flatten)]
    pub(crate) result: SessionResult,
    pub(crate) minutes: f64,
    /// Processing time per minute of session; nothing where it isn't known.
    pub(crate) seconds_per_minute: Option<f64>,
    pub(crate) true_count: usize,
    pub(crate) predicted_count: usize,
    pub(crate) found: Figures,
    pub(crate) uniform_five: Figures,
    pub(crate) uniform_oracle: Figures,
    pub(crate) random_oracle: Figures,
    /// Nothing when no titled procedure was found.
    pub(crate) titles: Option<Titles>,
    /// Who speaks, where it is a synthesiser.
    pub(crate) speaker: Option<Speaker>,
    /// How well words were recognised; nothing where nobody listened.
    #[serde(serialize_with = "figures")]
    pub(crate) words: Option<WordScore>,
    /// What should have become of it.
    pub(crate) true_verdict: String,
    /// The least intersection over union of a planted fault's ranges with the findings of its code.
    pub(crate) finding_iou: Option<f64>,
    /// Findings above information whose code was not planted.
    pub(crate) unexpected: Vec<FindingCode>,
    pub(crate) findings: Vec<PlacedFinding>,
}

/// What became of a session: as much as is compared between two runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SessionResult {
    pub(crate) name: String,
    pub(crate) verdict: String,
    pub(crate) procedures: Vec<Procedure>,
}

/// A finding and where it lies.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct PlacedFinding {
    pub(crate) code: FindingCode,
    pub(crate) severity: Severity,
    pub(crate) ranges: SpanSet,
}

/// So many random splits of a session are averaged.
const DRAWS: u64 = 200;

impl Outcome {
    pub(crate) fn new(truth: &Truth, prediction: Prediction) -> Self {
        let right = procedures(truth);
        let predicted: Vec<Span> = prediction.procedures.iter().map(|procedure| procedure.span).collect();
        let said: Vec<Span> = truth.utterances.iter().map(|said| said.span).collect();
        let whole = Span::new(Time::ZERO, truth.duration);
        let compare = |predicted: &[Span]| {
            let figures =
                |session| Figures::compare(predicted, &Marked { session, procedures: &right, utterances: &said });
            whole.map(figures).unwrap_or_default()
        };
        let split = |count| compare(&whole.map_or_else(Vec::new, |session| uniform(session, count)));
        let drawn = |seed| compare(&whole.map_or_else(Vec::new, |session| random(session, right.len().max(1), seed)));
        let minutes = truth.duration.seconds() / 60.0;
        Self {
            minutes,
            seconds_per_minute: prediction.took.map(|took| took.as_secs_f64() / minutes),
            true_count: right.len(),
            predicted_count: predicted.len(),
            found: compare(&predicted),
            uniform_five: split(5),
            uniform_oracle: split(right.len()),
            random_oracle: Figures::mean(&(0..DRAWS).map(drawn).collect::<Vec<_>>()),
            titles: Titles::compare(&prediction, truth, &matches(&predicted, &right)),
            speaker: truth.speaker,
            words: words(truth, &prediction),
            true_verdict: true_verdict(truth),
            finding_iou: finding_iou(truth, &prediction),
            unexpected: unexpected(truth, &prediction),
            findings: prediction.findings.all().iter().map(PlacedFinding::from).collect(),
            result: SessionResult {
                name: truth.name.clone(),
                verdict: prediction.verdict(),
                procedures: prediction.procedures,
            },
        }
    }

    /// Whether figures about procedures mean anything: there are some.
    pub(crate) fn scored(&self) -> bool {
        self.true_count > 0
    }
}

impl From<&Finding> for PlacedFinding {
    fn from(finding: &Finding) -> Self {
        Self { code: finding.code, severity: finding.severity, ranges: finding.ranges.clone() }
    }
}

/// The procedures to be found: none in a session that has to fail, whatever was done in it.
fn procedures(truth: &Truth) -> Vec<Span> {
    match truth.verdict {
        TrueVerdict::Completed => truth.procedures.iter().map(|procedure| procedure.span).collect(),
        TrueVerdict::Failed(_) => Vec::new(),
    }
}

fn words(truth: &Truth, prediction: &Prediction) -> Option<WordScore> {
    let heard = prediction.transcript.as_ref().filter(|heard| heard.source != TranscriptSource::None)?;
    Some(WordScore::compare(heard, truth))
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

fn true_verdict(truth: &Truth) -> String {
    match truth.verdict {
        TrueVerdict::Completed => COMPLETED.to_owned(),
        TrueVerdict::Failed(code) => code.to_string(),
    }
}

fn finding_iou(truth: &Truth, prediction: &Prediction) -> Option<f64> {
    let placed = truth.faults.iter().filter(|fault| !fault.ranges.is_empty());
    let ious = placed.map(|fault| prediction.findings.ranges(fault.code).iou(&truth.ranges(fault.code)));
    ious.reduce(f64::min)
}

fn unexpected(truth: &Truth, prediction: &Prediction) -> Vec<FindingCode> {
    let grave = prediction.findings.all().iter().filter(|finding| finding.severity > Severity::Info);
    let planted = |code| truth.faults.iter().any(|f| f.code == code) || truth.verdict == TrueVerdict::Failed(code);
    grave.filter(|finding| !planted(finding.code)).map(|finding| finding.code).collect()
}
