//! Cutting a clip out of a recording: by encoding it again, here, or by copying groups of pictures ([`splice`]).
//!
//! [`Window`] finds the frames that the clip is to hold, among the recording's packets; ffmpeg is asked for exactly those;
//! [`Recording::measure`] decodes the clip and says what it holds. All times that go to ffmpeg are the streams' own
//! (`-copyts`, `-seek_timestamp`): nothing in between can shift them. ffmpeg says on its standard output how far it is.

mod encoding;
mod listing;
mod measure;
mod splice;
mod window;

use std::path::Path;
use std::time::Duration;

use stepreel_core::{AudioStream, Span, Time, VideoStream};

use crate::child::{Call, ChildError, Filters, Tool, Value};
use crate::{MediaError, Recording};

pub use encoding::{Crf, Encoding, Preset};
pub use measure::Measured;
pub use splice::Splice;

use window::{Window, around};

/// Ticks a second of a clip's clock: whole for all common frame rates, and for a third of a millisecond.
const CLOCK: i64 = 90_000;

/// Samples a second of a clip's sound.
const SOUND_RATE: i64 = 48_000;

/// Samples of an AAC frame.
const AAC_FRAME: i64 = 1024;

/// Seeking goes this much before the key frame: in a container without an index (MPEG-TS) a seek only finds the
/// neighbourhood, and sound decoders need some packets to settle.
const LEAD: Duration = Duration::from_secs(1);

/// Bounds are moved this much earlier so that rounding between clocks never decides about a frame.
const ROUNDING: Duration = Duration::from_micros(100);

/// How long the sound takes to come in and to go out: shorter than any syllable, long enough not to pop.
const FADE: Duration = Duration::from_millis(5);

impl Recording {
    /// Cuts `span` into the file `to`, an MP4 with H.264 and AAC that starts playing while it loads, and gives the piece of
    /// the recording that the clip is to hold: zero of the clip's timeline is its start. What the clip does hold is for
    /// [`Recording::measure`] to say.
    ///
    /// The clip begins with the first frame at or after the start of the span and ends with the last one before its end.
    /// Where pictures stand still for more than a quarter of a second, as players show a gap, the frame that stands is
    /// held from the start of the span or up to its end. Pictures are upright, 8 bits 4:2:0, of even size; times between
    /// frames stay as they are. Sound is 48 kHz, mono or stereo, its gaps silent, as long as the pictures; there is none
    /// where the recording has none in the span. Nothing else of the recording goes along: no metadata, chapters, subtitles or
    /// data. The same machine makes the same bytes.
    ///
    /// # Errors
    /// [`MediaError::NothingToCut`] when no picture lies in the span, [`MediaError::Cancelled`], and as for reading when
    /// ffmpeg fails. Part of a clip may then be left at `to`.
    pub fn cut(&self, span: Span, encoding: Encoding, to: &Path) -> Result<Span, MediaError> {
        let nothing = || MediaError::NothingToCut { path: self.path().to_owned(), span };
        let video = self.info().video.as_ref().ok_or_else(nothing)?;
        let window = Window::of(around(&self.packets().pictures, span), video, span).ok_or_else(nothing)?;
        self.encode(video, &window, encoding, to).map_err(|error| MediaError::from_child(self.path(), error))?;
        Ok(window.span)
    }

    fn encode(&self, video: &VideoStream, window: &Window, encoding: Encoding, to: &Path) -> Result<(), ChildError> {
        let call = self.cutting(window.span).encoding().flag("-copyts");
        let call = self.seek(call, video, window.first);
        let call = self.with_pictures(call.input(self.path()), video, window, encoding);
        let call = match self.heard(window.span) {
            Some(audio) => self.with_sound(call.map(audio.index), audio, window.span),
            None => call,
        };
        finished(call).output_progress().output(to, most_bytes(window.span)).each_line(|line| {
            if let Some(made) = made(line) {
                self.progress().tell(made.div_duration_f64(window.span.duration()));
            }
        })
    }

