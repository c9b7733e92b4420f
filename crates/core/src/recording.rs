//! What a recording is made of, before anything is decoded.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Span, SpanSet, Time};

/// What the probe found out about a recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordingInfo {
    /// The container's format as ffprobe names it, such as `mov,mp4,m4a,3gp,3g2,mj2`.
    pub container: String,
    /// The ruler of the session: from the start to the end of the last packet that can be read of any picture or sound
    /// stream. Not the last word's end, and not what the header claims.
    pub duration: Duration,
    /// What the container's header claims; much more than `duration` when the file lost its tail.
    pub declared_duration: Option<Duration>,
    /// The container's own start on its streams' clock; [`Time::ZERO`] of the timeline lies here.
    pub container_start: Time,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// The moving picture, if any.
    pub video: Option<VideoStream>,
    /// The first sound track, if any.
    pub audio: Option<AudioStream>,
    /// Text subtitle tracks.
    pub subtitles: Vec<SubtitleStream>,
}

impl RecordingInfo {
    /// The whole timeline; nothing for a recording without length.
    pub fn span(&self) -> Option<Span> {
        Span::new(Time::ZERO, Time::ZERO + self.duration)
    }
}

/// The moving picture of a recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VideoStream {
    /// Index of the stream in the container.
    pub index: u32,
    /// Codec as ffmpeg names it, such as `h264`.
    pub codec: String,
    /// Width in pixels as shown, after rotation.
    pub width: u32,
    /// Height in pixels as shown, after rotation.
    pub height: u32,
    /// How the stored picture is turned to be shown upright.
    pub rotation: Rotation,
    /// Mean frames a second.
    pub rate: Option<f64>,
    /// Whether the distance between frames changes.
    pub variable_rate: bool,
    /// When the first frame is shown.
    pub start: Time,
    /// When the last frame that can be read ends.
    pub end: Time,
    /// Stretches of at least a second between `start` and `end` without a frame.
    pub gaps: SpanSet,
    /// Presentation times of the key frames, in order.
    pub key_frames: Vec<Time>,
}

/// Clockwise quarter turns from the stored to the upright picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rotation {
    /// As stored.
    #[default]
    None,
    /// A quarter turn clockwise.
    Quarter,
    /// Upside down.
    Half,
    /// A quarter turn counterclockwise.
    ThreeQuarters,
}

/// A sound track of a recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AudioStream {
    /// Index of the stream in the container.
    pub index: u32,
    /// Codec as ffmpeg names it, such as `aac`.
    pub codec: String,
    /// Samples a second as stored.
    pub sample_rate: u32,
    /// Channels as stored.
    pub channels: u32,
    /// When the first sample is heard.
    pub start: Time,
    /// When the last sample that can be read ends.
    pub end: Time,
    /// Stretches of at least 50 ms between `start` and `end` without sound.
    pub gaps: SpanSet,
}

/// A text subtitle track of a recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubtitleStream {
    /// Index of the stream in the container.
    pub index: u32,
    /// Codec as ffmpeg names it, such as `mov_text`.
    pub codec: String,
    /// Language tag, if any.
    pub language: Option<String>,
}
