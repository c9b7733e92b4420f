//! How much of a picture is without texture.

use crate::luma::Luma;

const BLOCK: usize = 16;
/// Less texture than this, as standard deviation in steps of luma, is flat in a picture of ordinary light.
const FLAT: f32 = 4.0;
/// The mean luma from which light is ordinary: in less of it texture shrinks with the light.
const ORDINARY: f32 = 64.0;
/// As far as the limit shrinks: below, texture drowns in the steps of luma.
const LEAST_FLAT: f32 = 1.2;
/// Blocks as light as this are cut off rather than covered.
const CUT_OFF: f32 = 250.0;

/// Share of 16x16 blocks without texture, 0-1.
///
/// Noise is no texture, and a dim workshop is not a covered lens: noise is taken off each block's variance, and the limit
/// follows the light.
pub(crate) fn flat_share(luma: &Luma, noise: f32, mean_luma: f32) -> f32 {
    let limit = (FLAT * mean_luma / ORDINARY).clamp(LEAST_FLAT, FLAT);
    let (across, down) = (luma.width / BLOCK, luma.height / BLOCK);
    let flat = |&i: &usize| {
        let (mean, variance) = moments(luma, i % across * BLOCK, i / across * BLOCK);
        mean < CUT_OFF && variance - noise * noise < limit * limit
    };
    (0..across * down).filter(flat).count() as f32 / (across * down).max(1) as f32
}

/// Mean and variance of a block.
fn moments(luma: &Luma, left: usize, top: usize) -> (f32, f32) {
    let (mut sum, mut squares) = (0.0, 0.0);
    for y in top..top + BLOCK {
        for value in &luma.values[y * luma.width + left..][..BLOCK] {
            sum += value;
            squares += value * value;
        }
    }
    let pixels = (BLOCK * BLOCK) as f32;
    (sum / pixels, squares / pixels - (sum / pixels).powi(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(value: impl Fn(usize, usize) -> f32) -> Luma {
        Luma { width: 320, height: 180, values: (0..320 * 180).map(|i| value(i % 320, i / 320)).collect() }
    }

    #[test]
    fn a_covered_half_is_half() {
        let half = picture(|x, y| if x < 160 { 90.0 } else { 90.0 + 20.0 * ((x + y) % 2) as f32 });
        assert!((flat_share(&half, 0.0, 95.0) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn noise_is_no_texture() {
        let rough = picture(|x, y| 90.0 + 10.0 * ((x * 7 + y * 13) % 2) as f32);
        assert!(flat_share(&rough, 0.0, 90.0) < 0.01);
        assert!(flat_share(&rough, 5.0, 90.0) > 0.99);
    }

    #[test]
    fn texture_shrinks_with_the_light() {
        let dim = picture(|x, y| 12.0 + 4.0 * ((x / 4 + y / 4) % 2) as f32);
        assert!(flat_share(&dim, 0.0, 14.0) < 0.01);
    }

    #[test]
    fn too_much_light_is_no_cover() {
        assert!(flat_share(&picture(|_, _| 255.0), 0.0, 255.0) < 0.01);
    }
}
