use crate::dice::Dice;
use crate::view::Raster;

/// A camera's sensor: exposure, vignetting, noise; from packed YUV to planes of 4:2:0 in limited range.
pub(super) struct Sensor {
    width: usize,
    height: usize,
    planes: Vec<u8>,
    /// How much light reaches each pixel, in 256ths.
    vignette: Vec<u16>,
    /// Gaussian noise in 16ths of a step, as long as a power of two.
    noise: Vec<i16>,
}

/// The light of one frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Light {
    pub(super) gain: f64,
    /// Steps of chroma towards red.
    pub(super) warmth: f64,
    /// How noisy, 1 being usual.
    pub(super) noise: f64,
}

/// Standard deviation of the usual noise, in steps of luma.
const NOISE: f64 = 1.6;
const NOISES: usize = 1 << 16;

impl Sensor {
    pub(super) fn new(width: usize, height: usize, strength: f64) -> Self {
        let mut dice = Dice::new(0, "sensor");
        let noise = (0..NOISES).map(|_| (dice.bell() * NOISE * strength * 16.0).round() as i16).collect();
        let falls = |index: usize| {
            let (x, y) = ((index % width) as f64 / width as f64 - 0.5, (index / width) as f64 / height as f64 - 0.5);
            (256.0 * (1.0 - 0.45 * strength * (x * x + y * y))) as u16
        };
        Self {
            width,
            height,
            planes: vec![0; width * height * 3 / 2],
            vignette: (0..width * height).map(falls).collect(),
            noise,
        }
    }

    /// The picture taken last.
    pub(super) fn picture(&self) -> &[u8] {
        &self.planes
    }

    pub(super) fn black(&mut self) -> &[u8] {
        let luma = self.width * self.height;
        self.planes[..luma].fill(16);
        self.planes[luma..].fill(128);
        &self.planes
    }

    /// Takes the picture of that index.
    pub(super) fn expose(&mut self, raster: &Raster, light: Light, index: usize) -> &[u8] {
        self.luma(raster, light, index);
        self.chroma(raster, light);
        &self.planes
    }

    fn luma(&mut self, raster: &Raster, light: Light, index: usize) {
        let mut dice = Dice::new(index as u64, "grain");
        let noisy = (light.noise * 16.0) as i32;
        let tones: [i32; 256] =
            std::array::from_fn(|tone| ((tone as f64 * light.gain).min(255.0) * 219.0 / 255.0 * 256.0) as i32);
        let rows = self.planes.chunks_exact_mut(self.width).zip(raster.pixels.chunks_exact(self.width));
        for ((row, seen), falls) in rows.zip(self.vignette.chunks_exact(self.width)) {
            let from = dice.below(NOISES);
            for (x, ((pixel, &seen), &falls)) in row.iter_mut().zip(seen).zip(falls).enumerate() {
                let tone = (tones[(seen & 255) as usize] * i32::from(falls)) >> 8;
                let noise = i32::from(self.noise[(from + x) & (NOISES - 1)]) * noisy;
                *pixel = (16 + ((tone + noise) >> 8)).clamp(16, 235) as u8;
            }
        }
    }

    fn chroma(&mut self, raster: &Raster, light: Light) {
        let (half, luma) = (self.width / 2, self.width * self.height);
        let (blue, red) = self.planes[luma..].split_at_mut(luma / 4);
        let saturation = (light.gain.min(1.0) * 224.0) as i32;
        let warmth = light.warmth as i32;
        for row in 0..self.height / 2 {
            for column in 0..half {
                let at = row * 2 * self.width + column * 2;
                let four = [at, at + 1, at + self.width, at + self.width + 1].map(|at| raster.pixels[at]);
                let mean = |shift: u32| four.iter().map(|pixel| (pixel >> shift & 255) as i32).sum::<i32>() / 4 - 128;
                let tone = |value: i32| (128 + ((value * saturation) >> 8)).clamp(16, 240) as u8;
                blue[row * half + column] = tone(mean(8) - warmth);
                red[row * half + column] = tone(mean(16) + warmth);
            }
        }
    }
}
