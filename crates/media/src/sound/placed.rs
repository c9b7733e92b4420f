//! Pieces of sound put where their timestamps say.

use crate::MediaError;

use super::Piece;

/// Samples of silence that are given at a time, so that a gap of an hour is not an hour in memory.
const SILENCE: i64 = 16_384;

/// How far a timestamp may be off before it is believed rather than the count of samples, in seconds: Matroska rounds to
/// milliseconds, and a packet that is left out is longer than this.
const TOLERANCE: f64 = 0.01;

/// Samples without gap or overlap from the start of the timeline: gaps are silence, and of what overlaps the first is kept.
pub(super) struct Placed<I> {
    pieces: I,
    rate: f64,
    /// The position of the next sample to give, in samples from the start of the timeline.
    position: i64,
    begun: bool,
    silence: i64,
    waiting: Option<Vec<f32>>,
}

impl<I> Placed<I> {
    pub(super) fn new(pieces: I, rate: u32) -> Self {
        Self { pieces, rate: f64::from(rate), position: 0, begun: false, silence: 0, waiting: None }
    }

    fn place(&mut self, piece: &Piece) {
        let due = (piece.start.seconds() * self.rate).round() as i64 - self.position;
        let jump = if self.begun && (due as f64).abs() <= TOLERANCE * self.rate { 0 } else { due };
        let overlap = usize::try_from(-jump).unwrap_or(0);
        let Some(kept) = piece.samples.get(overlap..).filter(|kept| !kept.is_empty()) else { return };
        self.begun = true;
        self.silence = jump.max(0);
        self.position += self.silence + kept.len() as i64;
        self.waiting = Some(kept.to_vec());
    }
}

impl<I: Iterator<Item = Result<Piece, MediaError>>> Iterator for Placed<I> {
    type Item = Result<Vec<f32>, MediaError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.silence > 0 {
                let length = self.silence.min(SILENCE);
                self.silence -= length;
                return Some(Ok(vec![0.0; length as usize]));
            }
            if let Some(samples) = self.waiting.take() {
                return Some(Ok(samples));
            }
            match self.pieces.next()? {
                Ok(piece) => self.place(&piece),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use stepreel_core::Time;

    use super::*;

    fn check(pieces: &[(f64, usize)], expected: &[(usize, f32)]) {
        let pieces = pieces.iter().zip(1_u8..).map(|(&(start, length), value)| {
            Ok(Piece { start: Time::from_seconds(start), samples: vec![f32::from(value); length] })
        });
        let samples = Placed::new(pieces, 1000).flat_map(Result::unwrap);
        let mut runs: Vec<(usize, f32)> = Vec::new();
        for sample in samples {
            match runs.last_mut() {
                Some((length, value)) if (*value - sample).abs() < 0.5 => *length += 1,
                _ => runs.push((1, sample)),
            }
        }
        assert_eq!(runs, expected);
    }

    #[test]
    fn pieces_follow_each_other() {
        check(&[(0.0, 100), (0.1, 100)], &[(100, 1.0), (100, 2.0)]);
        check(&[(0.0, 100), (0.104, 100)], &[(100, 1.0), (100, 2.0)]);
    }

    #[test]
    fn late_starts_and_gaps_are_silence() {
        check(&[(0.05, 100), (0.25, 100)], &[(50, 0.0), (100, 1.0), (100, 0.0), (100, 2.0)]);
        check(&[(30.0, 1)], &[(30_000, 0.0), (1, 1.0)]);
    }

    #[test]
    fn what_comes_too_early_is_dropped() {
        check(&[(-0.03, 100)], &[(70, 1.0)]);
        check(&[(-0.2, 100), (-0.1, 150)], &[(50, 2.0)]);
        check(&[(0.0, 100), (0.05, 100)], &[(100, 1.0), (50, 2.0)]);
    }

    #[test]
    fn rounding_never_adds_up() {
        let late: Vec<_> = (0..50).map(|n| (f64::from(n) * 0.101, 100)).collect();
        let length: usize = Placed::new(
            late.iter()
                .map(|&(start, length)| Ok(Piece { start: Time::from_seconds(start), samples: vec![0.5; length] })),
            1000,
        )
        .map(|samples| samples.unwrap().len())
        .sum();
        assert!((5039..=5050).contains(&length), "{length}");
    }
}
