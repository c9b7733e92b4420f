//! ffprobe's report on the container and its streams, as JSON.

use std::time::Duration;

use serde::Deserialize;
use stepreel_core::{Rotation, SubtitleStream, Time};

use super::PictureLayout;

/// What is asked for; no tag but the language, since the others may hold anything.
pub(super) const ENTRIES: &str = "format=format_name,start_time,duration:\
    stream=index,codec_type,codec_name,profile,pix_fmt,field_order,width,height,sample_rate,channels:\
    stream_disposition=attached_pic:stream_tags=language:stream_side_data=rotation";

/// Subtitle codecs that hold text; the others hold pictures.
const TEXT_CODECS: [&str; 7] = ["mov_text", "subrip", "srt", "webvtt", "ass", "ssa", "text"];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Report {
    pub(super) streams: Vec<Stream>,
    pub(super) format: Format,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Format {
    #[serde(rename = "format_name")]
    pub(super) name: String,
    start_time: String,
    duration: String,
}

impl Format {
    /// The container's start on its streams' clock; zero when it has none.
    pub(super) fn start(&self) -> Time {
        seconds(&self.start_time).unwrap_or_default()
    }

    /// What the header claims.
    pub(super) fn duration(&self) -> Option<Duration> {
        Some(seconds(&self.duration)?.since(Time::ZERO))
    }
}

/// ffprobe leaves out what it does not know, so every field has a default.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Stream {
    pub(super) index: u32,
    #[serde(rename = "codec_type")]
    kind: String,
    #[serde(rename = "codec_name")]
    pub(super) codec: String,
    pub(super) profile: String,
    #[serde(rename = "pix_fmt")]
    pixels: String,
    #[serde(rename = "field_order")]
    fields: String,
    width: u32,
    height: u32,
    sample_rate: String,
    pub(super) channels: u32,
    disposition: Disposition,
    tags: Tags,
    side_data_list: Vec<SideData>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Disposition {
    attached_pic: u8,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Tags {
    language: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SideData {
    rotation: Option<f64>,
}

impl Stream {
    /// Whether it is a moving picture; a cover is none, nor is one whose size ffprobe could not find out.
    pub(super) fn is_video(&self) -> bool {
        let known = !self.codec.is_empty() && self.width > 0 && self.height > 0;
        self.kind == "video" && known && self.disposition.attached_pic == 0
    }

    /// Whether it is sound in a codec that ffmpeg knows.
    pub(super) fn is_audio(&self) -> bool {
        self.kind == "audio" && !self.codec.is_empty() && self.sample_rate() > 0 && self.channels > 0
    }

    pub(super) fn sample_rate(&self) -> u32 {
        self.sample_rate.parse().unwrap_or(0)
    }

    pub(super) fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// How its pictures are stored, with the numbers of its key frames' packets, and whether all are in order.
    pub(super) fn layout(&self, key_packets: Vec<u64>, in_order: bool) -> PictureLayout {
        PictureLayout {
            key_packets,
            in_order,
            profile: self.profile.clone(),
            pixels: self.pixels.clone(),
            fields: self.fields.clone(),
            width: self.width,
            height: self.height,
        }
    }

    /// It as a text track, if it is one.
    pub(super) fn subtitle(&self) -> Option<SubtitleStream> {
        let text = self.kind == "subtitle" && TEXT_CODECS.contains(&self.codec.as_str());
        let language = self.tags.language.clone().filter(|language| language != "und");
        text.then(|| SubtitleStream { index: self.index, codec: self.codec.clone(), language })
    }

    /// Width and height as shown, and the turn that makes them so.
    pub(super) fn shown(&self) -> (u32, u32, Rotation) {
        let rotation = self.side_data_list.iter().find_map(|data| data.rotation).map_or(Rotation::None, clockwise);
        match rotation {
            Rotation::None | Rotation::Half => (self.width, self.height, rotation),
            Rotation::Quarter | Rotation::ThreeQuarters => (self.height, self.width, rotation),
        }
    }
}

/// The nearest quarter turn; ffprobe's angle is counterclockwise, and nonsense for a matrix that is no turn.
fn clockwise(counterclockwise: f64) -> Rotation {
    if counterclockwise.abs() > 360.0 {
        return Rotation::None;
    }
    match ((-counterclockwise / 90.0).round() as i64).rem_euclid(4) {
        1 => Rotation::Quarter,
        2 => Rotation::Half,
        3 => Rotation::ThreeQuarters,
        _ => Rotation::None,
    }
}

/// Seconds as ffprobe writes them, with six decimals; nothing for `N/A`.
pub(super) fn seconds(text: &str) -> Option<Time> {
    let seconds: f64 = text.parse().ok()?;
    seconds.is_finite().then(|| Time::from_seconds(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(json: &str) -> Stream {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_cover_or_a_picture_without_size_is_no_video() {
        for (json, video) in [
            (r#"{"codec_type":"video","codec_name":"h264","width":640,"height":480}"#, true),
            (
                r#"{"codec_type":"video","codec_name":"mjpeg","width":4,"height":4,"disposition":{"attached_pic":1}}"#,
                false,
            ),
            (r#"{"codec_type":"video","codec_name":"png","width":0,"height":0}"#, false),
            (r#"{"codec_type":"video","width":640,"height":480}"#, false),
        ] {
            assert_eq!(stream(json).is_video(), video, "{json}");
        }
    }

    #[test]
    fn turns_are_clockwise() {
        for (angle, turn) in [
            (-90.0, Rotation::Quarter),
            (90.0, Rotation::ThreeQuarters),
            (270.0, Rotation::Quarter),
            (-180.0, Rotation::Half),
            (-0.4, Rotation::None),
            (f64::NAN, Rotation::None),
            (-2_147_483_648.0, Rotation::None),
        ] {
            assert_eq!(clockwise(angle), turn, "{angle}");
        }
    }

    #[test]
    fn a_sideways_picture_is_shown_upright() {
        let turned = r#"{"width":640,"height":480,"side_data_list":[{"rotation":-90}]}"#;
        assert_eq!(stream(turned).shown(), (480, 640, Rotation::Quarter));
    }

    #[test]
    fn unknown_times_are_none() {
        assert_eq!(seconds("N/A"), None);
        assert_eq!(seconds("nan"), None);
        assert_eq!(seconds("-0.023220"), Some(Time::from_micros(-23_220)));
    }
}
