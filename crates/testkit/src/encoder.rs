use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

use stepreel_core::{Rotation, Span};

use crate::tool::{FFMPEG, arguments};
use crate::{AudioCodec, Container, Format, Rate, TestkitError, VideoCodec};

/// A file being written: frames go in one by one.
pub(crate) struct Encoder {
    child: Child,
    format: Format,
    target: PathBuf,
}

/// What goes into a file besides its frames.
pub(crate) struct Streams<'a> {
    /// The sound as a WAV; nothing for a file without a sound track.
    pub(crate) sound: Option<&'a Path>,
    /// Where frames are left out.
    pub(crate) gaps: Vec<Span>,
}

impl Encoder {
    pub(crate) fn start(format: &Format, streams: &Streams, target: &Path) -> Result<Self, TestkitError> {
        let child = FFMPEG.start(&command(format, streams, target))?;
        Ok(Self { child, format: *format, target: target.to_owned() })
    }

    /// Writes one frame: planes of YUV 4:2:0. What goes wrong shows at the end.
    pub(crate) fn write(&mut self, frame: &[u8]) -> bool {
        self.child.stdin.as_mut().is_some_and(|input| input.write_all(frame).is_ok())
    }

    pub(crate) fn finish(mut self) -> Result<(), TestkitError> {
        drop(self.child.stdin.take());
        FFMPEG.finish(self.child)?;
        degrees(self.format.rotation).map_or(Ok(()), |degrees| turn(&self.target, degrees))
    }
}

/// Says in a finished file how its pictures are to be turned: ffmpeg 5 takes that only when it copies.
fn turn(file: &Path, degrees: &str) -> Result<(), TestkitError> {
    let turned = file.with_extension("turned");
    let [from, to] = [file, &turned].map(|path| path.display().to_string());
    let tag = format!("rotate={degrees}");
    let mut command = arguments(["-v", "error", "-y", "-copyts", "-i", &from, "-c", "copy", "-metadata:s:v:0", &tag]);
    command.extend(arguments(["-movflags", "+faststart", "-fflags", "+bitexact", "-f", "mp4", &to]));
    FFMPEG.run(&command)?;
    fs::rename(&turned, file).map_err(TestkitError::file(file))
}

/// How far ffmpeg's tag has to turn it: counterclockwise, when it copies.
fn degrees(rotation: Rotation) -> Option<&'static str> {
    match rotation {
        Rotation::None => None,
        Rotation::Quarter => Some("270"),
        Rotation::Half => Some("180"),
        Rotation::ThreeQuarters => Some("90"),
    }
}

fn command(format: &Format, streams: &Streams, target: &Path) -> Vec<String> {
    let size = format!("{}x{}", format.width, format.height);
    let rate = format.rate.most().to_string();
    let mut command = arguments([
        "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", &size, "-r", &rate, "-i", "pipe:0",
    ]);
    if let Some(sound) = streams.sound {
        command.extend(arguments(["-i", &sound.display().to_string(), "-map", "0:v", "-map", "1:a"]));
        command.extend(audio(format.audio));
    }
    command.extend(arguments(["-vf", &filter(format, &streams.gaps), "-vsync", "vfr"]));
    command.extend(video(format));
    command.extend(container(format));
    command.push(target.display().to_string());
    command
}

/// The pictures as they are stored: those left out left out, those turned turned.
fn filter(format: &Format, gaps: &[Span]) -> String {
    let mut filters = vec!["null".to_owned()];
    if let Rate::Variable(rate) = format.rate {
        filters.push(format!("select=if(lt(mod(n\\,{})\\,{})\\,gt(random(1)\\,0.33)\\,1)", rate * 7, rate * 5));
    }
    for gap in gaps {
        filters.push(format!(
            "select=not(gte(t\\,{:.6})*lt(t\\,{:.6}))",
            gap.start().seconds() - 1e-4,
            gap.end().seconds() - 1e-4
        ));
    }
    filters.extend(match format.rotation {
        Rotation::None => None,
        Rotation::Quarter => Some("transpose=2".to_owned()),
        Rotation::Half => Some("hflip,vflip".to_owned()),
        Rotation::ThreeQuarters => Some("transpose=1".to_owned()),
    });
    filters.join(",")
}

fn video(format: &Format) -> Vec<String> {
    let distance = (format.key_frame_distance.as_secs_f64() * f64::from(format.rate.most())).round().max(1.0);
    let distance = format!("{distance:.0}");
    let mut video = match format.video {
        VideoCodec::H264 => {
            arguments(["-c:v", "libx264", "-preset", "ultrafast", "-crf", "27", "-x264-params", "scenecut=0"])
        }
        VideoCodec::Hevc => arguments([
            "-c:v",
            "libx265",
            "-preset",
            "ultrafast",
            "-crf",
            "30",
            "-x265-params",
            "scenecut=0:log-level=none",
        ]),
        VideoCodec::Mpeg4 => arguments(["-c:v", "mpeg4", "-q:v", "5"]),
    };
    video.extend(arguments(["-g", &distance, "-keyint_min", &distance, "-pix_fmt", "yuv420p"]));
    video
}

fn audio(codec: AudioCodec) -> Vec<String> {
    match codec {
        AudioCodec::Aac => arguments(["-c:a", "aac", "-b:a", "96k", "-ar", "48000"]),
        AudioCodec::Opus => arguments(["-c:a", "libopus", "-b:a", "48k", "-ar", "48000"]),
        AudioCodec::Flac => arguments(["-c:a", "flac"]),
    }
}

fn container(format: &Format) -> Vec<String> {
    let mut container = match format.container {
        Container::Mp4 => arguments(["-movflags", "+faststart", "-f", "mp4"]),
        Container::Mkv => arguments(["-f", "matroska"]),
        Container::Ts => arguments(["-f", "mpegts"]),
    };
    if format.start > Duration::ZERO {
        container.extend(arguments(["-output_ts_offset", &format!("{:.6}", format.start.as_secs_f64())]));
    }
    container.extend(arguments([
        "-map_metadata",
        "-1",
        "-fflags",
        "+bitexact",
        "-flags:v",
        "+bitexact",
        "-flags:a",
        "+bitexact",
    ]));
    container
}

impl Container {
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::Mkv => "mkv",
            Self::Ts => "ts",
        }
    }
}
