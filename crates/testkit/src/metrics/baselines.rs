use stepreel_core::{Span, Time};

use crate::dice::Dice;

/// Equal parts of the whole session.
pub fn uniform(session: Span, count: usize) -> Vec<Span> {
    let cuts: Vec<Time> = (0..=count).map(|i| at(session, i as f64 / count.max(1) as f64)).collect();
    parts(&cuts)
}

/// Parts between boundaries drawn at random, evenly over the session. With one seed, sessions of other lengths are not cut alike, so
/// that chance evens out over sessions.
pub fn random(session: Span, count: usize, seed: u64) -> Vec<Span> {
    let mut dice = Dice::new(seed, &format!("boundaries of {session}"));
    let mut cuts: Vec<Time> = (1..count).map(|_| at(session, dice.unit())).collect();
    cuts.extend([session.start(), session.end()]);
    cuts.sort_unstable();
    parts(&cuts)
}

fn at(session: Span, share: f64) -> Time {
    session.start() + session.duration().mul_f64(share)
}

fn parts(cuts: &[Time]) -> Vec<Span> {
    cuts.windows(2).filter_map(|pair| Span::new(pair[0], pair[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_tile_the_session() {
        let session = Span::from_seconds(0.0, 100.0).unwrap();
        for parts in [uniform(session, 7), random(session, 7, 1)] {
            assert_eq!(parts.len(), 7);
            assert_eq!((parts[0].start(), parts[6].end()), (session.start(), session.end()));
            assert!(parts.windows(2).all(|pair| pair[0].end() == pair[1].start()));
        }
        assert_ne!(random(session, 7, 1), random(session, 7, 2));
        assert!(uniform(session, 0).is_empty());
    }
}
