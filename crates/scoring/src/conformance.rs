//! The contract of [`Scorer`] as code, for every implementation and wrapper.

mod readings;
mod session;

use std::collections::BTreeSet;

use stepreel_core::{Findings, Score, ScoreCard, Span};

use crate::{Scorer, Subject};

pub use readings::Readings;
pub use session::{evidence, name, recording, segment};

/// Checks the contract on sessions that are good, bad in one way, bad in all, and hardly measured.
///
/// # Panics
/// When the scorer breaks its contract, saying how.
pub fn run(scorer: &dyn Scorer) {
    for readings in Readings::cases() {
        check(scorer, &readings);
        for more in [0.01, 0.3, 1.0] {
            worse_never_scores_higher(scorer, &readings, more);
        }
    }
    no_procedures_score_nothing(scorer);
    assert_eq!(scorer.provenance().stage, "scorer");
}

/// Checks what both cards of that session have to keep to: that of its procedure, and its own.
///
/// # Panics
/// When the scorer breaks its contract, saying how.
pub fn check(scorer: &dyn Scorer, readings: &Readings) {
    let (evidence, findings, name, segment) = (readings.evidence(), readings.findings(), name(), readings.segment());
    let subject = Subject { evidence: &evidence, segment: &segment, name: &name, findings: &findings };
    let card = scorer.score(&subject);
    card_is_sound(&card, segment.span);
    reasons_make_up_what_is_lost(&card);
    same(&card, &scorer.score(&subject));
    let whole = evidence.span().expect("a session of readings has a length");
    let procedures = [(segment.span, card.clone())];
    let session = scorer.session(&procedures, &findings, whole);
    card_is_sound(&session, whole);
    same(&session, &scorer.session(&procedures, &findings, whole));
    assert_eq!(order(&card), order(&session), "components come in the same order on every card");
}

/// A worse measurement of one component, all else equal, never gives a higher total; `more`, from 0 to 1, is how much worse.
///
/// # Panics
/// When it does.
pub fn worse_never_scores_higher(scorer: &dyn Scorer, readings: &Readings, more: f32) {
    let total = readings.card(scorer).total;
    for worse in readings.worse(more) {
        let scored = worse.card(scorer).total;
        assert!(scored <= total, "{worse:?} scores {scored}, and {readings:?} scores {total}");
    }
}

/// A session without procedures scores 0.
///
/// # Panics
/// When it doesn't.
pub fn no_procedures_score_nothing(scorer: &dyn Scorer) {
    let span = Span::from_seconds(0.0, 100.0).expect("it is not empty");
    assert_eq!(scorer.session(&[], &Findings::default(), span).total, Score::rounded(0.0));
}

fn card_is_sound(card: &ScoreCard, span: Span) {
    assert!(card.reasons.iter().all(|reason| reason.points_lost >= 0.0), "no loss is negative: {card:?}");
    assert!(card.reasons.is_sorted_by(|a, b| a.points_lost >= b.points_lost), "the most lost comes first: {card:?}");
    assert!(card.reasons.iter().all(|reason| !reason.message.is_empty()), "a reason says what it is: {card:?}");
    let inside = card.reasons.iter().all(|reason| reason.ranges == reason.ranges.within(span));
    assert!(inside, "ranges lie inside {span}: {card:?}");
    let names: BTreeSet<&str> = order(card).into_iter().collect();
    assert_eq!(names.len(), card.components.len(), "a component comes once: {card:?}");
    assert!(card.reasons.iter().all(|reason| names.contains(reason.component.as_str())), "of its components: {card:?}");
    for component in &card.components {
        assert_eq!(component.points.is_some(), component.measured.is_some(), "both or neither: {component:?}");
        assert!(component.points.is_none_or(|points| (0.0..=100.0).contains(&points)), "0-100: {component:?}");
    }
}

/// The total is rounded, and so are the losses, of which the least are not told.
const ROUNDING: f64 = 1.2;

fn reasons_make_up_what_is_lost(card: &ScoreCard) {
    let told: f64 = card.reasons.iter().map(|reason| reason.points_lost).sum();
    let lost = 100.0 - f64::from(card.total.points());
    assert!((told - lost).abs() <= ROUNDING, "reasons make up {told} of {lost} points: {card:?}");
}

/// Numbers that are printed the same are the same to the bit, so this is what JSON would show.
fn same(card: &ScoreCard, again: &ScoreCard) {
    assert_eq!(format!("{card:?}"), format!("{again:?}"), "the same subject gives the same card");
}

fn order(card: &ScoreCard) -> Vec<&str> {
    card.components.iter().map(|component| component.name.as_str()).collect()
}
