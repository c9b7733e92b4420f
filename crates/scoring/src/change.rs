//! How much of a picture is another than before.

use crate::luma::Luma;

const BLOCK: usize = 16;

/// Mean absolute difference of two pictures, 0-1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Change {
    /// Of all pixels.
    pub(crate) mean: f32,
    /// Of the 16x16 block that changed most; what is left over at the right and at the bottom makes smaller blocks.
    pub(crate) block: f32,
}

impl Change {
    /// What changed between two pictures of one size; nothing for pictures of two.
    pub(crate) fn between(before: &Luma, after: &Luma) -> Option<Self> {
        let same = before.width == after.width && before.height == after.height;
        same.then(|| Self::measure(before, after))
    }

    fn measure(before: &Luma, after: &Luma) -> Self {
        let (mut all, mut most) = (0.0, 0.0_f32);
        for top in (0..after.height).step_by(BLOCK) {
            let rows = top * after.width..(top + BLOCK).min(after.height) * after.width;
            let sums = column_sums(&before.values[rows.clone()], &after.values[rows.clone()], after.width);
            let height = rows.len() / after.width;
            let block = |sums: &[f32]| sums.iter().sum::<f32>() / (sums.len() * height) as f32;
            most = sums.chunks(BLOCK).map(block).fold(most, f32::max);
            all += sums.iter().sum::<f32>();
        }
        Self { mean: all / 255.0 / after.values.len() as f32, block: most / 255.0 }
    }
}

/// The absolute differences of some rows, added up column by column.
fn column_sums(before: &[f32], after: &[f32], width: usize) -> Vec<f32> {
    let mut sums = vec![0.0; width];
    for (before, after) in before.chunks_exact(width).zip(after.chunks_exact(width)) {
        sums.iter_mut().zip(before.iter().zip(after)).for_each(|(sum, (a, b))| *sum += (a - b).abs());
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: usize, height: usize, value: impl Fn(usize, usize) -> f32) -> Luma {
        Luma { width, height, values: (0..width * height).map(|i| value(i % width, i / width)).collect() }
    }

    fn check(value: impl Fn(usize, usize) -> f32, mean: f32, block: f32) {
        let change = Change::between(&picture(320, 180, |_, _| 0.0), &picture(320, 180, value)).unwrap();
        assert!((change.mean - mean).abs() < 1e-6 && (change.block - block).abs() < 1e-6, "{change:?}");
    }

    #[test]
    fn a_change_everywhere_is_the_same_in_every_block() {
        check(|_, _| 0.0, 0.0, 0.0);
        check(|_, _| 51.0, 0.2, 0.2);
    }

    #[test]
    fn something_small_that_moves_fills_its_block() {
        let spot = |x: usize, y: usize| if (160..176).contains(&x) && (32..48).contains(&y) { 255.0 } else { 0.0 };
        check(spot, 256.0 / (320.0 * 180.0), 1.0);
        let corner = |x: usize, y: usize| if x >= 304 && y >= 176 { 255.0 } else { 0.0 };
        check(corner, 64.0 / (320.0 * 180.0), 1.0);
    }

    #[test]
    fn pictures_of_two_sizes_are_not_compared() {
        assert_eq!(Change::between(&picture(320, 180, |_, _| 0.0), &picture(320, 240, |_, _| 0.0)), None);
    }
}
