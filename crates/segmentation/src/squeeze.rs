//! A picture as the red, green and blue values of another size.

use stepreel_core::Picture;

/// Red, green and blue planes of `width` x `height` values, 0 to 255: the whole picture, squeezed by an area-weighted filter.
///
/// Luma and chroma are squeezed as they are, and only what is left is turned into colours: a sixth of the work of turning
/// the whole picture first.
pub(crate) fn squeeze(picture: &Picture, width: usize, height: usize) -> [Vec<f32>; 3] {
    let size = Size { width: picture.width(), height: picture.height() };
    let half = Size { width: size.width / 2, height: size.height / 2 };
    let (luma, chroma) = picture.planes().split_at(size.width * size.height);
    let (blue, red) = chroma.split_at(half.width * half.height);
    let (whole, halved) = (Filter::new(size, Size { width, height }), Filter::new(half, Size { width, height }));
    let mut planes = [whole.apply(luma), halved.apply(blue), halved.apply(red)];
    let [first, second, third] = &mut planes;
    for ((y, u), v) in first.iter_mut().zip(second).zip(third) {
        [*y, *u, *v] = Picture::rgb(*y, *u, *v);
    }
    planes
}

#[derive(Clone, Copy, Debug)]
struct Size {
    width: usize,
    height: usize,
}

/// A triangle filter from one size to another, as wide as the values that fall together.
#[derive(Debug)]
struct Filter {
    width: usize,
    columns: Vec<Taps>,
    rows: Vec<Taps>,
}

impl Filter {
    fn new(from: Size, to: Size) -> Self {
        Self { width: from.width, columns: taps(from.width, to.width), rows: taps(from.height, to.height) }
    }

    fn apply(&self, plane: &[u8]) -> Vec<f32> {
        let mut squeezed = Vec::with_capacity(self.rows.len() * self.columns.len());
        let mut row = vec![0.0; self.width];
        for taps in &self.rows {
            row.fill(0.0);
            // Rows first: whole rows are added at once, which the compiler turns into vector instructions.
            for (values, weight) in plane.chunks_exact(self.width).skip(taps.first).zip(&taps.weights) {
                row.iter_mut().zip(values).for_each(|(sum, &value)| *sum += weight * f32::from(value));
            }
            squeezed.extend(self.columns.iter().map(|taps| taps.of(&row)));
        }
        squeezed
    }
}

/// How much each of some neighbours counts for one value; together 1.
#[derive(Clone, Debug, PartialEq)]
struct Taps {
    first: usize,
    weights: Vec<f32>,
}

impl Taps {
    fn of(&self, values: &[f32]) -> f32 {
        values[self.first..].iter().zip(&self.weights).map(|(value, weight)| value * weight).sum()
    }
}

fn taps(from: usize, to: usize) -> Vec<Taps> {
    let step = from as f32 / to as f32;
    let reach = step.max(1.0);
    let taps = |index: usize| {
        let centre = (index as f32 + 0.5) * step - 0.5;
        let first = (centre - reach).ceil().max(0.0) as usize;
        let last = ((centre + reach).floor() as usize).min(from - 1);
        let weights: Vec<f32> = (first..=last).map(|at| 1.0 - (at as f32 - centre).abs() / reach).collect();
        let whole: f32 = weights.iter().sum();
        Taps { first, weights: weights.iter().map(|weight| weight / whole).collect() }
    };
    (0..to).map(taps).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: usize, to: usize, index: usize, first: usize, weights: &[f32]) {
        let found = &taps(from, to)[index];
        assert_eq!(found.first, first, "{found:?}");
        let off = found.weights.iter().zip(weights).map(|(a, b)| (a - b).abs()).sum::<f32>();
        assert!(found.weights.len() == weights.len() && off < 1e-6, "{found:?}");
    }

    #[test]
    fn as_many_values_stay_as_they_are() {
        check(4, 4, 2, 1, &[0.0, 1.0, 0.0]);
        check(1, 1, 0, 0, &[1.0]);
    }

    #[test]
    fn fewer_values_are_means_of_what_falls_together() {
        check(8, 4, 1, 1, &[0.125, 0.375, 0.375, 0.125]);
        check(8, 4, 0, 0, &[3.0 / 7.0, 3.0 / 7.0, 1.0 / 7.0]);
    }

    #[test]
    fn more_values_lie_between_their_neighbours() {
        check(2, 4, 1, 0, &[0.75, 0.25]);
        check(2, 4, 0, 0, &[1.0]);
    }

    #[test]
    fn a_plain_colour_stays_in_any_size() {
        let red = Picture::from_rgb(6, 4, &[200, 40, 20].repeat(24)).unwrap();
        for (width, height) in [(1, 1), (3, 9), (192, 96)] {
            let [r, g, b] = squeeze(&red, width, height);
            assert!(r.iter().all(|value| (value - 200.0).abs() < 2.0) && r.len() == width * height);
            assert!(g.iter().zip(&b).all(|(g, b)| (g - 40.0).abs() < 2.0 && (b - 20.0).abs() < 2.0));
        }
    }

    #[test]
    fn left_stays_left_and_above_stays_above() {
        let rgb: Vec<u8> =
            (0..64).flat_map(|at| [if at % 8 < 4 { 250 } else { 5 }, if at < 32 { 250 } else { 5 }, 9]).collect();
        let [r, g, _] = squeeze(&Picture::from_rgb(8, 8, &rgb).unwrap(), 2, 2);
        assert!(
            r[0] > r[1] + 100.0 && r[2] > r[3] + 100.0 && g[0] > g[2] + 100.0 && g[1] > g[3] + 100.0,
            "{r:?} {g:?}"
        );
    }
}
