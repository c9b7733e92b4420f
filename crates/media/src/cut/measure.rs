//! What a clip really holds.

use std::path::Path;
use std::time::Duration;

use stepreel_core::{Span, Time};

use super::CLOCK;
use super::listing::Lines;
use crate::child::{Call, ChildError, Tool, Value};
use crate::{MediaError, Recording};

/// No clip takes longer to decode; it is short, and was made here.
pub(super) const DEADLINE: Duration = Duration::from_mins(30);

/// What was found by decoding a clip from its first frame to its last, on the clip's own timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Frames that decode.
    pub frames: u64,
    /// From the first frame to the end of the last.
    pub pictures: Span,
    /// From the first to the last sample that a decoder plays; nothing without sound.
    pub sound: Option<Span>,
}

impl Measured {
    /// When sound starts minus when pictures start, in seconds; nothing without sound.
    pub fn sound_offset(&self) -> Option<f64> {
        self.sound.map(|sound| sound.start().seconds() - self.pictures.start().seconds())
    }
}

/// Which part of a clip is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it.
    All,
    /// The pictures before that time.
    Until(Time),
    /// The pictures from the key frame at that time on.
    From(Time),
    /// The sound.
    Sound,
}

impl Part {
    /// Whether a picture shown at that time belongs to it.
    pub(super) fn holds(self, time: Time) -> bool {
        match self {
            Self::All => true,
            Self::Until(end) => time < end,
            Self::From(start) => time >= start,
            Self::Sound => false,
        }
    }
}

/// What came out of the decoders.
#[derive(Default)]
pub(super) struct Decoded {
    /// When each frame is shown, in order.
    pub(super) shown: Vec<Time>,
    /// From the first to the last sample.
    pub(super) sound: Option<Span>,
}

impl Recording {
    /// Decodes a clip that was cut out of this recording and measures it.
    ///
    /// # Errors
    /// [`MediaError::BadClip`] when anything in it does not decode, or when it has no pictures, and
    /// [`MediaError::Cancelled`].
    pub fn measure(&self, clip: &Path) -> Result<Measured, MediaError> {
        let failed = |error| MediaError::of_clip(clip, error);
        let end = self.presentation_end(clip).map_err(failed)?;
        let tell = |shown: Time| {
            if let Some(end) = end {
                self.progress().tell(shown.seconds() / end.seconds().max(1e-6));
            }
        };
        let decoded = self.decode_telling(clip, Part::All, tell).map_err(failed)?;
        let first_and_last = decoded.shown.first().zip(decoded.shown.last());
        let pictures = first_and_last.zip(end).and_then(|((&first, &last), end)| Span::new(first, end.max(last)));
        let nothing = || MediaError::BadClip { path: clip.to_owned(), damage: "it shows nothing".to_owned() };
        Ok(Measured {
            frames: decoded.shown.len() as u64,
            pictures: pictures.ok_or_else(nothing)?,
            sound: decoded.sound,
        })
    }

    /// Decodes a part of a clip and stops at the first error.
    pub(super) fn decode(&self, clip: &Path, part: Part) -> Result<Decoded, ChildError> {
        self.decode_telling(clip, part, |_| ())
    }

    fn decode_telling(&self, clip: &Path, part: Part, tell: impl Fn(Time)) -> Result<Decoded, ChildError> {
        let mut decoded = Decoded::default();
        let mut lines = Lines::default();
        let sound_is_first = part == Part::Sound;
        self.decoding(clip, part).each_line(|line| {
            let Some(line) = lines.read(line) else { return };
            if line.stream == 0 && !sound_is_first {
                // What is decoded past the end of a part is no business of it.
                decoded.shown.extend(Some(line.from).filter(|&shown| part.holds(shown)));
                tell(line.from);
            } else {
                let start = decoded.sound.map_or(line.from, Span::start);
                decoded.sound = Span::new(start, line.until).or(decoded.sound);
            }
        })?;
        Ok(decoded)
    }

    /// Nobody looks at the pictures: the filter that smooths their blocks is skipped, which finds no errors, and they go out
    /// wrapped, so that no pixel is copied.
    fn decoding(&self, clip: &Path, part: Part) -> Call {
        /// How far past a part packets are read: frames are stored in another order than they are shown in.
        const REORDERED: Duration = Duration::from_secs(1);
        let call = self
            .call(Tool::Ffmpeg, DEADLINE)
            .cancelled_by(self.token())
            .flag("-xerror")
            .flag("-copyts")
            .option("-err_detect", "explode")
            .option("-skip_loop_filter", "all");
        let call = match part {
            Part::All | Part::Sound => call,
            Part::Until(end) => call.option("-t", end + REORDERED),
            Part::From(start) => call.flag("-noaccurate_seek").option("-ss", start + super::ROUNDING),
        };
        let call = call.input(clip);
        let call = match part {
            Part::All => call.option("-map", "0:v:0").option("-map", "0:a:0?"),
            Part::Until(_) | Part::From(_) => call.option("-map", "0:v:0"),
            Part::Sound => call.option("-map", "0:a:0?"),
        };
        call.option("-fps_mode", "passthrough")
            .option("-c:v", "wrapped_avframe")
            .option("-enc_time_base:v", Value::from_parts(["1:".into(), CLOCK.into()]))
            .option("-c:a", "pcm_s16le")
            .option("-f", "framecrc")
            .output_pipe()
    }

    /// When a player stops: how long the last frame is shown is the container's to say.
    pub(super) fn presentation_end(&self, clip: &Path) -> Result<Option<Time>, ChildError> {
        let call = self
            .call(Tool::Ffprobe, DEADLINE)
            .option("-show_entries", "format=duration")
            .option("-of", "csv=p=0")
            .input(clip);
        let said = call.collect(1024)?;
        Ok(String::from_utf8_lossy(&said).trim().parse().ok().map(Time::from_seconds))
    }
}
