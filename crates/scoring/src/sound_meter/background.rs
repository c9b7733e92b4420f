use std::fmt;
use std::sync::Arc;

use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};
use stepreel_core::SAMPLE_RATE;

use super::{HOP, decibels};

const SECOND: usize = SAMPLE_RATE as usize;
const BANDS: usize = 8;
/// Where the lowest band starts, in Hz: below is rumble that says nothing of a place.
const LOWEST: f64 = 60.0;
const HIGHEST: f64 = SAMPLE_RATE as f64 / 2.0;
/// Mean square below which a hop is digital silence rather than a quiet room: -90 dB.
const SILENCE: f64 = 1e-9;

/// The noise background of each second: the spectrum of its quietest fifth, in which nobody speaks and nothing bangs.
pub(super) struct Background {
    fft: Arc<dyn Fft<f32>>,
    window: Vec<f32>,
    second: Vec<f32>,
    seconds: Vec<[f32; BANDS]>,
}

impl Background {
    pub(super) fn new() -> Self {
        let turn = std::f32::consts::TAU / HOP as f32;
        Self {
            fft: FftPlanner::new().plan_fft_forward(HOP),
            window: (0..HOP).map(|i| 0.5 - 0.5 * (turn * (i as f32 + 0.5)).cos()).collect(),
            second: Vec::with_capacity(SECOND),
            seconds: Vec::new(),
        }
    }

    pub(super) fn hear(&mut self, mut samples: &[f32]) {
        while !samples.is_empty() {
            let (now, later) = samples.split_at(samples.len().min(SECOND - self.second.len()));
            self.second.extend_from_slice(now);
            samples = later;
            if self.second.len() == SECOND {
                self.close();
            }
        }
    }

    /// The seconds; an unfinished one counts for its whole hops.
    pub(super) fn finish(mut self) -> Vec<[f32; BANDS]> {
        if self.second.len() >= HOP {
            self.close();
        }
        self.seconds
    }

    fn close(&mut self) {
        let quiet = quietest(&self.second);
        let count = quiet.len().max(1) as f64;
        let mut bands = [0.0; BANDS];
        for energies in quiet.into_iter().map(|hop| self.energies(hop)) {
            bands.iter_mut().zip(energies).for_each(|(band, energy)| *band += energy / count);
        }
        self.seconds.push(bands.map(decibels));
        self.second.clear();
    }

    /// The mean square of each band of a hop.
    fn energies(&self, hop: &[f32]) -> [f64; BANDS] {
        let mut spectrum: Vec<_> = hop.iter().zip(&self.window).map(|(s, w)| Complex::new(s * w, 0.0)).collect();
        self.fft.process(&mut spectrum);
        let scale = 2.0 / (HOP as f64 * self.window.iter().map(|w| f64::from(w * w)).sum::<f64>());
        let mut bands = [0.0; BANDS];
        for (bin, value) in spectrum.iter().enumerate().take(HOP / 2).skip(1) {
            if let Some(band) = band(bin as f64 * f64::from(SAMPLE_RATE) / HOP as f64) {
                bands[band] += f64::from(value.norm_sqr()) * scale;
            }
        }
        bands
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Background").field("seconds", &self.seconds).finish_non_exhaustive()
    }
}

/// The band of a frequency in Hz; the bands are equally wide in octaves.
fn band(frequency: f64) -> Option<usize> {
    let octaves = (frequency / LOWEST).log2() / (HIGHEST / LOWEST).log2();
    (0.0..1.0).contains(&octaves).then_some((octaves * BANDS as f64) as usize)
}

/// The quietest fifth of the hops that are not digital silence.
fn quietest(second: &[f32]) -> Vec<&[f32]> {
    let power = |hop: &[f32]| hop.iter().map(|s| f64::from(s * s)).sum::<f64>() / HOP as f64;
    let mut hops: Vec<_> = second.chunks_exact(HOP).filter(|hop| power(hop) > SILENCE).collect();
    hops.sort_by(|a, b| power(a).total_cmp(&power(b)));
    hops.truncate(hops.len().div_ceil(5));
    hops
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hertz: f32, loudness: f32) -> impl Fn(usize) -> f32 {
        move |at| loudness * (std::f32::consts::TAU * hertz * at as f32 / SECOND as f32).sin()
    }

    fn background(samples: &[f32]) -> Vec<[f32; BANDS]> {
        let mut meter = Background::new();
        samples.chunks(1000).for_each(|block| meter.hear(block));
        meter.finish()
    }

    #[test]
    fn a_tone_lies_in_its_band() {
        for (hertz, expected) in [(160.0, 1), (1000.0, 4), (6000.0, 7)] {
            let bands = background(&(0..SECOND).map(tone(hertz, 0.1)).collect::<Vec<_>>())[0];
            let loudest = (0..BANDS).max_by(|&a, &b| bands[a].total_cmp(&bands[b]));
            assert_eq!(loudest, Some(expected), "{hertz} Hz: {bands:?}");
            assert!((bands[expected] + 23.0).abs() < 1.0, "{hertz} Hz at -23 dB: {bands:?}");
        }
    }

    #[test]
    fn what_comes_over_it_does_not_change_it() {
        let quiet: Vec<f32> = (0..SECOND).map(tone(300.0, 0.01)).collect();
        let mut spoken_over = quiet.clone();
        spoken_over[..SECOND / 2].iter_mut().enumerate().for_each(|(at, s)| *s += tone(700.0, 0.5)(at));
        let (alone, over) = (background(&quiet)[0], background(&spoken_over)[0]);
        assert!(alone.iter().zip(&over).all(|(a, b)| (a - b).abs() < 1.0), "{alone:?} {over:?}");
    }

    #[test]
    fn silence_has_none() {
        assert_eq!(background(&vec![0.0; SECOND + HOP]), [[-100.0; BANDS]; 2]);
    }
}
