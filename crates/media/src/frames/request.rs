//! What an ffmpeg child is asked for, and how.

use std::path::Path;
use std::time::Duration;

use stepreel_core::{Rotation, Time};

use crate::child::{Call, Filters, Value};
use crate::recording::Recording;
use crate::{CancellationToken, MediaError};

use super::ahead::Ahead;
use super::pictures::Pictures;

/// How near a key frame the reader is put behind it, so that rounding does not put it before it.
const BEHIND: Duration = Duration::from_micros(500);

/// Pictures of one recording in one size.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) recording: Recording,
    pub(super) size: (u32, u32),
    /// Stops its children.
    pub(super) stop: CancellationToken,
}

/// Where the pictures are stored.
struct Source<'a> {
    path: &'a Path,
    stream: u32,
}

/// Which pictures.
pub(super) enum Wanted {
    /// The first key frame of each step of that length.
    KeyFrames(Duration),
    /// The first frame of each step of that length and the frame that follows it.
    FirstTwo(Duration),
    /// Every frame from the key frame at that time.
    From(Time),
    /// Every frame.
    All,
}

impl Request {
    /// Pictures of `recording` in that size.
    pub(super) fn new(recording: &Recording, size: (u32, u32)) -> Self {
        Self { recording: recording.clone(), size, stop: recording.token().child() }
    }

    /// Starts a child that decodes what is wanted of the recording, and reads it ahead.
    pub(super) fn start_ahead(&self, wanted: &Wanted) -> Result<Ahead, MediaError> {
        let failed = |error| MediaError::from_io(self.recording.path(), error);
        Ahead::read(self.start(wanted)?, self.stop.clone()).map_err(failed)
    }

    /// Starts a child that decodes what is wanted of the recording.
    pub(super) fn start(&self, wanted: &Wanted) -> Result<Pictures, MediaError> {
        let video = self.recording.info().video.as_ref().map_or(0, |video| video.index);
        self.decode(&Source { path: self.recording.path(), stream: video }, wanted)
    }

    /// Starts a child that decodes what is wanted of `copy`, which holds packets of the recording's pictures.
    pub(super) fn start_on(&self, copy: &Path, wanted: &Wanted) -> Result<Pictures, MediaError> {
        self.decode(&Source { path: copy, stream: 0 }, wanted)
    }

    fn decode(&self, source: &Source<'_>, wanted: &Wanted) -> Result<Pictures, MediaError> {
        let started = self.call(source, wanted).stream_with_side();
        let (child, times) = started.map_err(|error| MediaError::from_child(self.recording.path(), error))?;
        Ok(Pictures::new(child, times, self.clone()))
    }

    fn call(&self, source: &Source<'_>, wanted: &Wanted) -> Call {
        let call = self.input_options(self.recording.reading().cancelled_by(&self.stop), wanted);
        call.flag("-copyts")
            .flag("-noautorotate")
            .input(source.path)
            .map(source.stream)
            .option("-vf", self.filters(wanted))
            .option("-fps_mode", "passthrough")
            .option("-max_error_rate", "1")
            .option("-flush_packets", 1_u32)
            .option("-f", "rawvideo")
            .output_pipe()
    }

    fn input_options(&self, call: Call, wanted: &Wanted) -> Call {
        match wanted {
            Wanted::KeyFrames(_) => self.without_others(call).option("-skip_frame", "nokey"),
            Wanted::From(key) => call.flag("-noaccurate_seek").option("-ss", *key + BEHIND),
            Wanted::FirstTwo(_) | Wanted::All => call,
        }
    }

    /// The reader of MP4 can pass over all but key frames, which are then decoded side by side: packets that a decoder skips hold
    /// the place of one that it could decode. ffmpeg 5.1 then takes the delay of a passed packet for that of a key frame, so it is
    /// only told to where all delays are the same.
    fn without_others(&self, call: Call) -> Call {
        let in_order = self.recording.picture_layout().is_some_and(|layout| layout.in_order);
        if in_order { call.option("-discard", "nokey") } else { call }
    }

    /// Selection before scaling, since most pictures go no further; the time of each that is left is written to the side pipe.
    fn filters(&self, wanted: &Wanted) -> Filters {
        let filters = Filters::picture_clock(self.recording.info().container_start)
            .then("select", [("expr", wanted.selection())]);
        let scale = [
            ("w", self.size.0.into()),
            ("h", self.size.1.into()),
            // Each pixel is the mean of those it replaces: no aliasing, and noise goes the same way in every recording.
            ("flags", "area".into()),
            ("out_range", "pc".into()),
            ("out_color_matrix", "bt601".into()),
        ];
        self.turned(filters)
            .then("scale", scale)
            .then("format", [("pix_fmts", "yuv420p".into())])
            // A frame without any metadata is not printed.
            .then("metadata", [("mode", "add".into()), ("key", "passed".into()), ("value", "yes".into())])
            .then("metadata", [("mode", "print".into()), ("file", Call::SIDE_PIPE.into()), ("direct", 1_u32.into())])
    }

    fn turned(&self, filters: Filters) -> Filters {
        let rotation = self.recording.info().video.as_ref().map_or(Rotation::None, |video| video.rotation);
        match rotation {
            Rotation::None => filters,
            Rotation::Quarter => filters.then("transpose", [("dir", "clock".into())]),
            Rotation::Half => filters.then("hflip", []).then("vflip", []),
            Rotation::ThreeQuarters => filters.then("transpose", [("dir", "cclock".into())]),
        }
    }
}

impl Wanted {
    /// The expression that passes a picture on; `pts` is in microseconds. Register 0 holds the first step without a picture,
    /// register 1 the number of the picture after the last one that began a step.
    fn selection(&self) -> Value {
        match self {
            Self::KeyFrames(every) => {
                let every = || every.as_micros() as u64;
                Value::from_parts([
                    "if(key*gte(floor(pts/".into(),
                    every().into(),
                    "),ld(0)),st(0,floor(pts/".into(),
                    every().into(),
                    ")+1),0)".into(),
                ])
            }
            Self::FirstTwo(every) => {
                let every = || every.as_micros() as u64;
                Value::from_parts([
                    "if(gte(floor(pts/".into(),
                    every().into(),
                    "),ld(0)),st(0,floor(pts/".into(),
                    every().into(),
                    ")+1)+st(1,n+1),eq(n,ld(1)))".into(),
                ])
            }
            Self::From(_) | Self::All => "1".into(),
        }
    }
}
