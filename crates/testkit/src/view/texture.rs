use super::canvas::Colour;

/// A painted surface in YUV with smaller copies of itself, so that what is far away does not flicker (Williams 1983).
pub(crate) struct Texture {
    /// Pixels a metre of the largest level.
    pub(super) scale: f32,
    levels: Vec<Level>,
}

/// One size of a texture.
pub(super) struct Level {
    width: usize,
    height: usize,
    pixels: Vec<u32>,
}

impl Texture {
    /// From its pixels, row by row.
    pub(super) fn new(width: usize, scale: f32, pixels: &[Colour]) -> Self {
        let largest =
            Level { width, height: pixels.len() / width, pixels: pixels.iter().map(|&colour| pack(colour)).collect() };
        let mut levels = vec![largest];
        while let Some(smaller) = levels.last().and_then(Level::halved) {
            levels.push(smaller);
        }
        Self { scale, levels }
    }

    /// Its size in pixels at full size.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.levels[0].width, self.levels[0].height)
    }

    /// The level at which one pixel of the picture shows about one pixel of the texture, where it would show so many of the
    /// largest; and how many times smaller it is.
    pub(super) fn level(&self, pixels: f32) -> (&Level, f32) {
        let step = (pixels.max(1.0).log2() + 0.2) as usize;
        let index = step.min(self.levels.len() - 1);
        (&self.levels[index], 1.0 / (1 << index) as f32)
    }
}

impl Level {
    /// Whether both places, in 256ths of a pixel, and all between them lie so far inside that no edge is near.
    pub(super) fn inside(&self, from: [i32; 2], to: [i32; 2]) -> bool {
        let within = |at: i32, pixels: usize| (256..(pixels as i32 - 2) * 256).contains(&at);
        [from, to].iter().all(|at| within(at[0], self.width) && within(at[1], self.height))
    }

    /// The colour between the four pixels around a place that lies inside.
    #[inline]
    pub(super) fn deep(&self, x: i32, y: i32) -> u32 {
        let (x, y) = (x - 128, y - 128);
        let at = (y >> 8) as usize * self.width + (x >> 8) as usize;
        let (upper, lower) = (&self.pixels[at..at + 2], &self.pixels[at + self.width..at + self.width + 2]);
        let (fx, fy) = (x as u32 & 255, y as u32 & 255);
        blend(blend(upper[0], upper[1], fx), blend(lower[0], lower[1], fx), fy)
    }

    /// The colour between the four pixels around any place; outside as at the edge.
    pub(super) fn at(&self, x: i32, y: i32) -> u32 {
        let (x, y) = (x - 128, y - 128);
        let column = |x: i32| (x >> 8).clamp(0, self.width as i32 - 1) as usize;
        let row = |y: i32| (y >> 8).clamp(0, self.height as i32 - 1) as usize * self.width;
        let (left, right, upper, lower) = (column(x), column(x + 256), row(y), row(y + 256));
        let (fx, fy) = (x as u32 & 255, y as u32 & 255);
        let top = blend(self.pixels[upper + left], self.pixels[upper + right], fx);
        let bottom = blend(self.pixels[lower + left], self.pixels[lower + right], fx);
        blend(top, bottom, fy)
    }

    /// Its width in pixels.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    fn halved(&self) -> Option<Self> {
        let (width, height) = (self.width / 2, self.height / 2);
        if width < 2 || height < 2 {
            return None;
        }
        let pixel = |index: usize| {
            let at = (index / width * 2) * self.width + index % width * 2;
            let pairs = [at, at + self.width].map(|at| blend(self.pixels[at], self.pixels[at + 1], 128));
            blend(pairs[0], pairs[1], 128)
        };
        Some(Self { width, height, pixels: (0..width * height).map(pixel).collect() })
    }
}

/// Y, U and V in the three lower bytes: BT.601, full range; the highest byte is set.
pub(super) fn pack([r, g, b]: Colour) -> u32 {
    let y = 0.299 * r + 0.587 * g + 0.114 * b;
    let u = -0.168_736 * r - 0.331_264 * g + 0.5 * b;
    let v = 0.5 * r - 0.418_688 * g - 0.081_312 * b;
    let byte = |value: f32| (value * 255.0).round().clamp(0.0, 255.0) as u32;
    0xff00_0000 | byte(y) | byte(u + 0.502) << 8 | byte(v + 0.502) << 16
}

/// So many 256ths of the way from one packed colour to another, all bytes at once.
#[inline]
pub(crate) fn blend(from: u32, to: u32, share: u32) -> u32 {
    const EVEN: u32 = 0x00ff_00ff;
    let even = ((from & EVEN) * (256 - share) + (to & EVEN) * share) >> 8 & EVEN;
    let odd = ((from >> 8 & EVEN) * (256 - share) + (to >> 8 & EVEN) * share) & !EVEN;
    even | odd
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_blend_byte_by_byte() {
        assert_eq!(blend(0x00ff_0010, 0x0000_ff20, 0), 0x00ff_0010);
        assert_eq!(blend(0x0000_0000, 0x00ff_00ff, 128), 0x007f_007f);
    }

    #[test]
    fn a_pixel_is_met_in_its_middle_and_the_edge_goes_on() {
        let pixels = [[0.0; 3], [1.0; 3], [0.0; 3], [1.0; 3]];
        let texture = Texture::new(2, 1.0, &pixels);
        let luma = |x, y| texture.level(1.0).0.at(x, y) & 255;
        assert_eq!([luma(128, 128), luma(384, 128), luma(256, 256)], [0, 255, 127]);
        assert_eq!([luma(-5000, 128), luma(9000, 128)], [0, 255]);
    }
}
