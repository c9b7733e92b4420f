//! What a configuration makes of a session.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use stepreel_core::{FindingCode, Findings, Score, Span, Transcript};
use stepreel_pipeline::{AnalysedWork, Analysis};

/// All of it that is judged.
#[derive(Clone, Debug)]
pub(crate) struct Prediction {
    pub(crate) procedures: Vec<Procedure>,
    pub(crate) findings: Findings,
    /// What was understood; nothing where the words were given.
    pub(crate) transcript: Option<Transcript>,
    /// Processing time: that of all stages together, none of which cuts clips. Nothing where it isn't known.
    pub(crate) took: Option<Duration>,
}

/// A procedure that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Procedure {
    pub(crate) title: String,
    pub(crate) span: Span,
    /// Nothing where only the words are known.
    pub(crate) score: Option<Score>,
}

impl Prediction {
    pub(crate) fn new(analysis: Analysis, took: Option<Duration>) -> Self {
        let Analysis { works, findings, transcript, .. } = analysis;
        Self {
            procedures: works.into_iter().map(Procedure::from).collect(),
            findings,
            transcript: Some(transcript),
            took,
        }
    }

    /// [`COMPLETED`], or the code of the gravest finding of a failed session.
    pub(crate) fn verdict(&self) -> String {
        match self.findings.all().first() {
            _ if !self.procedures.is_empty() => COMPLETED.to_owned(),
            Some(finding) => finding.code.to_string(),
            None => FindingCode::NoProcedures.to_string(),
        }
    }
}

/// The verdict on a session that has procedures.
pub(crate) const COMPLETED: &str = "completed";

impl From<AnalysedWork> for Procedure {
    fn from(work: AnalysedWork) -> Self {
        Self { title: work.name.title, span: work.segment.span, score: Some(work.score.total) }
    }
}
