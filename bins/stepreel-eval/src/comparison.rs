//! Two configurations side by side: the sessions that changed, and what it is worth.

use crate::changes::{Change, Tolerance, changes};
use crate::outcome::{Evaluation, Outcome};

/// A session of which two configurations make something else.
pub(crate) struct Changed<'a> {
    pub(crate) before: &'a Outcome,
    pub(crate) after: &'a Outcome,
    pub(crate) changes: Vec<Change>,
}

/// Boundaries that move less, and scores that change less, are not worth looking at.
const WORTH_A_LOOK: Tolerance = Tolerance { moved: 2.0, score: 2 };

/// The sessions that changed, the greatest change of procedure F1 first.
pub(crate) fn changed<'a>(before: &'a Evaluation, after: &'a Evaluation) -> Vec<Changed<'a>> {
    let pairs = before.sessions.iter().zip(&after.sessions);
    let compared = pairs.map(|(before, after)| {
        let changes = changes(&before.result, &after.result, WORTH_A_LOOK);
        Changed { before, after, changes }
    });
    let mut changed: Vec<Changed> = compared.filter(|session| !session.changes.is_empty()).collect();
    changed.sort_by(|a, b| b.gain().abs().total_cmp(&a.gain().abs()));
    changed
}

impl Changed<'_> {
    /// How much better the second is by procedure F1.
    pub(crate) fn gain(&self) -> f64 {
        self.after.found.found.procedure_f1 - self.before.found.found.procedure_f1
    }

    /// `4 → 5 of 5`.
    pub(crate) fn counts(&self) -> String {
        format!("{} → {} of {}", self.before.predicted_count, self.after.predicted_count, self.after.true_count)
    }
}
