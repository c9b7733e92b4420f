//! How verdicts on sessions go wrong.

use std::fmt;

use serde::Serialize;

use crate::outcome::Outcome;
use crate::prediction::COMPLETED;

/// A verdict beside what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    Right,
    /// A good session failed.
    FalseFail,
    /// A session that has to fail completed.
    FalsePass,
    /// It failed as it should, and not for the reason.
    WrongReason,
}

impl Judgement {
    pub(crate) fn of(outcome: &Outcome) -> Self {
        match (outcome.result.verdict.as_str(), outcome.true_verdict.as_str()) {
            (verdict, right) if verdict == right => Self::Right,
            (COMPLETED, _) => Self::FalsePass,
            (_, COMPLETED) => Self::FalseFail,
            _ => Self::WrongReason,
        }
    }
}

/// How many sessions were judged how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Verdicts {
    pub(crate) right: usize,
    pub(crate) false_fail: usize,
    pub(crate) false_pass: usize,
    pub(crate) wrong_reason: usize,
}

impl Verdicts {
    pub(crate) fn count(outcomes: &[Outcome]) -> Self {
        let so = |judgement| outcomes.iter().filter(|outcome| Judgement::of(outcome) == judgement).count();
        Self {
            right: so(Judgement::Right),
            false_fail: so(Judgement::FalseFail),
            false_pass: so(Judgement::FalsePass),
            wrong_reason: so(Judgement::WrongReason),
        }
    }
}

/// How many are wrong, in each way.
impl fmt::Display for Verdicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { right, false_fail, false_pass, wrong_reason } = self;
        let all = right + false_fail + false_pass + wrong_reason;
        write!(f, "{false_fail} / {false_pass} / {wrong_reason} of {all}")
    }
}
