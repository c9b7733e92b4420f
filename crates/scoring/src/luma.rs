//! Brightness of a picture in the size that all meters read.

use stepreel_core::Picture;

/// Brightness of a picture, row by row, 0-255, at most [`Luma::WIDTH`] pixels wide.
///
/// One size makes readings comparable between recordings; wider pictures are averaged down over areas, narrower ones stay.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Luma {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) values: Vec<f32>,
}

impl Luma {
    /// The width that readings refer to.
    pub(crate) const WIDTH: usize = 320;

    pub(crate) fn of(picture: &Picture) -> Self {
        let values = picture.luma().iter().copied().map(f32::from).collect();
        let full = Self { width: picture.width(), height: picture.height(), values };
        if full.width <= Self::WIDTH {
            return full;
        }
        let height = (full.height * Self::WIDTH).div_ceil(full.width);
        full.narrowed(Self::WIDTH).transposed().narrowed(height).transposed()
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.width)
    }

    pub(crate) fn transposed(&self) -> Self {
        let column = |x: usize| self.values[x..].iter().step_by(self.width).copied();
        Self { width: self.height, height: self.width, values: (0..self.width).flat_map(column).collect() }
    }

    /// Every row averaged down to `width` pixels, each over exactly its part of the row.
    pub(crate) fn narrowed(&self, width: usize) -> Self {
        let taps: Vec<_> = (0..width).map(|x| area(x, self.width as f32 / width as f32)).collect();
        let mean = |row: &[f32], tap: &(usize, Vec<f32>)| -> f32 {
            row[tap.0..].iter().zip(&tap.1).map(|(value, weight)| value * weight).sum()
        };
        let values = self.rows().flat_map(|row| taps.iter().map(move |tap| mean(row, tap))).collect();
        Self { width, height: self.height, values }
    }
}

/// The first source pixel of target pixel `x` and the weights of it and those after, when each is `scale` wide.
fn area(x: usize, scale: f32) -> (usize, Vec<f32>) {
    let (start, end) = (x as f32 * scale, (x + 1) as f32 * scale);
    let (first, last) = (start as usize, (end - 1e-3) as usize);
    let covered = |pixel: usize| (end.min((pixel + 1) as f32) - start.max(pixel as f32)) / scale;
    (first, (first..=last).map(covered).collect())
}
