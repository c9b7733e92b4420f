//! A picture as the red, green and blue values of another size.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::F32;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use stepreel_core::Picture;

/// Red, green and blue planes of `width` x `height` values, 0 to 255: the whole picture, by a triangle filter as wide as the pixels
/// that fall together.
///
/// Luma and chroma are squeezed as they are, and only what is left is turned into colours: a sixth of the work of turning
/// the whole picture first.
pub(crate) fn squeeze(picture: &Picture, width: usize, height: usize) -> [Vec<f32>; 3] {
    let (whole, to) = (Size { width: picture.width(), height: picture.height() }, Size { width, height });
    let half = Size { width: whole.width / 2, height: whole.height / 2 };
    let (luma, chroma) = picture.planes().split_at(whole.width * whole.height);
    let (blue, red) = chroma.split_at(half.width * half.height);
    let mut planes = [whole.resized(luma, to), half.resized(blue, to), half.resized(red, to)];
    let [first, second, third] = &mut planes;
    for ((y, u), v) in first.iter_mut().zip(second).zip(third) {
        [*y, *u, *v] = Picture::rgb(*y, *u, *v);
    }
    planes
}

const WHOLE: &str = "a picture has as many values as its size says, and all of it is wanted";

#[derive(Clone, Copy, Debug)]
struct Size {
    width: usize,
    height: usize,
}

impl Size {
    /// A plane of this size in another.
    fn resized(self, plane: &[u8], to: Self) -> Vec<f32> {
        let pixels: Vec<F32> = plane.iter().map(|&value| F32::new(value.into())).collect();
        let from = TypedImageRef::new(self.width as u32, self.height as u32, &pixels).expect(WHOLE);
        let mut resized = TypedImage::<F32>::new(to.width as u32, to.height as u32);
        let triangle = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
        Resizer::new().resize_typed(&from, &mut resized, &triangle).expect(WHOLE);
        resized.pixels().iter().map(|pixel| pixel.0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(values: &[u8], width: usize) -> Vec<f32> {
        Size { width: values.len(), height: 1 }.resized(values, Size { width, height: 1 })
    }

    fn check(values: &[u8], expected: &[f32]) {
        let found = row(values, expected.len());
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-3), "{found:?} for {expected:?}");
    }

    #[test]
    fn as_many_values_stay_as_they_are() {
        check(&[3, 250, 0, 7], &[3.0, 250.0, 0.0, 7.0]);
    }

    #[test]
    fn fewer_values_are_means_of_what_falls_together() {
        check(&[0, 80, 0, 0, 160, 0, 0, 0], &[240.0 / 7.0, 30.0, 60.0, 0.0]);
    }

    #[test]
    fn more_values_lie_between_their_neighbours() {
        check(&[0, 200], &[0.0, 50.0, 150.0, 200.0]);
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
