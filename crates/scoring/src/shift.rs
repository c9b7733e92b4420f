//! How far a picture moved.

use std::fmt;

use rustfft::num_complex::Complex;
use rustfft::{FftDirection, FftPlanner};

use crate::luma::Luma;

/// The width at which motion is measured: a pixel of it is 0.6 % of the picture.
const WIDTH: usize = 160;
/// The least peak of a match, where 1 is the same picture and two unrelated ones of this size reach 0.08.
const MATCH: f32 = 0.1;

/// Measures how far a picture moved, by phase correlation (Kuglin and Hines, 1975): whatever moved as a whole
/// becomes one peak, whatever its light.
pub(crate) struct Motion {
    planner: FftPlanner<f32>,
}

impl Motion {
    pub(crate) fn new() -> Self {
        Self { planner: FftPlanner::new() }
    }

    /// The distance between two pictures of the same size as a share of their width; nothing when they have nothing in common.
    pub(crate) fn between(&mut self, from: &Luma, to: &Luma) -> Option<f32> {
        let (from, to) = (self.spectrum(&small(from)), self.spectrum(&small(to)));
        let phases = from.values.iter().zip(&to.values).map(|(a, b)| phase(b * a.conj())).collect();
        let plane = self.inverse(Spectrum { values: phases, ..from });
        let (peak, [x, y]) = plane.peak();
        (peak >= MATCH).then(|| x.hypot(y) / WIDTH as f32)
    }

    /// Column by column.
    fn spectrum(&mut self, luma: &Luma) -> Spectrum {
        let plane = Spectrum { width: luma.width, height: luma.height, values: windowed(luma) };
        let rows = self.rows(plane, FftDirection::Forward);
        self.rows(rows.transposed(), FftDirection::Forward)
    }

    fn inverse(&mut self, spectrum: Spectrum) -> Spectrum {
        let columns = self.rows(spectrum, FftDirection::Inverse);
        self.rows(columns.transposed(), FftDirection::Inverse)
    }

    fn rows(&mut self, mut plane: Spectrum, direction: FftDirection) -> Spectrum {
        self.planner.plan_fft(plane.width, direction).process(&mut plane.values);
        plane
    }
}

impl fmt::Debug for Motion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Motion").finish_non_exhaustive()
    }
}

/// Complex values, row by row.
struct Spectrum {
    width: usize,
    height: usize,
    values: Vec<Complex<f32>>,
}

impl Spectrum {
    fn transposed(&self) -> Self {
        let column = |x: usize| self.values[x..].iter().step_by(self.width).copied();
        Self { width: self.height, height: self.width, values: (0..self.width).flat_map(column).collect() }
    }

    /// The highest value as a share of the highest possible, and where it is: to a part of a pixel, beyond the half as negative.
    fn peak(&self) -> (f32, [f32; 2]) {
        let highest = (0..self.values.len()).max_by(|&a, &b| self.values[a].re.total_cmp(&self.values[b].re));
        let (x, y) = highest.map_or((0, 0), |at| (at % self.width, at / self.width));
        let at = |x: usize, y: usize| self.values[y % self.height * self.width + x % self.width].re;
        let across = vertex(at(x + self.width - 1, y), at(x, y), at(x + 1, y));
        let down = vertex(at(x, y + self.height - 1), at(x, y), at(x, y + 1));
        (at(x, y) / self.values.len() as f32, [signed(x, self.width) + across, signed(y, self.height) + down])
    }
}

fn signed(at: usize, size: usize) -> f32 {
    if at > size / 2 { at as f32 - size as f32 } else { at as f32 }
}

/// Where between -0.5 and 0.5 the parabola through three neighbours has its top.
fn vertex(before: f32, top: f32, after: f32) -> f32 {
    let bend = before - 2.0 * top + after;
    if bend < 0.0 { (0.5 * (before - after) / bend).clamp(-0.5, 0.5) } else { 0.0 }
}

fn phase(product: Complex<f32>) -> Complex<f32> {
    product / product.norm().max(1e-6)
}

fn small(luma: &Luma) -> Luma {
    if luma.width <= WIDTH {
        return luma.clone();
    }
    let height = (luma.height * WIDTH).div_ceil(luma.width);
    luma.narrowed(WIDTH).transposed().narrowed(height).transposed()
}

/// The picture without its mean under a Hann window, so that its borders make no lines in the spectrum.
fn windowed(luma: &Luma) -> Vec<Complex<f32>> {
    let mean = luma.values.iter().sum::<f32>() / luma.values.len() as f32;
    let (across, down) = (hann(luma.width), hann(luma.height));
    let rows = luma.rows().zip(&down);
    rows.flat_map(|(row, y)| row.iter().zip(&across).map(move |(value, x)| Complex::new((value - mean) * x * y, 0.0)))
        .collect()
}

fn hann(size: usize) -> Vec<f32> {
    let turn = std::f32::consts::TAU / size as f32;
    (0..size).map(|i| 0.5 - 0.5 * (turn * (i as f32 + 0.5)).cos()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A texture without period, `shift` pixels further.
    fn texture(shift: usize) -> Luma {
        let value = |x: usize, y: usize| {
            let cell = ((x + shift) / 3 * 1000 + y / 3) as u32;
            (cell.wrapping_mul(2_654_435_769) >> 24) as f32
        };
        Luma { width: 160, height: 90, values: (0..160 * 90).map(|i| value(i % 160, i / 160)).collect() }
    }

    #[test]
    fn a_shift_is_measured() {
        for pixels in [0, 1, 3, 9, 20, 36] {
            let share = Motion::new().between(&texture(0), &texture(pixels)).unwrap();
            assert!((share * 160.0 - pixels as f32).abs() < 0.3, "{pixels} came out as {}", share * 160.0);
        }
    }

    #[test]
    fn light_does_not_matter() {
        let mut dim = texture(6);
        dim.values.iter_mut().for_each(|value| *value *= 0.2);
        let share = Motion::new().between(&texture(0), &dim).unwrap();
        assert!((share * 160.0 - 6.0).abs() < 0.3);
    }

    #[test]
    fn nothing_in_common_is_no_shift() {
        let flat = Luma { width: 160, height: 90, values: vec![90.0; 160 * 90] };
        assert_eq!(Motion::new().between(&texture(0), &flat), None);
    }
}
