//! What a tool is asked to do, in words that cannot be anything else.

use std::ffi::{OsStr, OsString};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use stepreel_core::Time;

use super::Tool;
use super::confinement::{Confinement, Layer, Limits};
use crate::{CancellationToken, sniff};

/// Containers that are opened; everything else, playlists above all, is refused by ffmpeg itself.
const CONTAINERS: &str = "mov,matroska,webm,avi,mpegts,mpeg,flv,wav,w64,aiff,caf,mp3,flac,ogg,aac,ac3,eac3,amr";

/// Decoders that are used: those of cameras, phones and browsers. ffmpeg has hundreds more, old and seldom looked at, and a file
/// chooses its decoder; a heap overflow in that of `MagicYUV` (CVE-2026-8461) was reached by making a thumbnail.
const CODECS: &str = "h264,hevc,vp8,vp9,libvpx,libvpx-vp9,av1,libdav1d,libaom-av1,mpeg4,h263,mpeg1video,mpeg2video,mjpeg,png,theora,\
    prores,dnxhd,dvvideo,rawvideo,aac,aac_fixed,mp3,mp3float,mp2,mp2float,ac3,ac3_fixed,eac3,opus,libopus,vorbis,libvorbis,flac,alac,\
    amrnb,amrwb,pcm_u8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_alaw,pcm_mulaw,\
    adpcm_ms,adpcm_ima_wav,mov_text,movtext,subrip,srt,ass,ssa,webvtt,text,pgssub,dvdsub,dvbsub,cc_dec";

/// Pixels of the largest picture that is decoded: 8192 x 4320 and a little more. Larger ones cost memory, not knowledge.
const MAX_PIXELS: u32 = 40_000_000;

/// Streams of a recording that is read: cameras write five at most, with their telemetry.
const MAX_STREAMS: u32 = 32;

/// Threads of a decoder: each holds some pictures, which at 4K are megabytes.
const THREADS: usize = 4;

/// The arguments of one call of a tool, in the order in which they are given.
pub(crate) struct Call {
    pub(super) tool: Tool,
    pub(super) arguments: Vec<OsString>,
    pub(super) deadline: Duration,
    pub(super) token: CancellationToken,
    pub(super) confinement: Confinement,
    pub(super) limits: Limits,
    /// How long its reader waits for the next byte.
    pub(super) patience: Option<Duration>,
    /// Files that it reads.
    pub(super) inputs: Vec<PathBuf>,
    /// Files that it writes.
    pub(super) outputs: Vec<PathBuf>,
}

impl Call {
    /// The name of the second pipe of [`Call::stream_with_side`].
    pub(crate) const SIDE_PIPE: &'static str = "pipe:0";

    /// A call that reports errors only, and is killed after `deadline`, or when it has used as much processor time on each of its
    /// threads.
    pub(crate) fn new(tool: Tool, deadline: Duration) -> Self {
        let call = Self {
            tool,
            arguments: Vec::new(),
            deadline,
            token: CancellationToken::default(),
            confinement: Confinement::default(),
            limits: Limits::decoding(deadline * THREADS as u32),
            patience: None,
            inputs: Vec::new(),
            outputs: Vec::new(),
        };
        let call = match tool {
            Tool::Ffmpeg => call.flag("-nostdin").option("-filter_threads", threads()),
            Tool::Ffprobe => call,
        };
        call.flag("-hide_banner").option("-v", "error")
    }

    /// The same call, killed when `token` is cancelled.
    pub(crate) fn cancelled_by(self, token: &CancellationToken) -> Self {
        Self { token: token.clone(), ..self }
    }

    /// The same call, confined so.
    pub(crate) fn confined_by(self, confinement: Confinement) -> Self {
        Self { confinement, ..self }
    }

    /// The same call, killed when it has used that much processor time.
    pub(crate) fn within(self, cpu: Duration) -> Self {
        Self { limits: self.limits.of_cpu(cpu), ..self }
    }

    /// The same call, killed when its reader has waited that long for its next byte.
    pub(crate) fn answering_within(self, patience: Duration) -> Self {
        Self { patience: Some(patience), ..self }
    }

    /// The same call, with the memory that an encoder of pictures takes.
    pub(crate) fn encoding(self) -> Self {
        Self { limits: self.limits.encoding(), ..self }
    }

    /// An option without a value.
    pub(crate) fn flag(mut self, name: &'static str) -> Self {
        self.arguments.push(name.into());
        self
    }

    /// An option and its value.
    pub(crate) fn option(self, name: &'static str, value: impl Into<Value>) -> Self {
        let value = OsString::from(value.into().0);
        self.flag(name).argument(value)
    }

    /// A recording to read, in the container that its first bytes say. Options of this input, and how it is confined, go before it.
    pub(crate) fn input(mut self, path: &Path) -> Self {
        self.inputs.push(path.to_owned());
        let call = if self.confinement.wants(Layer::Formats) { self.only_known_formats(path) } else { self };
        call.option("-threads", threads()).flag("-i").argument(file(path))
    }

    fn only_known_formats(self, path: &Path) -> Self {
        let call = self
            .option("-protocol_whitelist", "file,pipe")
            .option("-format_whitelist", CONTAINERS)
            .option("-codec_whitelist", CODECS)
            .option("-max_pixels", MAX_PIXELS)
            .option("-max_streams", MAX_STREAMS);
        match sniff::demuxer(path) {
            Some(demuxer) => call.option("-f", demuxer),
            None => call,
        }
    }

