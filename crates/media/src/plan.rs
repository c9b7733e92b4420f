//! Which frames are decoded, and why.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use stepreel_core::{RecordingInfo, VideoStream};

/// What a caller asks of the frames of a recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sampling {
    /// The distance of samples; more than zero.
    #[serde(rename = "every_seconds", with = "seconds")]
    pub every: Duration,
    /// Which frames are decoded.
    pub decode: Decode,
    /// Width of the samples in pixels; a narrower recording is never scaled up.
    pub width: u32,
}

/// A time that passes, more than none, as a number of seconds.
mod seconds {
    use std::time::Duration;

    use serde::de::{Deserialize, Deserializer, Error, Unexpected};
    use serde::ser::Serializer;

    pub(super) fn serialize<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(time.as_secs_f64())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        let time = Duration::try_from_secs_f64(seconds).ok().filter(|time| !time.is_zero());
        time.ok_or_else(|| D::Error::invalid_value(Unexpected::Float(seconds), &"more than 0 seconds"))
    }
}

impl Default for Sampling {
    fn default() -> Self {
        Self { every: Duration::from_secs(1), decode: Decode::Auto, width: 320 }
    }
}

/// Which frames are decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decode {
    /// Key frames where they are dense enough, else every frame.
    ///
    /// Dense enough is: half of the distances between key frames are at most twice, and all of them at most four times, what
    /// the samples are to be apart. A scene of that length is then still seen, at a tenth of the work.
    #[default]
    Auto,
    /// Key frames only: samples where the camera's encoder put key frames.
    KeyFrames,
    /// Every frame.
    EveryFrame,
}

impl fmt::Display for Decode {
    /// As in the settings that are recorded with a session.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "key frames or every frame",
            Self::KeyFrames => "key frames",
            Self::EveryFrame => "every frame",
        })
    }
}

/// What is done about the frames of one recording; recorded in the provenance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FramePlan {
    /// What is decoded: [`Decode::KeyFrames`] or [`Decode::EveryFrame`].
    pub decode: Decode,
    /// The distance of samples.
    pub every: Duration,
    /// Width of the samples in pixels, even.
    pub width: u32,
    /// Height of the samples in pixels, even.
    pub height: u32,
    /// Why, in a sentence.
    pub reason: String,
}

impl FramePlan {
    pub(crate) fn new(sampling: &Sampling, info: &RecordingInfo) -> Option<Self> {
        let video = info.video.as_ref()?;
        let (width, height) = scaled(video, sampling.width);
        let every = sampling.every.max(Duration::from_millis(1));
        let (decode, reason) = match sampling.decode {
            Decode::Auto => KeyFrameDistances::of(video).decide(every),
            asked => (asked, "the configuration asks for it".to_owned()),
        };
        Some(Self { decode, every, width, height, reason })
    }
}

/// Even sizes of at most `width` pixels in the shape of the picture, never larger than it.
pub(crate) fn scaled(video: &VideoStream, width: u32) -> (u32, u32) {
    let width = width.min(video.width).max(2);
    let height = f64::from(width) * f64::from(video.height) / f64::from(video.width);
    (width & !1, ((height / 2.0).round() as u32 * 2).clamp(2, 16_384))
}

struct KeyFrameDistances {
    median: Duration,
    longest: Duration,
}

impl KeyFrameDistances {
    /// From the start of the picture over all key frames to its end.
    fn of(video: &VideoStream) -> Self {
        let times: Vec<_> =
            [video.start].into_iter().chain(video.key_frames.iter().copied()).chain([video.end]).collect();
        let between = times.windows(2).map(|pair| pair[1].since(pair[0]));
        let mut distances: Vec<_> = between.filter(|distance| !distance.is_zero()).collect();
        distances.sort_unstable();
        let longest = distances.last().copied().unwrap_or(Duration::MAX);
        Self { median: distances.get(distances.len() / 2).copied().unwrap_or(Duration::MAX), longest }
    }

    fn decide(&self, every: Duration) -> (Decode, String) {
        let dense = self.median <= every * 2 && self.longest <= every * 4;
        let (median, longest, every) = (self.median.as_secs_f64(), self.longest.as_secs_f64(), every.as_secs_f64());
        let facts = format!("key frames are {median:.1} s apart, {longest:.1} s at most");
        if dense {
            (Decode::KeyFrames, format!("{facts}: dense enough for a sample every {every:.1} s"))
        } else {
            (Decode::EveryFrame, format!("{facts}: too far for a sample every {every:.1} s"))
        }
    }
}

#[cfg(test)]
mod tests {
    use stepreel_core::{Rotation, SpanSet, Time};

    use super::*;

    fn video(key_frames: &[f64]) -> VideoStream {
        VideoStream {
            index: 0,
            codec: "h264".into(),
            width: 1280,
            height: 720,
            rotation: Rotation::None,
            rate: Some(30.0),
            variable_rate: false,
            start: Time::ZERO,
            end: Time::from_seconds(12.0),
            gaps: SpanSet::default(),
            key_frames: key_frames.iter().copied().map(Time::from_seconds).collect(),
        }
    }

    fn check(key_frames: &[f64], decode: Decode) {
        assert_eq!(
            KeyFrameDistances::of(&video(key_frames)).decide(Duration::from_secs(1)).0,
            decode,
            "{key_frames:?}"
        );
    }

    #[test]
    fn dense_key_frames_are_enough() {
        check(&[0.0, 2.0, 4.0, 6.0, 8.0, 10.0], Decode::KeyFrames);
        check(&[0.0, 1.0, 2.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0], Decode::KeyFrames);
    }

    #[test]
    fn sparse_or_missing_key_frames_are_not() {
        check(&[0.0, 3.0, 6.0, 9.0], Decode::EveryFrame);
        check(&[0.0, 1.0, 2.0, 3.0, 8.0, 9.0, 10.0, 11.0], Decode::EveryFrame);
        check(&[0.0], Decode::EveryFrame);
        check(&[], Decode::EveryFrame);
    }

    #[test]
    fn sizes_are_even_and_never_larger() {
        for ((width, height), asked, expected) in [
            ((1280, 720), 320, (320, 180)),
            ((720, 1280), 320, (320, 568)),
            ((101, 75), 320, (100, 76)),
            ((1, 1), 320, (2, 2)),
            ((2, 40_000), 320, (2, 16_384)),
            ((4000, 10), 320, (320, 2)),
        ] {
            assert_eq!(scaled(&VideoStream { width, height, ..video(&[]) }, asked), expected);
        }
    }
}
