use serde::{Deserialize, Serialize};
use stepreel_core::{Findings, Outcome, ProcedureStatus, Score, ScoreCard, Severity};

use crate::Measure;

/// What follows from measurements: which findings fail a session, and which procedures are approved.
///
/// Everything is decided on what is stored with a session, so another policy can be tried on old sessions without
/// processing them again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// The score from which a procedure is approved.
    pub approve_from: Score,
    /// What excludes a procedure whatever its score.
    pub floors: Floors,
    /// What fails a session.
    pub limits: Limits,
}

/// The least points of single components; a procedure with fewer is excluded whatever its score. What was not measured does not exclude.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Floors {
    /// Of the component `visibility`. 20 points are lost sight for 30 % of the procedure.
    pub visibility: f64,
    /// Of the component `dropout`. 15 points are lost sound for 15 % of the procedure.
    pub dropout: f64,
    /// Of the component `speech`. 1 point is speech for 3 % of the procedure.
    pub speech: f64,
    /// Of the component `transcription`.
    pub transcription: f64,
}

/// The limits beyond which a session fails. Less than that costs score and is a warning: the rest of the session
/// still has its procedures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// A shorter session holds no procedure, in seconds.
    pub shortest_seconds: f64,
    /// Share of the session, 0-1, for which the lens is covered, or the picture black, frozen or missing.
    pub unseen_share: f64,
    /// Share of the session, 0-1, for which the sound drops out or is missing.
    pub unheard_share: f64,
    /// The level that the loudest twentieth of the sound has to reach, in dB below full scale.
    pub quiet_db: f64,
    /// The least share of the session, 0-1, in which somebody speaks.
    pub speech_share: f64,
    /// Share of what was said, 0-1, that could not be recognised reliably.
    pub unreliable_share: f64,
}

impl Policy {
    /// Whether a procedure with that card is approved.
    pub fn status(&self, card: &ScoreCard) -> ProcedureStatus {
        let low = self
            .floors
            .all()
            .into_iter()
            .any(|(measure, floor)| earned(card, measure).is_some_and(|points| points < floor));
        if card.total >= self.approve_from && !low { ProcedureStatus::Approved } else { ProcedureStatus::Excluded }
    }

    /// How a session with those findings ends.
    pub fn outcome(&self, findings: &Findings) -> Outcome {
        match findings.gravest() {
            Some(Severity::Failure) => Outcome::Rejected,
            Some(Severity::Warning) => Outcome::Degraded,
            Some(Severity::Info) | None => Outcome::Extracted,
        }
    }
}

impl Floors {
    fn all(&self) -> [(Measure, f64); 4] {
        [
            (Measure::Visibility, self.visibility),
            (Measure::Dropout, self.dropout),
            (Measure::Speech, self.speech),
            (Measure::Transcription, self.transcription),
        ]
    }
}

/// The points that a component earned on a card.
fn earned(card: &ScoreCard, measure: Measure) -> Option<f64> {
    card.components.iter().find(|component| component.name == measure.name())?.points
}

impl Default for Policy {
    fn default() -> Self {
        Self { approve_from: Score::rounded(50.0), floors: Floors::default(), limits: Limits::default() }
    }
}

impl Default for Floors {
    fn default() -> Self {
        Self { visibility: 20.0, dropout: 15.0, speech: 1.0, transcription: 25.0 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            shortest_seconds: 20.0,
            unseen_share: 0.5,
            unheard_share: 0.4,
            quiet_db: -55.0,
            speech_share: 0.03,
            unreliable_share: 0.8,
        }
    }
}
