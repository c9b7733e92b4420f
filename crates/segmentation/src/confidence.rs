//! From margins in nats to confidence.

use stepreel_core::BoundaryConfidence;

use crate::programme::Plan;
use crate::rejoin::Joined;

/// The margin in nats at which a boundary is as likely right as wrong, and the nats by which the odds grow e-fold.
///
/// Costs are sums of log-odds that are partly counted twice (words that open a topic are also new words), so a nat of margin is
/// worth less than a nat of evidence. Both were set by hand, a little on the careful side of a logistic regression of right and wrong
/// boundaries of the `HoloAssist` sessions on their margins, by tenths of confidence (0.25 and 1.35).
const EVEN: f64 = 0.4;
const SPREAD: f64 = 1.5;

/// How sure a boundary is whose absence costs `margin` nats: `1 / (1 + exp((0.4 - margin) / 1.5))`, so 0.43 at no margin, 0.9
/// at four nats.
fn confidence(margin: f64) -> f32 {
    (1.0 / (1.0 + ((EVEN - margin) / SPREAD).exp())) as f32
}

/// How sure the start and end of the recording are as boundaries of work that touches them.
const END_OF_RECORDING: f32 = 1.0;

/// The confidence of a procedure's start and end.
pub(crate) fn of(plan: &Plan, procedure: &Joined) -> BoundaryConfidence {
    let inner = || plan.pieces.iter().skip(1).map(|piece| piece.start).zip(&plan.margins);
    let at =
        |edge| inner().find(|(inner, _)| *inner == edge).map_or(END_OF_RECORDING, |(_, margin)| confidence(*margin));
    let hull = procedure.hull();
    BoundaryConfidence { start: at(hull.start), end: at(hull.end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_margin_is_more_confidence() {
        assert!(confidence(0.0) < 0.5 && confidence(5.5) > 0.9 && confidence(f64::INFINITY) <= 1.0);
    }
}
