//! The frames at the ends of a clip, which are encoded again in the codec of those that are copied.

use stepreel_core::{Span, Time, VideoStream};

use super::material::Material;
use super::units::{Codec, Kind, units};
use crate::child::{Call, ChildError, Filters, Value};
use crate::cut::{CLOCK, Encoding, ROUNDING};
use crate::{MediaError, Recording};

/// Bytes of the largest end that is held in memory: a group of twenty seconds of 4K has less.
const CAP: usize = 1 << 30;

/// Which end, and the number that its parameters go by; cameras number theirs from 0.
#[derive(Clone, Copy)]
pub(super) enum End {
    Head,
    Tail,
}

impl End {
    const fn number(self) -> u32 {
        match self {
            Self::Head => 30,
            Self::Tail => 31,
        }
    }
}

/// An encoded end: its pictures in order, each with its own parameters before it where it has any.
pub(super) struct Joint(Vec<u8>);

impl Joint {
    /// The units of each picture. After the last one a new sequence may begin.
    pub(super) fn pictures(&self, codec: Codec) -> Vec<Vec<&[u8]>> {
        let mut pictures: Vec<Vec<&[u8]>> = Vec::new();
        for unit in units(&self.0) {
            match pictures.last_mut() {
                // The encoder was told to begin each picture with a delimiter.
                Some(picture) if codec.kind(unit) != Kind::Delimiter => picture.push(unit),
                _ => pictures.push(Vec::new()),
            }
        }
        pictures.last_mut().into_iter().for_each(|last| last.extend(codec.end_of_sequence()));
        pictures
    }
}

impl Recording {
    /// Encodes the frames of these times, which follow each other; they are stored as the recording's are, lying on their side if need be.
    pub(super) fn joint(
        &self,
        material: &Material<'_>,
        frames: &[Time],
        end: End,
        encoding: Encoding,
    ) -> Result<Joint, MediaError> {
        let Some((first, last)) = frames.first().zip(frames.last()) else { return Ok(Joint(Vec::new())) };
        let span = Span::new(*first - ROUNDING, *last + ROUNDING).expect("the last frame is not before the first");
        let call = self.joint_call(material.video, span);
        let call = match material.codec {
            Codec::H264 => h264(call, material, end),
            Codec::Hevc => hevc(call),
        };
        let call = call.option("-preset", encoding.preset.name()).option("-crf", u32::from(encoding.crf.value()));
        let encoded = call.option("-flags", "+bitexact").output_pipe().collect(CAP);
        encoded.map(Joint).map_err(|error: ChildError| MediaError::from_child(self.path(), error))
    }

    fn joint_call(&self, video: &VideoStream, span: Span) -> Call {
        let filters = Filters::default()
            .then("settb", [("expr", Value::from_parts(["1/".into(), CLOCK.into()]))])
            .then("trim", [("start", self.on_clock(span.start()).into()), ("end", self.on_clock(span.end()).into())])
            .then("setpts", [("expr", "PTS-STARTPTS".into())]);
        let call = self.cutting(span).encoding().flag("-copyts");
        let call = self.seek(call.flag("-noautorotate"), video, span.start() + ROUNDING);
        call.input(self.path())
            .map(video.index)
            .option("-filter:v", filters)
            .option("-fps_mode", "passthrough")
            .option("-enc_time_base:v", Value::from_parts(["1:".into(), CLOCK.into()]))
            // The number of threads is part of what an encoder makes of a picture.
            .option("-threads:v", 4_u32)
            .option("-bf", 0_u32)
    }
}

fn h264(call: Call, material: &Material<'_>, end: End) -> Call {
    let parameters = Value::from_parts(["aud=1:sps-id=".into(), end.number().into()]);
    call.option("-c:v", "libx264")
        .option("-profile:v", material.profile())
        .option("-x264-params", parameters)
        .option("-f", "h264")
}

fn hevc(call: Call) -> Call {
    call.option("-c:v", "libx265")
        .option(
            "-x265-params",
            "aud=1:repeat-headers=1:open-gop=0:info=0:bframes=0:pools=1:frame-threads=1:log-level=error",
        )
        .option("-f", "hevc")
}
