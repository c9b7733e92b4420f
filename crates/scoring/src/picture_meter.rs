use std::time::Duration;

use stepreel_core::{Frame, PictureReading, Sample};

use crate::change::Change;
use crate::edge_width::edge_width;
use crate::exposure::Exposure;
use crate::flatness::flat_share;
use crate::luma::Luma;
use crate::noise::noise;
use crate::shift::Motion;

/// Frames further apart than this no longer tell the camera's motion from a change of scene.
const ADJACENT: Duration = Duration::from_millis(200);
/// The time to which shifts are scaled: 1/30 s.
const SHIFT_TIME: f64 = 1.0 / 30.0;

/// Reads the quality of sampled frames, one after the other.
///
/// Each reading depends on its frame alone, but for what changed, which compares it with the one before.
/// Pictures are read at 320 pixels of width, so a larger recording reads like a smaller one.
#[derive(Debug)]
pub struct PictureMeter {
    before: Option<Luma>,
    motion: Motion,
}

impl PictureMeter {
    /// A meter that has seen nothing.
    pub fn new() -> Self {
        Self { before: None, motion: Motion::new() }
    }

    /// Reads one sample.
    pub fn read(&mut self, sample: &Sample) -> PictureReading {
        let luma = Luma::of(&sample.frame.picture);
        let (noise, exposure) = (noise(&luma), Exposure::of(&luma));
        let change = self.before.as_ref().and_then(|before| Change::between(before, &luma));
        let reading = PictureReading {
            time: sample.frame.time,
            edge_width: edge_width(&luma, noise),
            noise,
            dark_share: exposure.dark_share,
            bright_share: exposure.bright_share,
            mean_luma: exposure.mean,
            flat_share: flat_share(&luma, noise, exposure.mean),
            change: change.as_ref().map(|change| change.mean),
            block_change: change.as_ref().map(|change| change.block),
            shift: sample.next.as_ref().and_then(|next| self.shift(&luma, (&sample.frame, next))),
        };
        self.before = Some(luma);
        reading
    }

    /// How far the picture moves to the next, for 1/30 s.
    fn shift(&mut self, luma: &Luma, (frame, next): (&Frame, &Frame)) -> Option<f32> {
        let apart = next.time.since(frame.time);
        let adjacent = Duration::ZERO < apart && apart <= ADJACENT;
        let next = adjacent
            .then(|| Luma::of(&next.picture))
            .filter(|next| next.width == luma.width && next.height == luma.height)?;
        let share = self.motion.between(luma, &next)?;
        Some((f64::from(share) * SHIFT_TIME / apart.as_secs_f64()) as f32)
    }
}

impl Default for PictureMeter {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use stepreel_core::{Picture, Time};

    use super::*;

    fn frame(seconds: f64, luma: u8) -> Frame {
        let mut planes = vec![luma; 320 * 180];
        planes.resize(Picture::bytes(320, 180), 128);
        Frame { time: Time::from_seconds(seconds), picture: Picture::from_planes(320, 180, planes).unwrap() }
    }

    #[test]
    fn change_compares_with_the_sample_before() {
        let mut meter = PictureMeter::new();
        let mut read = |seconds, luma| {
            let reading = meter.read(&Sample { frame: frame(seconds, luma), next: None });
            (reading.change, reading.block_change)
        };
        assert_eq!(read(0.0, 51), (None, None));
        assert_eq!(read(1.0, 102), (Some(0.2), Some(0.2)));
        assert_eq!(read(2.0, 102), (Some(0.0), Some(0.0)));
    }

    #[test]
    fn a_next_frame_seconds_later_tells_no_shift() {
        let sample = Sample { frame: frame(0.0, 90), next: Some(frame(2.0, 90)) };
        assert_eq!(PictureMeter::new().read(&sample).shift, None);
    }

    #[test]
    fn an_even_picture_is_flat_and_has_no_edge() {
        let reading = PictureMeter::new().read(&Sample { frame: frame(0.0, 90), next: None });
        assert_eq!((reading.flat_share, reading.edge_width, reading.noise), (1.0, None, 0.0));
    }
}
