//! What silero's network sees of the sound.

use std::sync::Arc;

use ndarray::Array2;
use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

/// Samples that get one score: 32 ms.
pub(super) const CHUNK: usize = 512;
/// Spectra in a chunk.
pub(super) const SPECTRA: usize = 4;
/// Frequencies in a spectrum.
pub(super) const BINS: usize = WINDOW / 2 + 1;

const WINDOW: usize = 256;
const HOP: usize = 128;
/// Samples of the chunk before that are seen again.
const CONTEXT: usize = 64;
/// Samples that are mirrored at the end of a chunk.
const MIRRORED: usize = 64;

/// Short-time spectra, chunk by chunk.
pub(super) struct Spectra {
    transform: Arc<dyn Fft<f32>>,
    hann: Vec<f32>,
    context: [f32; CONTEXT],
}

impl Spectra {
    pub(super) fn new() -> Self {
        let sine = |n: usize| (std::f32::consts::PI * n as f32 / WINDOW as f32).sin();
        Self {
            transform: FftPlanner::new().plan_fft_forward(WINDOW),
            hann: (0..WINDOW).map(|n| sine(n).powi(2)).collect(),
            context: [0.0; CONTEXT],
        }
    }

    /// Magnitudes, [`SPECTRA`] rows of [`BINS`] for each whole chunk of `sound`.
    pub(super) fn of(&mut self, sound: &[f32]) -> Array2<f32> {
        let chunks = sound.len() / CHUNK;
        let mut magnitudes = Vec::with_capacity(chunks * SPECTRA * BINS);
        for chunk in sound.chunks_exact(CHUNK) {
            let seen = self.seen(chunk);
            for start in (0..SPECTRA).map(|index| index * HOP) {
                self.push_magnitudes(&seen[start..start + WINDOW], &mut magnitudes);
            }
        }
        Array2::from_shape_vec((chunks * SPECTRA, BINS), magnitudes).expect("each window pushes one row")
    }

    /// A chunk with the end of the one before, and its own end mirrored without the last sample.
    fn seen(&mut self, chunk: &[f32]) -> Vec<f32> {
        let mut seen = self.context.to_vec();
        seen.extend_from_slice(chunk);
        seen.extend(chunk.iter().rev().skip(1).take(MIRRORED));
        self.context.copy_from_slice(&chunk[CHUNK - CONTEXT..]);
        seen
    }

    fn push_magnitudes(&self, window: &[f32], magnitudes: &mut Vec<f32>) {
        let weighted = window.iter().zip(&self.hann).map(|(&sample, &weight)| Complex32::new(sample * weight, 0.0));
        let mut values: Vec<Complex32> = weighted.collect();
        self.transform.process(&mut values);
        magnitudes.extend(values[..BINS].iter().map(|value| value.norm()));
    }
}
