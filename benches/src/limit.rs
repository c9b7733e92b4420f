//! What bounds a stage: bare tools that do the same work and nothing else.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use stepreel_core::Span;

use crate::program::{Model, beside};
use crate::speech::Speech;
use crate::tool::{answer, ffmpeg};

/// Key frames decoded, scaled and written into a pipe, on one core.
pub(crate) fn key_frames(recording: &Path) -> Result<Duration> {
    let scaled = "scale=320:-2:flags=area,format=yuv420p";
    let options =
        ["-an", "-vf", scaled, "-filter_threads", "1", "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"];
    ffmpeg(["-threads", "1", "-skip_frame", "nokey"], recording, options)
}

/// Every frame decoded and dropped, on all cores.
pub(crate) fn every_frame(recording: &Path) -> Result<Duration> {
    ffmpeg([], recording, ["-an", "-f", "null", "-"])
}

/// The sound as recognisers take it.
pub(crate) fn sound(recording: &Path) -> Result<Duration> {
    ffmpeg([], recording, ["-vn", "-ac", "1", "-ar", "16000", "-f", "s16le", "pipe:1"])
}

/// Clips copied without decoding anything: each begins at the key frame before its span, so none is exact.
pub(crate) fn copies(recording: &Path, spans: &[Span], folder: &Path) -> Result<Duration> {
    let clip = folder.join("copy.mp4").display().to_string();
    let copy = |span: &Span| {
        let (start, length) = (span.start().seconds().to_string(), span.seconds().to_string());
        let options = ["-t", &length, "-c", "copy", "-movflags", "+faststart", &clip];
        ffmpeg(["-ss", &start], recording, options)
    };
    spans.iter().map(copy).sum()
}

/// The same speech decoded by bare whisper.cpp.
pub(crate) fn whisper(model: &Model, speech: &Speech) -> Result<Duration> {
    let mut command = Command::new(beside("examples/bare_whisper")?);
    command.arg(model.path()?).arg(&speech.path).arg(model.beam_size.to_string());
    seconds(&answer(&mut command)?)
}

/// Frames for bare ONNX Runtime, already in the size that the model takes.
pub(crate) struct Inputs<'a> {
    pub(crate) library: &'a Path,
    pub(crate) model: &'a Path,
    pub(crate) size: (u32, u32),
    pub(crate) recording: &'a Path,
    pub(crate) folder: &'a Path,
    /// How many; those of the recording again and again where it has fewer.
    pub(crate) frames: usize,
}

impl Inputs<'_> {
    /// How long bare ONNX Runtime takes for each of those frames.
    pub(crate) fn onnx(&self) -> Result<Duration> {
        let (width, height) = self.size;
        let frames = self.folder.join("frames.rgb");
        let scaled = format!("scale={width}:{height},format=rgb24");
        let (file, most) = (frames.display().to_string(), self.frames.to_string());
        let options = ["-an", "-vf", &scaled, "-fps_mode", "passthrough", "-frames:v", &most, "-f", "rawvideo", &file];
        ffmpeg(["-stream_loop", "-1", "-skip_frame", "nokey"], self.recording, options)?;
        let mut command = Command::new(beside("examples/bare_onnx")?);
        command.arg(self.library).arg(self.model).arg(&frames).arg(width.to_string()).arg(height.to_string());
        let took = seconds(&answer(&mut command)?)?;
        fs::remove_file(frames)?;
        Ok(took.div_f64(self.frames as f64))
    }
}

fn seconds(printed: &str) -> Result<Duration> {
    let first = printed.split_whitespace().next().context("nothing was printed")?;
    Ok(Duration::from_secs_f64(first.parse()?))
}
