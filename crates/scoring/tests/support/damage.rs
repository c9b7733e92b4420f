//! What can be done to pictures and sound, in levels from none to ruin.

use super::dice::Dice;
use super::picture::Image;
use super::sound::Speech;

/// A Gaussian blur.
pub(crate) fn blur(image: &Image, sigma: f32) -> Image {
    if sigma <= 0.0 {
        return image.clone();
    }
    let reach = (3.0 * sigma).ceil() as isize;
    let kernel: Vec<f32> = (-reach..=reach).map(|d| (-(d * d) as f32 / (2.0 * sigma * sigma)).exp()).collect();
    let sum: f32 = kernel.iter().sum();
    let pass = |image: &Image, (dx, dy): (isize, isize)| {
        Image::new(image.width, image.height, |x, y| {
            let at = |tap: isize| image.at(x as isize + dx * tap, y as isize + dy * tap);
            kernel.iter().zip(-reach..).map(|(weight, tap)| weight * at(tap)).sum::<f32>() / sum
        })
    };
    pass(&pass(image, (1, 0)), (0, 1))
}

/// The smear of a camera that turns by so many pixels while the shutter is open.
pub(crate) fn motion(image: &Image, pixels: isize) -> Image {
    let smear =
        |x: usize, y: usize| (0..pixels).map(|d| image.at(x as isize + d - pixels / 2, y as isize)).sum::<f32>();
    Image::new(image.width, image.height, |x, y| smear(x, y) / pixels as f32)
}

/// Less light, or more: what does not fit is cut off.
pub(crate) fn gain(image: &Image, gain: f32) -> Image {
    image.map(|luma| (luma * gain).clamp(0.0, 255.0))
}

/// Noise of the sensor.
pub(crate) fn grain(image: &Image, deviation: f32, dice: &mut Dice) -> Image {
    image.map(|luma| luma + deviation * dice.bell())
}

/// A hand over all of the lens: skin out of focus, a little light from one side, a little noise.
pub(crate) fn cover(tone: f32, dice: &mut Dice) -> Image {
    let mut noise = dice.clone();
    Image::new(320, 180, |x, y| tone * (0.9 + 0.0004 * (x + y) as f32)).map(|luma| luma + 1.2 * noise.bell())
}

/// Digital silence in `share` of the sound, in pieces of some seconds.
pub(crate) fn dropout(speech: &Speech, share: f32) -> Speech {
    let piece = 10 * 16_000;
    let lost = |at: usize| (at % piece) as f32 >= piece as f32 * (1.0 - share);
    let mut damaged = speech.clone();
    damaged.samples.iter_mut().enumerate().filter(|(at, _)| lost(*at)).for_each(|(_, sample)| *sample = 0.0);
    damaged
}

/// White noise so many dB below the speech.
pub(crate) fn hiss(speech: &Speech, below: f32, dice: &mut Dice) -> Speech {
    let level = speech.level() * 10f32.powf(-below / 20.0);
    speech.map(|sample| sample + level * dice.bell())
}

/// Amplified by so many dB over a peak at full scale, and cut off there.
pub(crate) fn clip(speech: &Speech, decibels: f32) -> Speech {
    let peak = speech.samples.iter().fold(0f32, |peak, sample| peak.max(sample.abs()));
    let gain = 10f32.powf(decibels / 20.0) / peak;
    speech.map(|sample| (sample * gain).clamp(-1.0, 1.0))
}
