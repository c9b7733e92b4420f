use super::texture::blend;

/// A pixel on which nothing is drawn yet: dark, and its highest byte is not set.
const FREE: u32 = 0x0080_8010;

/// Whether something is drawn on a pixel.
pub(super) const fn taken(pixel: u32) -> bool {
    pixel > 0x00ff_ffff
}

/// A picture in the making: packed YUV, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Raster {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<u32>,
}

impl Raster {
    pub(crate) fn new(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![FREE; width * height] }
    }

    /// Frees every pixel.
    pub(super) fn clear(&mut self) {
        self.pixels.fill(FREE);
    }

    /// Half of this and half of another of the same size: what moves between the two is blurred.
    pub(crate) fn average(&mut self, other: &Self) {
        self.pixels.iter_mut().zip(&other.pixels).for_each(|(pixel, &other)| *pixel = blend(*pixel, other, 128));
    }

    /// Blurred as by a lens out of focus: three box blurs of that reach, which come close to a Gaussian.
    pub(crate) fn defocus(&mut self, reach: usize) {
        for _ in 0..3 {
            self.smear(reach);
            self.smear_down(reach);
        }
    }

    fn smear(&mut self, reach: usize) {
        let mut line = Vec::with_capacity(self.width);
        for row in self.pixels.chunks_exact_mut(self.width) {
            line.clear();
            line.extend_from_slice(row);
            row.iter_mut().zip(means(&line, reach)).for_each(|(pixel, mean)| *pixel = mean);
        }
    }

    fn smear_down(&mut self, reach: usize) {
        for column in 0..self.width {
            let line: Vec<u32> = self.pixels[column..].iter().step_by(self.width).copied().collect();
            let rows = self.pixels[column..].iter_mut().step_by(self.width);
            rows.zip(means(&line, reach)).for_each(|(pixel, mean)| *pixel = mean);
        }
    }
}

/// For each pixel of a line the mean of those at most `reach` away; the line goes on as it ends.
fn means(line: &[u32], reach: usize) -> impl Iterator<Item = u32> {
    let pixel = move |index: isize| line[index.clamp(0, line.len() as isize - 1) as usize];
    let channels = |pixel: u32| [pixel & 255, pixel >> 8 & 255, pixel >> 16 & 255];
    let reach = reach as isize;
    let count = 2 * reach as u32 + 1;
    let mut sums = [0; 3];
    (-reach..reach).for_each(|index| (0..3).for_each(|c| sums[c] += channels(pixel(index))[c]));
    (0..line.len() as isize).map(move |index| {
        let (enters, leaves) = (channels(pixel(index + reach)), channels(pixel(index - reach)));
        let mean = std::array::from_fn::<u32, 3, _>(|c| (sums[c] + enters[c]) / count);
        (0..3).for_each(|c| sums[c] = sums[c] + enters[c] - leaves[c]);
        mean[0] | mean[1] << 8 | mean[2] << 16
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defocus_spreads_a_point_and_keeps_a_plain() {
        let mut plain = Raster { width: 20, height: 10, pixels: vec![0x0040_5060; 200] };
        plain.defocus(3);
        assert!(plain.pixels.iter().all(|&pixel| pixel == 0x0040_5060));
        let mut point = Raster { width: 21, height: 21, pixels: vec![0; 441] };
        point.pixels[10 * 21 + 10] = 250;
        point.defocus(1);
        assert!(point.pixels[10 * 21 + 10] < 60 && point.pixels[10 * 21 + 12] > 0);
    }
}
