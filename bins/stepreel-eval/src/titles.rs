//! How good the titles of a session are.

use serde::Serialize;
use stepreel_testkit::Truth;
use stepreel_testkit::title_metric::{Reference, TitleScore, score_title};

use crate::prediction::{Prediction, Procedure};

/// Means over the procedures that were found, 0-1; [`TitleScore`] says what each is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Titles {
    pub(crate) content_f1: f64,
    pub(crate) object_f1: f64,
    /// Nothing where no true title has a verb.
    pub(crate) verb: Option<f64>,
    pub(crate) exact: f64,
    pub(crate) grounded: f64,
    pub(crate) length: f64,
}

impl Titles {
    /// Those of pairs of predicted and true procedures; nothing when no pair has a true title.
    pub(crate) fn compare(prediction: &Prediction, truth: &Truth, pairs: &[(usize, usize)]) -> Option<Self> {
        let said = said(prediction, truth);
        let titled = pairs.iter().filter(|&&(_, j)| !truth.procedures[j].title.is_empty());
        let scores: Vec<TitleScore> =
            titled.map(|&(i, j)| score(&prediction.procedures[i], &truth.procedures[j].title, &said)).collect();
        Some(Self {
            content_f1: mean(scores.iter().map(|score| score.content_f1))?,
            object_f1: mean(scores.iter().map(|score| score.object_f1))?,
            verb: mean(scores.iter().filter_map(|score| score.verb_ok).map(share)),
            exact: mean(scores.iter().map(|score| share(score.exact)))?,
            grounded: mean(scores.iter().map(|score| score.grounded))?,
            length: mean(scores.iter().map(|score| share(score.length_ok)))?,
        })
    }
}

/// What the namer could have heard.
fn said(prediction: &Prediction, truth: &Truth) -> String {
    let given = truth.transcript();
    let transcript = prediction.transcript.as_ref().unwrap_or(&given);
    transcript.reliable().map(|(_, said)| said.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn score(procedure: &Procedure, title: &str, transcript: &str) -> TitleScore {
    score_title(&procedure.title, &Reference { title, imperative: Some(title), device: None, transcript })
}

fn share(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

/// Nothing of nothing.
pub(crate) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let values: Vec<f64> = values.collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