    /// A call that is given up when the recording's cuts are.
    fn cutting(&self, span: Span) -> Call {
        self.call(Tool::Ffmpeg, time_to_cut(span)).cancelled_by(self.token())
    }

    fn with_pictures(&self, call: Call, video: &VideoStream, window: &Window, encoding: Encoding) -> Call {
        let (from, until) = (window.first - ROUNDING, window.span.end() - ROUNDING);
        let zero = ticks(self.on_clock(window.span.start()), CLOCK);
        let filters = Filters::default()
            .then("settb", [("expr", Value::from_parts(["1/".into(), CLOCK.into()]))])
            .then("trim", [("start", self.on_clock(from).into()), ("end", self.on_clock(until).into())])
            .then("setpts", [("expr", Value::from_parts(["max(PTS-(".into(), zero.into(), "),0)".into()]))])
            .then("scale", [("w", even(video.width).into()), ("h", even(video.height).into())])
            .then("format", [("pix_fmts", "yuv420p".into())]);
        call.map(video.index)
            .option("-filter:v", filters)
            .option("-fps_mode", "vfr")
            .option("-enc_time_base:v", Value::from_parts(["1:".into(), CLOCK.into()]))
            .option("-video_track_timescale", CLOCK)
            .option("-c:v", "libx264")
            .option("-preset", encoding.preset.name())
            .option("-crf", u32::from(encoding.crf.value()))
            // The number of threads is part of what x264 makes of a picture.
            .option("-threads:v", 4_u32)
            .option("-force_key_frames", "expr:gte(t,n_forced*2)")
            .option("-bsf:v", window.last_duration())
    }

    /// The sound track, if there is any of it in that span.
    fn heard(&self, span: Span) -> Option<&AudioStream> {
        self.info().audio.as_ref().filter(|audio| {
            let track = Span::new(audio.start, audio.end);
            track.and_then(|track| track.intersection(span)).is_some_and(|heard| audio.gaps.share_of(heard) < 1.0)
        })
    }

    /// Of the stream that was mapped last.
    fn with_sound(&self, call: Call, audio: &AudioStream, span: Span) -> Call {
        let first = ticks(self.on_clock(span.start()), SOUND_RATE);
        let samples = samples_beside(span);
        let fade = ticks(Time::ZERO + FADE, SOUND_RATE);
        let channels = if audio.channels == 1 { "mono" } else { "stereo" };
        let filters = Filters::default()
            // `async=1` fills gaps and drops overlaps, and never stretches; `first_pts` puts the first sample at the clip's
            // start. It counts in samples of what comes in, so that comes in at the clip's rate.
            .then("aresample", [("osr", SOUND_RATE.into())])
            .then(
                "aresample",
                [
                    ("async", 1_u32.into()),
                    ("min_hard_comp", Duration::from_millis(20).into()),
                    ("first_pts", first.into()),
                ],
            )
            .then("aformat", [("sample_fmts", "fltp".into()), ("channel_layouts", channels.into())])
            .then("apad", [])
            .then("atrim", [("end_sample", samples.into())])
            .then("asetpts", [("expr", "N".into())])
            .then("afade", [("type", "in".into()), ("ns", fade.into())])
            .then("afade", [("type", "out".into()), ("ss", (samples - fade).max(0).into()), ("ns", fade.into())]);
        call.option("-filter:a", filters)
            .option("-c:a", "aac")
            .option("-b:a", "128k")
            // A third of the time of the other coder, and nearer to what it hears (docs/decisions/0004-smart-cut.md).
            .option("-aac_coder", "fast")
    }

    /// Reads the next input from where `first` and all after it can be decoded, whole.
    fn seek(&self, call: Call, video: &VideoStream, first: Time) -> Call {
        let call = call.flag("-noaccurate_seek");
        match seek_target(video, first) {
            Some(target) => call.option("-seek_timestamp", 1_u32).option("-ss", self.on_clock(target)),
            None => call,
        }
    }

