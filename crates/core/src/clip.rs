//! A procedure's own piece of the recording.

use serde::{Deserialize, Serialize};

use crate::{Span, Time};

/// A clip as it was cut and then measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clip {
    /// What was asked for.
    pub asked: Span,
    /// What the file really holds, on the recording's timeline: from its first frame to the end of its last.
    pub real: Span,
    /// Frames that decode.
    pub frames: u64,
    /// How many of them are the recording's own, bit for bit; the others were encoded again.
    #[serde(default)]
    pub copied: u64,
    /// Whether its sound is the recording's own, bit for bit, and was not encoded again.
    #[serde(default)]
    pub sound_copied: bool,
    /// When sound starts minus when pictures start, in seconds; nothing without sound.
    pub sound_offset: Option<f64>,
    /// How it was cut.
    pub method: CutMethod,
    /// Why it was encoded again although groups of pictures were to be copied.
    #[serde(default)]
    pub why_encoded: Option<String>,
}

/// How a clip was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CutMethod {
    /// Every frame was encoded again: exact to the frame.
    Reencode,
    /// Whole groups of pictures were copied, and only frames at the ends were encoded again: exact to the frame.
    SmartCut,
}

/// A still of a procedure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thumbnail {
    /// The frame that it shows, on the recording's timeline.
    pub time: Time,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}
