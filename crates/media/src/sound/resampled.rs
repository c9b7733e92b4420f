//! Sound at the rate that every stage hears.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};
use stepreel_core::SAMPLE_RATE;

use crate::MediaError;

/// Samples that are resampled at a time, about; the resampler rounds to what its two rates share. Eight times 441, so that for all usual
/// rates the lengths are even, without which there is a delay of half a sample, and have small prime factors only: of 4096, it would
/// transform 48 kHz in pieces of 2 * 683.
const CHUNK: usize = 3528;

/// Mono samples converted from one rate to [`SAMPLE_RATE`], band-limited, without delay.
pub(super) struct Resampled<I> {
    samples: Option<I>,
    rate: u64,
    /// Nothing when the rates are equal.
    resampler: Option<Fft<f32>>,
    ahead: Vec<f32>,
    /// Samples at the start that are only the resampler's delay.
    delay: usize,
    taken: u64,
    given: u64,
}

impl<I> Resampled<I> {
    /// `rate` is more than zero.
    pub(super) fn new(samples: I, rate: u32) -> Self {
        let resampler = (rate != SAMPLE_RATE).then(|| {
            Fft::new(rate as usize, SAMPLE_RATE as usize, CHUNK, 1, FixedSync::Both).expect("no rate is zero")
        });
        let delay = resampler.as_ref().map_or(0, Resampler::output_delay);
        Self { samples: Some(samples), rate: u64::from(rate), resampler, ahead: Vec::new(), delay, taken: 0, given: 0 }
    }

    /// How many samples there are in all after resampling, once all were taken.
    fn due(&self) -> u64 {
        (self.taken * u64::from(SAMPLE_RATE)).div_ceil(self.rate)
    }

    /// Resamples one chunk from `ahead`.
    fn chunk(&mut self) -> Vec<f32> {
        let Some(resampler) = &mut self.resampler else { return std::mem::take(&mut self.ahead) };
        let (length, room) = (resampler.input_frames_next(), resampler.output_frames_next());
        let mut output = vec![0.0; room];
        let written = {
            let input = InterleavedSlice::new(&self.ahead[..length], 1, length).expect("one channel of that length");
            let mut output = InterleavedSlice::new_mut(&mut output, 1, room).expect("one channel of that length");
            resampler.process_into_buffer(&input, &mut output, None).expect("both lengths are as it asked").1
        };
        self.ahead.drain(..length);
        output.truncate(written);
        let delay = self.delay.min(output.len());
        self.delay -= delay;
        output.drain(..delay);
        output
    }

    fn chunk_length(&self) -> usize {
        self.resampler.as_ref().map_or(1, Resampler::input_frames_next)
    }
}

impl<I: Iterator<Item = Result<Vec<f32>, MediaError>>> Resampled<I> {
    fn fill(&mut self, length: usize) -> Result<(), MediaError> {
        while let Some(samples) = self.samples.as_mut().filter(|_| self.ahead.len() < length) {
            match samples.next() {
                Some(more) => {
                    let more = more?;
                    self.taken += more.len() as u64;
                    self.ahead.extend(more);
                }
                None => self.samples = None,
            }
        }
        Ok(())
    }
}

impl<I: Iterator<Item = Result<Vec<f32>, MediaError>>> Iterator for Resampled<I> {
    type Item = Result<Vec<f32>, MediaError>;

    fn next(&mut self) -> Option<Self::Item> {
        let length = self.chunk_length();
        if let Err(error) = self.fill(length) {
            self.samples = None;
            self.given = self.due();
            return Some(Err(error));
        }
        if self.samples.is_none() {
            if self.given >= self.due() {
                return None;
            }
            self.ahead.resize(self.ahead.len().max(length), 0.0);
        }
        let mut output = self.chunk();
        if self.samples.is_none() {
            output.truncate(usize::try_from(self.due() - self.given).unwrap_or(usize::MAX));
        }
        self.given += output.len() as u64;
        Some(Ok(output))
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    fn tone(rate: u32, hertz: f64, seconds: f64) -> Vec<f32> {
        let samples = (seconds * f64::from(rate)) as u32;
        (0..samples).map(|n| (TAU * hertz * f64::from(n) / f64::from(rate)).sin() as f32 * 0.5).collect()
    }

    fn resampled(samples: &[f32], rate: u32) -> Vec<f32> {
        let pieces = samples.chunks(1000).map(|chunk| Ok(chunk.to_vec()));
        Resampled::new(pieces, rate).flat_map(Result::unwrap).collect()
    }

    #[test]
    fn a_tone_keeps_its_phase_and_level() {
        for rate in [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000] {
            let (output, expected) = (resampled(&tone(rate, 440.0, 1.0), rate), tone(SAMPLE_RATE, 440.0, 1.0));
            assert_eq!(output.len(), expected.len(), "{rate}");
            let middle = 1_000..15_000;
            let worst =
                output[middle.clone()].iter().zip(&expected[middle]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            // The delay is a whole number of samples, or one and a half: 0.044 is half a sample of this tone.
            assert!(worst < 0.045, "{rate}: {worst}");
        }
    }

    #[test]
    fn what_is_above_the_new_rate_is_removed() {
        let output = resampled(&tone(48_000, 12_000.0, 1.0), 48_000);
        let loudest = output[1_000..15_000].iter().fold(0.0, |loudest: f32, sample| loudest.max(sample.abs()));
        assert!(loudest < 0.001, "{loudest}");
    }

    #[test]
    fn short_sound_is_not_lost() {
        assert_eq!(resampled(&[0.5; 30], 48_000).len(), 10);
        assert_eq!(resampled(&[], 48_000).len(), 0);
    }
}
