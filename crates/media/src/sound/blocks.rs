//! A stream of samples cut into blocks.

use stepreel_core::{SAMPLE_RATE, SoundBlock, Time};

use crate::MediaError;

/// Samples of a block: a second.
const BLOCK: usize = SAMPLE_RATE as usize;

/// Blocks of a second from the start of the timeline up to the end of the sound track.
///
/// What a decoder gives beyond that end is its padding, and what is missing at it was damaged: silence.
pub(super) struct Blocks<I> {
    samples: Option<I>,
    ahead: Vec<f32>,
    given: usize,
    end: usize,
}

impl<I> Blocks<I> {
    /// Samples at [`SAMPLE_RATE`] that start with the timeline.
    pub(super) fn new(samples: I, end: Time) -> Self {
        let end = (end.seconds() * f64::from(SAMPLE_RATE)).round().max(0.0) as usize;
        Self { samples: Some(samples), ahead: Vec::with_capacity(2 * BLOCK), given: 0, end }
    }
}

impl<I: Iterator<Item = Result<Vec<f32>, MediaError>>> Blocks<I> {
    fn fill(&mut self, length: usize) -> Result<(), MediaError> {
        while let Some(samples) = self.samples.as_mut().filter(|_| self.ahead.len() < length) {
            match samples.next() {
                Some(more) => self.ahead.extend(more?),
                None => self.samples = None,
            }
        }
        Ok(())
    }
}

impl<I: Iterator<Item = Result<Vec<f32>, MediaError>>> Iterator for Blocks<I> {
    type Item = Result<SoundBlock, MediaError>;

    fn next(&mut self) -> Option<Self::Item> {
        let length = BLOCK.min(self.end - self.given);
        if length == 0 {
            return None;
        }
        if let Err(error) = self.fill(length) {
            self.samples = None;
            self.end = self.given;
            return Some(Err(error));
        }
        let mut samples: Vec<f32> = self.ahead.drain(..length.min(self.ahead.len())).collect();
        samples.resize(length, 0.0);
        let start = Time::ZERO + SoundBlock::length(self.given);
        self.given += length;
        Some(Ok(SoundBlock { start, samples }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(samples: usize, end: f64) -> Vec<usize> {
        let source = [Ok(vec![0.5; samples])].into_iter();
        Blocks::new(source, Time::from_seconds(end)).map(|block| block.unwrap().samples.len()).collect()
    }

    #[test]
    fn sound_ends_with_its_track() {
        assert_eq!(lengths(40_000, 2.25), [16_000, 16_000, 4_000]);
        assert_eq!(lengths(10_000, 1.0), [16_000]);
        assert_eq!(lengths(10_000, -1.0), Vec::<usize>::new());
    }

    #[test]
    fn what_is_missing_at_the_end_is_silence() {
        let block = Blocks::new([Ok(vec![0.5; 10])].into_iter(), Time::from_seconds(0.001)).next().unwrap().unwrap();
        assert_eq!(block.samples[9..], [0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn nothing_comes_after_an_error() {
        let broken = [Ok(vec![0.5; 16_000]), Err(MediaError::Empty { path: "x".into() })].into_iter();
        let kinds: Vec<bool> = Blocks::new(broken, Time::from_seconds(5.0)).map(|block| block.is_ok()).collect();
        assert_eq!(kinds, [true, false]);
    }
}
