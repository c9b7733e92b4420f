//! A decoded frame, as small as the meters and encoders need it.

use crate::Time;

/// One decoded frame and when it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its presentation time.
    pub time: Time,
    /// What is seen, upright.
    pub picture: Picture,
}

/// A picture in planar YUV 4:2:0, full range (0-255), BT.601, upright; width and height are even and not zero.
///
/// Luma is what every meter reads, and half of the bytes of RGB is half of the pipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    planes: Vec<u8>,
}

impl Picture {
    /// The number of bytes of the three planes.
    pub const fn bytes(width: usize, height: usize) -> usize {
        width * height * 3 / 2
    }

    /// A picture from its planes Y, U, V in this order; nothing when a size is odd or zero or the bytes don't fit it.
    pub fn from_planes(width: usize, height: usize, planes: Vec<u8>) -> Option<Self> {
        let even = width > 0 && height > 0 && width.is_multiple_of(2) && height.is_multiple_of(2);
        (even && planes.len() == Self::bytes(width, height)).then_some(Self { width, height, planes })
    }

    /// A picture from interleaved RGB, 3 bytes a pixel; nothing when a size is odd or zero or the bytes don't fit it.
    pub fn from_rgb(width: usize, height: usize, rgb: &[u8]) -> Option<Self> {
        if rgb.len() != width * height * 3 {
            return None;
        }
        let pixel = |x: usize, y: usize| {
            let at = (y * width + x) * 3;
            [f32::from(rgb[at]), f32::from(rgb[at + 1]), f32::from(rgb[at + 2])]
        };
        let mut planes = vec![0; Self::bytes(width, height)];
        for y in 0..height {
            for x in 0..width {
                let [r, g, b] = pixel(x, y);
                planes[y * width + x] = (0.299 * r + 0.587 * g + 0.114 * b).round() as u8;
            }
        }
        let picture = Self::from_planes(width, height, planes)?;
        Some(picture.with_chroma(|x, y| {
            let sum = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| pixel(x + dx, y + dy));
            let mean = |channel: usize| sum.iter().map(|p| p[channel]).sum::<f32>() / 4.0;
            let (r, g, b) = (mean(0), mean(1), mean(2));
            (-0.168_736 * r - 0.331_264 * g + 0.5 * b + 128.0, 0.5 * r - 0.418_688 * g - 0.081_312 * b + 128.0)
        }))
    }

    fn with_chroma(mut self, uv_at: impl Fn(usize, usize) -> (f32, f32)) -> Self {
        let (luma, quarter) = (self.width * self.height, self.width * self.height / 4);
        for y in 0..self.height / 2 {
            for x in 0..self.width / 2 {
                let (u, v) = uv_at(2 * x, 2 * y);
                self.planes[luma + y * self.width / 2 + x] = u.round() as u8;
                self.planes[luma + quarter + y * self.width / 2 + x] = v.round() as u8;
            }
        }
        self
    }

    /// Pixels in a row.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub const fn height(&self) -> usize {
        self.height
    }

    /// Brightness, `height` rows of `width` bytes, 0 black to 255 white.
    pub fn luma(&self) -> &[u8] {
        &self.planes[..self.width * self.height]
    }

    /// All three planes Y, U, V.
    pub fn planes(&self) -> &[u8] {
        &self.planes
    }

    /// Interleaved RGB, 3 bytes a pixel.
    pub fn to_rgb(&self) -> Vec<u8> {
        let (luma, quarter) = (self.width * self.height, self.width * self.height / 4);
        let (blue, red) = (&self.planes[luma..luma + quarter], &self.planes[luma + quarter..]);
        let mut rgb = Vec::with_capacity(luma * 3);
        for y in 0..self.height {
            for x in 0..self.width {
                let chroma = (y / 2) * (self.width / 2) + x / 2;
                let light = f32::from(self.planes[y * self.width + x]);
                let channels = Self::rgb(light, f32::from(blue[chroma]), f32::from(red[chroma]));
                // They are not negative, so that this rounds; a call of `round` for each took longer than all the rest.
                rgb.extend(channels.map(|c| (c + 0.5) as u8));
            }
        }
        rgb
    }

    /// Red, green and blue, 0 to 255, of values of the three planes.
    pub const fn rgb(y: f32, u: f32, v: f32) -> [f32; 3] {
        let (u, v) = (u - 128.0, v - 128.0);
        let (red, green, blue) = (y + 1.402 * v, y - 0.344_136 * u - 0.714_136 * v, y + 1.772 * u);
        [red.clamp(0.0, 255.0), green.clamp(0.0, 255.0), blue.clamp(0.0, 255.0)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_sizes_and_wrong_lengths_are_refused() {
        assert_eq!(Picture::from_planes(3, 2, vec![0; 9]), None);
        assert_eq!(Picture::from_planes(0, 0, Vec::new()), None);
        assert_eq!(Picture::from_planes(2, 2, vec![0; 5]), None);
        assert_eq!(Picture::from_rgb(2, 2, &[0; 11]), None);
    }

    #[test]
    fn flat_colours_survive_the_way_to_yuv_and_back() {
        for colour in [[0, 0, 0], [255, 255, 255], [200, 30, 60], [10, 120, 240]] {
            let rgb: Vec<u8> = colour.iter().copied().cycle().take(4 * 4 * 3).collect();
            let back = Picture::from_rgb(4, 4, &rgb).unwrap().to_rgb();
            assert!(
                rgb.iter().zip(&back).all(|(a, b)| a.abs_diff(*b) <= 2),
                "{colour:?} came back as {:?}",
                &back[..3]
            );
        }
    }
}
