//! How long work and idle stretches last.

use crate::bins::Bins;

/// Log-normal prior over the lengths of work, with a scale of the session's own, and of idle stretches.
///
/// One engineer changes batteries in half a minute, another builds a cupboard in twenty: the median belongs to the session.
/// It is found with the segments, as the one of [`LengthPrior::scales`] under which all of them together cost least.
#[derive(Clone, Debug)]
pub(crate) struct LengthPrior {
    /// Cost of a work stretch by scale and length in bins.
    work: Vec<Vec<f64>>,
    /// Cost of an idle stretch by length in bins.
    idle: Vec<f64>,
    /// Cost of each scale itself.
    scales: Vec<f64>,
}

/// Lengths in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lengths {
    /// The usual median of work in sessions of 20 minutes.
    pub(crate) typical: f64,
    /// Shorter work is impossible.
    pub(crate) shortest: f64,
    /// Shorter idle is impossible.
    pub(crate) shortest_idle: f64,
}

/// The session's length in seconds for which the typical median holds, and the power of the session's length with which it
/// grows: of a session twice as long, the larger part is longer procedures and the smaller part more of them.
const USUAL_SESSION: f64 = 1200.0;
const WITH_SESSION: f64 = 0.9;
/// The shortest typical median in seconds: also of a session of a minute, most of it is one piece of work.
const SHORTEST_TYPICAL: f64 = 50.0;
/// Medians that a session may have, as multiples of the typical one.
const SCALES: [f64; 7] = [0.125, 0.177, 0.25, 0.5, 1.0, 2.0, 4.0];
/// Spread of a session's lengths around its median, and of sessions' medians, as standard deviations of the logarithm.
const WITHIN: f64 = 0.6;
const BETWEEN: f64 = 0.25;
/// Idle stretches: median in seconds and spread.
const IDLE: (f64, f64) = (40.0, 0.8);
/// Nats that a second costs as idle rather than as work: engineers start a session to work.
const RARE_IDLE: f64 = 0.015;

impl LengthPrior {
    /// Costs for lengths of up to all bins.
    pub(crate) fn new(lengths: Lengths, bins: Bins) -> Self {
        let width = bins.width();
        let typical = lengths.typical * (bins.count() as f64 * width / USUAL_SESSION).powf(WITH_SESSION);
        let typical = typical.max(SHORTEST_TYPICAL.min(lengths.typical));
        let table = |median: f64, spread: f64, shortest: f64| {
            let cost = |length: usize| match length as f64 * width {
                short if short + width / 2.0 < shortest => f64::INFINITY,
                seconds => log_normal(seconds, median, spread),
            };
            (0..=bins.count()).map(cost).collect::<Vec<_>>()
        };
        let idle = table(IDLE.0, IDLE.1, lengths.shortest_idle).into_iter().enumerate();
        Self {
            work: SCALES.iter().map(|scale| table(scale * typical, WITHIN, lengths.shortest)).collect(),
            idle: idle.map(|(length, cost)| cost + RARE_IDLE * length as f64 * width).collect(),
            scales: SCALES.iter().map(|scale| (scale.ln() / BETWEEN).powi(2) / 2.0).collect(),
        }
    }

    /// The number of scales.
    pub(crate) fn scales(&self) -> usize {
        self.scales.len()
    }

    /// What a scale costs, once a session.
    pub(crate) fn scale(&self, scale: usize) -> f64 {
        self.scales[scale]
    }

    /// What work of that many bins costs.
    pub(crate) fn work(&self, scale: usize, bins: usize) -> f64 {
        self.work[scale][bins]
    }

    /// What an idle stretch of that many bins costs.
    pub(crate) fn idle(&self, bins: usize) -> f64 {
        self.idle[bins]
    }
}

/// Minus the logarithm of the log-normal density per second.
fn log_normal(seconds: f64, median: f64, spread: f64) -> f64 {
    let deviation = (seconds / median).ln() / spread;
    (seconds * spread * std::f64::consts::TAU.sqrt()).ln() + deviation * deviation / 2.0
}

#[cfg(test)]
mod tests {
    use stepreel_core::Span;

    use super::*;

    #[test]
    fn too_short_is_impossible_and_typical_is_cheap() {
        let lengths = Lengths { typical: 240.0, shortest: 20.0, shortest_idle: 10.0 };
        let prior = LengthPrior::new(lengths, Bins::new(Span::from_seconds(0.0, 1200.0).unwrap(), 2.0));
        assert!(prior.work(4, 9).is_infinite() && prior.work(4, 10).is_finite());
        assert!(prior.idle(4).is_infinite() && prior.idle(5).is_finite());
        assert!(prior.work(4, 120) < prior.work(4, 20) && prior.work(4, 120) < prior.work(4, 600));
        assert!(prior.work(0, 15) < prior.work(6, 15));
    }
}
