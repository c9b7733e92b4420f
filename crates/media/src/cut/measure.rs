//! What a clip really holds.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Duration;

use stepreel_core::{Span, Time};

use super::CLOCK;
use crate::child::{Call, ChildError, Tool, Value};
use crate::{MediaError, Recording};

/// No clip takes longer to decode; it is short, and was made here.
const DEADLINE: Duration = Duration::from_mins(30);

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

impl Recording {
    /// Decodes a clip that was cut out of this recording and measures it.
    ///
    /// # Errors
    /// [`MediaError::BadClip`] when anything in it does not decode, or when it has no pictures, and
    /// [`MediaError::Cancelled`].
    pub fn measure(&self, clip: &Path) -> Result<Measured, MediaError> {
        let bad = |damage: String| MediaError::BadClip { path: clip.to_owned(), damage };
        let failed = |error| match error {
            ChildError::Failed { said } => bad(said),
            error => MediaError::from_child(clip, error),
        };
        let end = presentation_end(clip).map_err(failed)?;
        let decoded = self.decode(clip, end).map_err(failed)?;
        let pictures = decoded.pictures.zip(end).and_then(|(shown, end)| Span::new(shown.first, end.max(shown.last)));
        let pictures = pictures.ok_or_else(|| bad("it shows nothing".to_owned()))?;
        let sound = decoded.sound.and_then(|heard| Span::new(heard.first, heard.end));
        Ok(Measured { frames: decoded.frames, pictures, sound })
    }
}

impl Recording {
    /// Decodes everything and stops at the first error (`-xerror`). Nobody looks at the pictures: the filter that smooths
    /// their blocks is skipped, which finds no errors, and they go out wrapped, so that no pixel is copied.
    fn decode(&self, clip: &Path, end: Option<Time>) -> Result<Decoded, ChildError> {
        let call = Call::new(Tool::Ffmpeg, DEADLINE)
            .cancelled_by(self.token())
            .flag("-xerror")
            .flag("-copyts")
            .option("-err_detect", "explode")
            .option("-skip_loop_filter", "all")
            .input(clip)
            .option("-map", "0:v:0")
            .option("-map", "0:a:0?")
            .option("-fps_mode", "passthrough")
            .option("-c:v", "wrapped_avframe")
            .option("-enc_time_base:v", Value::from_parts(["1:".into(), CLOCK.into()]))
            .option("-c:a", "pcm_s16le")
            .option("-f", "framecrc");
        let mut child = call.output_pipe().stream()?;
        let mut decoded = Decoded::default();
        for line in BufReader::new(&mut child).lines() {
            decoded.read(&line.map_err(ChildError::Read)?);
            if let Some((shown, end)) = decoded.pictures.as_ref().zip(end) {
                self.progress().tell(shown.last.seconds() / end.seconds().max(1e-6));
            }
        }
        child.finish()?;
        Ok(decoded)
    }
}

impl Measured {
    /// When sound starts minus when pictures start, in seconds; nothing without sound.
    pub fn sound_offset(&self) -> Option<f64> {
        self.sound.map(|sound| sound.start().seconds() - self.pictures.start().seconds())
    }
}

#[derive(Default)]
struct Decoded {
    frames: u64,
    pictures: Option<Extent>,
    sound: Option<Extent>,
    /// Seconds of a tick, of pictures and of sound.
    clocks: [f64; 2],
}

/// From the first to the last piece that was decoded of a stream.
struct Extent {
    first: Time,
    last: Time,
    end: Time,
}

impl Decoded {
    /// Reads a line of ffmpeg's `framecrc`: a clock as `#tb 0: 1/90000`, or a frame as `0, dts, pts, duration, size, sum`.
    fn read(&mut self, line: &str) {
        if let Some((stream, clock)) = line.strip_prefix("#tb ").and_then(clock) {
            self.clocks.iter_mut().skip(stream).take(1).for_each(|known| *known = clock);
        } else if let Some((stream, pts, duration)) = frame(line) {
            let tick = self.clocks.get(stream).copied().unwrap_or_default();
            let at = |ticks: i64| Time::from_seconds(ticks as f64 * tick);
            self.frames += u64::from(stream == 0);
            let extent = if stream == 0 { &mut self.pictures } else { &mut self.sound };
            let first = extent.as_ref().map_or(at(pts), |extent| extent.first);
            *extent = Some(Extent { first, last: at(pts), end: at(pts + duration) });
        }
    }
}

fn clock(text: &str) -> Option<(usize, f64)> {
    let (stream, fraction) = text.split_once(": ")?;
    let (over, under) = fraction.split_once('/')?;
    Some((stream.parse().ok()?, over.parse::<f64>().ok()? / under.parse::<f64>().ok()?))
}

fn frame(line: &str) -> Option<(usize, i64, i64)> {
    let mut fields = line.split(',').map(str::trim);
    let stream = fields.next()?.parse().ok()?;
    let pts = fields.nth(1)?.parse().ok()?;
    Some((stream, pts, fields.next()?.parse().ok()?))
}

/// When a player stops: how long the last frame is shown is the container's to say.
fn presentation_end(clip: &Path) -> Result<Option<Time>, ChildError> {
    let call = Call::new(Tool::Ffprobe, DEADLINE)
        .option("-show_entries", "format=duration")
        .option("-of", "csv=p=0")
        .input(clip);
    let said = call.collect(1024)?;
    Ok(String::from_utf8_lossy(&said).trim().parse().ok().map(Time::from_seconds))
}
