//! Whether a recording's groups of pictures can be copied at all.

use stepreel_core::VideoStream;

use super::units::Codec;
use crate::Recording;
use crate::probe::PictureLayout;

/// What copying has to know of the pictures.
pub(super) struct Material<'a> {
    pub(super) video: &'a VideoStream,
    pub(super) layout: &'a PictureLayout,
    pub(super) codec: Codec,
}

impl<'a> Material<'a> {
    /// The pictures of a recording; says why when their groups can't be copied.
    pub(super) fn of(recording: &'a Recording, video: &'a VideoStream) -> Result<Self, &'static str> {
        let codec = Codec::named(&video.codec).ok_or("only H.264 and HEVC are copied")?;
        let layout = recording.picture_layout().ok_or("how its pictures are stored is not known")?;
        let depths: &[&str] = match codec {
            Codec::H264 => &["yuv420p", "yuvj420p"],
            Codec::Hevc => &["yuv420p", "yuvj420p", "yuv420p10le"],
        };
        if !depths.contains(&layout.pixels.as_str()) {
            return Err("its pixels are of a kind that few players know");
        }
        if layout.fields != "progressive" {
            return Err("its pictures are stored as fields");
        }
        if layout.width % 2 == 1 || layout.height % 2 == 1 {
            return Err("its pictures are of odd size");
        }
        Ok(Self { video, layout, codec })
    }

    /// Bits of a sample.
    pub(super) fn depth(&self) -> u8 {
        if self.layout.pixels == "yuv420p10le" { 10 } else { 8 }
    }

    /// The profile of H.264 that the recording keeps to, as encoders call it.
    pub(super) fn profile(&self) -> &'static str {
        match self.layout.profile.as_str() {
            "Baseline" | "Constrained Baseline" => "baseline",
            "Main" => "main",
            _ => "high",
        }
    }
}
