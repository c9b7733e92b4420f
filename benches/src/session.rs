//! The recording that is measured: 1280x720, 30 frames a second, H.264 of about 5 Mbit/s, a key frame every 2 s, AAC.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use stepreel_testkit::{Format, Rate, Scenario, Truth, own_scripts};

/// One synthetic session, repeated until it is long enough; its captions are repeated with it.
pub(crate) fn record(folder: &Path, minutes: u32) -> Result<PathBuf> {
    let path = folder.join(format!("session-{minutes}.mp4"));
    if path.is_file() {
        return Ok(path);
    }
    let script = own_scripts().into_iter().find(|script| script.id == "short-job").context("there is such a script")?;
    let mut scenario = Scenario::new(script, 1);
    scenario.format = Format {
        width: 1280,
        height: 720,
        rate: Rate::Constant(30),
        key_frame_distance: Duration::from_secs(2),
        ..scenario.format
    };
    let take = scenario.record(folder)?;
    let whole = Duration::from_secs(u64::from(minutes) * 60);
    repeat(&take.recording, whole, &path)?;
    fs::write(path.with_extension("vtt"), captions(&take.truth, whole))?;
    Ok(path)
}

fn repeat(take: &Path, whole: Duration, to: &Path) -> Result<()> {
    let unfinished = to.with_extension("part.mp4");
    let status = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-y", "-stream_loop", "-1", "-i"])
        .arg(take)
        .args(["-t", &whole.as_secs().to_string(), "-c", "copy", "-movflags", "+faststart"])
        .arg(&unfinished)
        .status()?;
    ensure!(status.success(), "ffmpeg could not repeat {}", take.display());
    Ok(fs::rename(unfinished, to)?)
}

/// What is said in each repetition, as WebVTT.
fn captions(truth: &Truth, whole: Duration) -> String {
    let mut text = "WEBVTT\n\n".to_owned();
    let period = truth.duration.seconds();
    let mut offset = 0.0;
    while offset < whole.as_secs_f64() {
        for said in &truth.utterances {
            let (start, end) = (said.span.start().seconds() + offset, said.span.end().seconds() + offset);
            if end < whole.as_secs_f64() {
                text += &caption(start, end, &said.text);
            }
        }
        offset += period;
    }
    text
}

fn caption(start: f64, end: f64, said: &str) -> String {
    format!("{} --> {}\n{said}\n\n", clock(start), clock(end))
}

fn clock(seconds: f64) -> String {
    let millis = (seconds * 1000.0).round() as u64;
    format!("{:02}:{:02}:{:02}.{:03}", millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60, millis % 1000)
}