    /// A time of the timeline on the streams' own clock.
    fn on_clock(&self, time: Time) -> Time {
        Time::from_micros(time.micros() + self.info().container_start.micros())
    }
}

/// How much of a clip there is, from a line of `-progress`: `out_time_us=1500000`. Nothing from others, and before the first frame.
fn made(line: &str) -> Option<Duration> {
    line.strip_prefix("out_time_us=")?.trim().parse().ok().map(Duration::from_micros)
}

/// Twenty times real time for the clip and real time for what lies before it, should seeking not work.
fn time_to_cut(span: Span) -> Duration {
    Duration::from_mins(2) + span.duration() * 20 + span.start().since(Time::ZERO)
}

/// Bytes of a clip at most: what the least compressible pictures of 4K come to at the best quality, and its table of contents.
fn most_bytes(span: Span) -> u64 {
    (64 << 20) + (span.duration().as_secs_f64() * 100e6) as u64
}

fn finished(call: Call) -> Call {
    call.option("-map_metadata", "-1")
        .option("-map_chapters", "-1")
        .flag("-dn")
        .flag("-sn")
        .option("-flags", "+bitexact")
        .option("-fflags", "+bitexact")
        .option("-movie_timescale", CLOCK)
        .option("-movflags", "+faststart")
        .option("-f", "mp4")
}

/// From where to read so that `first` and all after it can be decoded. Nothing, from the beginning, where that is before zero: a
/// key frame may lie there that an edit list hides, and times of decoding come before those of showing.
fn seek_target(video: &VideoStream, first: Time) -> Option<Time> {
    let keys_before = video.key_frames.partition_point(|&key| key <= first);
    let target = video.key_frames[..keys_before].last().map(|&key| key - LEAD);
    target.filter(|&target| target > Time::ZERO)
}

/// Samples of sound for pictures of that length: as many, less what is little over whole AAC frames, because many decoders
/// play the last frame whole. Sound then ends at most 6.3 ms before and, with them, 15 ms after the pictures.
fn samples_beside(span: Span) -> i64 {
    let samples = ticks(Time::ZERO + span.duration(), SOUND_RATE);
    let over = samples % AAC_FRAME;
    if over < 304 && over < samples { samples - over } else { samples }
}

fn ticks(time: Time, rate: i64) -> i64 {
    (i128::from(time.micros()) * i128::from(rate) + 500_000).div_euclid(1_000_000) as i64
}

fn even(pixels: u32) -> u32 {
    (pixels / 2 * 2).max(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_rounded_to_the_nearest() {
        for (micros, expected) in [(0, 0), (5, 0), (6, 1), (33_333, 3000), (-33_333, -3000), (1_000_000, 90_000)] {
            assert_eq!(ticks(Time::from_micros(micros), CLOCK), expected, "{micros}");
        }
    }

    #[test]
    fn progress_is_read_from_its_own_line_only() {
        assert_eq!(made("out_time_us=1500000"), Some(Duration::from_millis(1500)));
        for line in ["out_time_us=N/A", "out_time_us=-23000", "out_time=00:00:01.500000", "speed=1.5x", ""] {
            assert_eq!(made(line), None, "{line}");
        }
    }

    #[test]
    fn sound_ends_with_the_pictures_however_it_is_played() {
        for millis in 1..3000 {
            let span = Span::new(Time::ZERO, Time::from_micros(millis * 1000)).unwrap();
            let (exact, samples) = (millis * 48, samples_beside(span));
            let played = (samples + AAC_FRAME - 1) / AAC_FRAME * AAC_FRAME;
            let is_short = exact < AAC_FRAME;
            assert!(samples > 0 && (exact - 303..=exact).contains(&samples), "{millis} ms");
            assert!(is_short || played - exact <= 15 * 48, "{millis} ms");
        }
    }
}
