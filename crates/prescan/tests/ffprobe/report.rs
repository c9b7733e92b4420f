//! What ffprobe says of a file.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// Containers that the pre-scan knows, so that ffprobe doesn't take a file for something else.
const CONTAINERS: &str = "mov,matroska,webm,avi,mpegts,mpeg,flv,wav,w64,aiff,caf,mp3,flac,ogg,aac,ac3,eac3,amr";

/// What ffprobe found in a file.
#[derive(Debug)]
pub(crate) struct Report {
    /// Its moving pictures: width and height.
    pub(crate) videos: Vec<(u64, u64)>,
    pub(crate) audios: usize,
    /// Pictures and sound by their streams, or what the container says.
    pub(crate) durations: Vec<Duration>,
    /// Its standard error.
    pub(crate) said: String,
}

impl Report {
    /// Runs ffprobe within limits; nothing when it finds no stream, or fails.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let output = Command::new("prlimit")
            .args([
                "--as=1500000000",
                "--cpu=20",
                "ffprobe",
                "-v",
                "error",
                "-of",
                "json",
                "-show_streams",
                "-show_format",
            ])
            .args(["-protocol_whitelist", "file", "-format_whitelist", CONTAINERS, "-i"])
            .arg(format!("file:{}", path.display()))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).ok()?;
        let streams = report["streams"].as_array().filter(|streams| !streams.is_empty())?;
        let said = String::from_utf8_lossy(&output.stderr).chars().take(600).collect();
        Some(Self::read(&report["format"], streams, said))
    }

    /// Whether there is nothing to see or to hear in it.
    pub(crate) fn is_bare(&self) -> bool {
        self.audios == 0 && self.videos.iter().all(|size| *size == (0, 0))
    }

    fn read(format: &Value, streams: &[Value], said: String) -> Self {
        let kind = |wanted: &'static str| streams.iter().filter(move |stream| stream["codec_type"] == wanted);
        let cover = |stream: &&Value| stream["disposition"]["attached_pic"] == 1;
        let side = |stream: &Value, name: &str| stream[name].as_u64().unwrap_or(0);
        let videos = kind("video").filter(|stream| !cover(stream));
        let played: Vec<_> = kind("video").filter(|stream| !cover(stream)).chain(kind("audio")).collect();
        let spans = played.iter().filter_map(|stream| span(stream));
        let start = spans.clone().map(|(start, _)| start).reduce(f64::min);
        let end = spans.map(|(_, end)| end).reduce(f64::max);
        let whole = [start.zip(end).map(|(start, end)| end - start), seconds(&format["duration"])];
        let known = whole.into_iter().flatten().filter_map(|seconds| Duration::try_from_secs_f64(seconds).ok());
        Self {
            videos: videos.map(|stream| (side(stream, "width"), side(stream, "height"))).collect(),
            audios: kind("audio").count(),
            durations: known.collect(),
            said,
        }
    }
}

fn span(stream: &Value) -> Option<(f64, f64)> {
    let start = seconds(&stream["start_time"]).unwrap_or(0.0);
    Some((start, start + seconds(&stream["duration"])?))
}

fn seconds(value: &Value) -> Option<f64> {
    value.as_str()?.parse().ok()
}
