//! Sessions rebuilt from `HoloAssist` (X. Wang et al., ICCV 2023): what trainer and trainee really said, and what was done.

use serde::Deserialize;
use stepreel_core::Time;

use super::{at_least_a_moment, procedure, utterance, words_only};
use crate::Truth;

/// One line of the file; what else it holds describes the work, and is no evidence.
#[derive(Deserialize)]
pub(super) struct Line {
    session: String,
    duration: Time,
    procedures: Vec<Procedure>,
    transcript: Vec<Said>,
}

#[derive(Deserialize)]
struct Procedure {
    s: f64,
    e: f64,
    name: String,
}

#[derive(Deserialize)]
struct Said {
    s: f64,
    e: f64,
    text: String,
}

pub(super) fn truth(line: Line) -> Truth {
    let done = line.procedures.into_iter().filter_map(|p| Some(procedure(p.name, at_least_a_moment(p.s, p.e)?)));
    let said = line.transcript.into_iter().filter_map(|s| Some(utterance(s.text, at_least_a_moment(s.s, s.e)?)));
    words_only(line.session, line.duration, done.collect(), said.collect())
}
