//! A whole session at a glance.

use std::time::Duration;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{ExtendedColorType, ImageEncoder, RgbImage};
use stepreel_core::{Frame, Picture, Span, Time};

/// Height of the strip in pixels.
const HEIGHT: u32 = 96;

/// The widest picture in pixels; wider ones are squeezed. With the most slots the strip stays under the 65,535 pixels of a JPEG.
const WIDEST: u32 = 216;

/// The most pictures in a strip.
const MOST_SLOTS: usize = 300;

const QUALITY: u8 = 75;

/// Small pictures side by side, one for each equal part (slot) of a span.
///
/// It is fed with every sampled frame and keeps one picture a slot, the one nearest to the slot's middle: memory does not grow with the
/// length of the session.
#[derive(Debug)]
pub struct Filmstrip {
    span: Span,
    slots: Vec<Option<Still>>,
}

#[derive(Debug)]
struct Still {
    off_middle: Duration,
    picture: Picture,
}

impl Filmstrip {
    /// An empty strip over `span` with so many slots, 1-300: more are kept to 300, none is one.
    pub fn new(span: Span, slots: usize) -> Self {
        Self { span, slots: std::iter::repeat_with(|| None).take(slots.clamp(1, MOST_SLOTS)).collect() }
    }

    /// Takes a frame in; one outside the span is passed over.
    pub fn add(&mut self, frame: &Frame) {
        let Some(slot) = self.slot(frame.time) else { return };
        let off_middle = frame.time.distance(self.middle(slot));
        if self.slots[slot].as_ref().is_none_or(|still| off_middle < still.off_middle) {
            self.slots[slot] = Some(Still { off_middle, picture: frame.picture.clone() });
        }
    }

    /// The strip as a JPEG, 96 pixels high, one row; a slot without a frame repeats the nearest one that has one. Nothing
    /// when there was no frame at all.
    pub fn to_jpeg(&self) -> Option<Vec<u8>> {
        let filled: Vec<(usize, RgbImage)> = self.filled().collect();
        let width = filled.first()?.1.width();
        let mut strip = RgbImage::new(width * self.slots.len() as u32, HEIGHT);
        for slot in 0..self.slots.len() {
            let (_, nearest) = filled.iter().min_by_key(|(at, _)| at.abs_diff(slot))?;
            imageops::replace(&mut strip, nearest, i64::from(width) * slot as i64, 0);
        }
        let mut jpeg = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
        encoder.write_image(&strip, strip.width(), strip.height(), ExtendedColorType::Rgb8).ok()?;
        Some(jpeg)
    }

    fn slot(&self, time: Time) -> Option<usize> {
        let place = time.since(self.span.start()).as_secs_f64() / self.span.seconds();
        let slot = (place * self.slots.len() as f64) as usize;
        self.span.contains(time).then_some(slot.min(self.slots.len() - 1))
    }

    fn middle(&self, slot: usize) -> Time {
        self.span.start() + self.span.duration().mul_f64((slot as f64 + 0.5) / self.slots.len() as f64)
    }

    /// The small pictures, each with its slot.
    fn filled(&self) -> impl Iterator<Item = (usize, RgbImage)> {
        let stills = self.slots.iter().enumerate();
        stills.filter_map(|(slot, still)| Some((slot, small(&still.as_ref()?.picture))))
    }
}

/// A picture 96 pixels high.
pub(crate) fn small(picture: &Picture) -> RgbImage {
    let (width, height) = (picture.width() as u32, picture.height() as u32);
    let full = RgbImage::from_raw(width, height, picture.to_rgb()).expect("a picture gives three bytes a pixel");
    let narrow = (HEIGHT * width / height).clamp(1, WIDEST);
    imageops::resize(&full, narrow, HEIGHT, FilterType::Triangle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(slots: usize, frames: &[(f64, u8)]) -> Option<RgbImage> {
        let mut strip = Filmstrip::new(Span::from_seconds(0.0, 10.0).unwrap(), slots);
        for &(seconds, light) in frames {
            let picture = Picture::from_rgb(64, 48, &vec![light; 64 * 48 * 3]).unwrap();
            strip.add(&Frame { time: Time::from_seconds(seconds), picture });
        }
        let jpeg = strip.to_jpeg()?;
        Some(image::load_from_memory(&jpeg).unwrap().to_rgb8())
    }

    fn check(slots: usize, frames: &[(f64, u8)], expected: &[u8]) {
        let strip = strip(slots, frames).unwrap();
        assert_eq!(strip.dimensions(), (128 * expected.len() as u32, 96));
        for (slot, light) in expected.iter().enumerate() {
            let seen = strip.get_pixel(128 * slot as u32 + 64, 48)[0];
            assert!(seen.abs_diff(*light) < 6, "slot {slot} has {seen}, not {light}");
        }
    }

    #[test]
    fn each_slot_shows_the_frame_nearest_to_its_middle() {
        check(2, &[(0.0, 10), (2.0, 60), (4.0, 110), (5.0, 160), (7.0, 210), (9.9, 255)], &[60, 210]);
    }

    #[test]
    fn a_slot_without_a_frame_repeats_the_nearest() {
        check(5, &[(3.0, 60), (9.0, 200)], &[60, 60, 60, 200, 200]);
    }

    #[test]
    fn frames_outside_the_span_are_passed_over() {
        assert_eq!(strip(3, &[(-1.0, 10), (10.0, 20)]), None);
        check(1, &[(9.99, 50), (12.0, 250)], &[50]);
    }

    #[test]
    fn no_frame_makes_no_strip() {
        assert_eq!(strip(4, &[]), None);
    }

    #[test]
    fn the_longest_strip_of_the_widest_pictures_is_still_a_jpeg() {
        let mut strip = Filmstrip::new(Span::from_seconds(0.0, 10.0).unwrap(), usize::MAX);
        let picture = Picture::from_rgb(640, 20, &vec![9; 640 * 20 * 3]).unwrap();
        strip.add(&Frame { time: Time::ZERO, picture });
        assert!(strip.to_jpeg().is_some());
    }
}
