//! What is reached without looking or listening: the floor under every figure.

use stepreel_core::{Span, Time};

use stepreel_testkit::metrics::{Found, mean};

/// Equal parts of the whole session.
pub(crate) fn uniform(session: Span, count: usize) -> Vec<Span> {
    let cut = |i: usize| session.start() + session.duration().mul_f64(i as f64 / count as f64);
    (0..count).filter_map(|i| Span::new(cut(i), cut(i + 1))).collect()
}

/// Parts between boundaries drawn at random, uniformly over the session.
fn random(session: Span, count: usize, dice: &mut Dice) -> Vec<Span> {
    let mut cuts: Vec<Time> = (1..count).map(|_| session.start() + session.duration().mul_f64(dice.share())).collect();
    cuts.extend([session.start(), session.end()]);
    cuts.sort();
    cuts.windows(2).filter_map(|pair| Span::new(pair[0], pair[1])).collect()
}

/// The mean over many random splits of one session.
pub(crate) fn random_found(session: Span, count: usize, truth: &[Span]) -> Found {
    let mut dice = Dice(0x5eed);
    let draws: Vec<Found> = (0..200).map(|_| Found::compare(&random(session, count, &mut dice), truth)).collect();
    mean(&draws)
}

/// `SplitMix64` (G. Steele, D. Lea, C. Flood, OOPSLA 2014): the same draws in every run.
struct Dice(u64);

impl Dice {
    /// 0 up to 1.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_tile_the_session() {
        let session = Span::from_seconds(0.0, 100.0).unwrap();
        for parts in [uniform(session, 7), random(session, 7, &mut Dice(1))] {
            assert_eq!(parts.len(), 7);
            assert_eq!((parts[0].start(), parts[6].end()), (session.start(), session.end()));
            assert!(parts.windows(2).all(|pair| pair[0].end() == pair[1].start()));
        }
    }
}