    /// The stream of the input with that index.
    pub(crate) fn map(self, stream: u32) -> Self {
        self.option("-map", Value(format!("0:{stream}")))
    }

    /// A file to write, in the place of what is there, of at most so many bytes. Options of this output go before it.
    pub(crate) fn output(mut self, path: &Path, most: u64) -> Self {
        self.outputs.push(path.to_owned());
        self.limits = self.limits.writing(most);
        self.flag("-y").argument(file(path))
    }

    /// Lines to standard output twice a second about how far the output is, for a tool whose output is a file.
    pub(crate) fn output_progress(self) -> Self {
        self.option("-progress", "pipe:1")
    }

    /// Output to standard output, which the [`super::Child`] is read by.
    pub(crate) fn output_pipe(self) -> Self {
        self.argument("pipe:1".into())
    }

    /// Output to the second pipe of [`Call::stream_with_side`].
    pub(crate) fn output_side_pipe(self) -> Self {
        self.argument(Self::SIDE_PIPE.into())
    }

    fn argument(mut self, argument: OsString) -> Self {
        self.arguments.push(argument);
        self
    }
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get().min(THREADS))
}

/// A path as ffmpeg reads it: absolute and with its protocol, so that no name is an option, a pattern or another protocol.
fn file(path: &Path) -> OsString {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path));
    let mut url = OsString::from("file:");
    url.push::<&OsStr>(absolute.as_ref());
    url
}

/// The value of an option: a word this crate knows, a number, a time, or filters.
pub(crate) struct Value(String);

impl From<&'static str> for Value {
    fn from(word: &'static str) -> Self {
        Self(word.into())
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl From<$number> for Value {
            fn from(number: $number) -> Self {
                Self(number.to_string())
            }
        })*
    };
}

numbers!(u32, u64, i64, usize);

/// Seconds to the microsecond.
impl From<Time> for Value {
    fn from(time: Time) -> Self {
        let micros = time.micros();
        let sign = if micros < 0 { "-" } else { "" };
        Self(format!("{sign}{}.{:06}", micros.unsigned_abs() / 1_000_000, micros.unsigned_abs() % 1_000_000))
    }
}

/// Seconds to the microsecond.
impl From<Duration> for Value {
    fn from(duration: Duration) -> Self {
        (Time::ZERO + duration).into()
    }
}

impl From<Filters> for Value {
    fn from(filters: Filters) -> Self {
        Self(filters.0)
    }
}

impl Value {
    /// An expression put together from known words and numbers.
    pub(crate) fn from_parts(parts: impl IntoIterator<Item = Self>) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect())
    }
}

/// A chain of filters.
#[derive(Default)]
pub(crate) struct Filters(String);

impl Filters {
    /// The clock of pictures in microseconds since the container's `start`, given `-copyts`.
    ///
    /// Left to itself, ffmpeg takes the start of the streams in use for zero, which in MPEG-TS is another time for each.
    pub(crate) fn picture_clock(start: Time) -> Self {
        let shifted = Value::from_parts(["PTS-(".into(), start.micros().into(), ")".into()]);
        Self::default().then("settb", [("expr", "1/1000000".into())]).then("setpts", [("expr", shifted)])
    }

    /// The same clock for sound.
    pub(crate) fn sound_clock(start: Time) -> Self {
        let shifted = Value::from_parts(["PTS-(".into(), start.micros().into(), ")".into()]);
        Self::default().then("asettb", [("expr", "1/1000000".into())]).then("asetpts", [("expr", shifted)])
    }

    /// The same chain with one more filter at its end.
    pub(crate) fn then<const N: usize>(mut self, name: &'static str, options: [(&'static str, Value); N]) -> Self {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(name);
        for (at, (option, value)) in options.into_iter().enumerate() {
            let separator = if at == 0 { '=' } else { ':' };
            // Two levels of quoting: the options of a filter are split at colons, the chain at commas.
            let value = value.0.replace('\\', "\\\\").replace(':', "\\:").replace('\'', "");
            write!(self.0, "{separator}{option}='{value}'").expect("a string takes all that is written");
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: impl Into<Value>, expected: &str) {
        assert_eq!(value.into().0, expected);
    }

    #[test]
    fn values_are_written_exactly() {
        check(Time::from_micros(1_500_000), "1.500000");
        check(Time::from_micros(-20), "-0.000020");
        check(Duration::from_millis(40), "0.040000");
        check(7_u32, "7");
    }

    #[test]
    fn filters_keep_commas_and_colons_of_their_values() {
        let filters = Filters::default()
            .then("select", [("expr", Value::from_parts(["gte(pts,".into(), 7_u32.into(), ")".into()]))])
            .then("metadata", [("mode", "print".into()), ("file", Call::SIDE_PIPE.into())]);
        check(filters, r"select=expr='gte(pts,7)',metadata=mode='print':file='pipe\:0'");
    }

    #[test]
    fn no_path_is_an_option_or_a_protocol() {
        for name in ["-i.mp4", "concat:a|b", "frame%03d.png", "a b'.mp4", "pipe:0", "../x", "\n.mp4"] {
            let url = file(Path::new(name)).into_string().unwrap();
            assert!(url.starts_with("file:/") && url.ends_with(name), "{url}");
        }
    }
}
