//! The recording that is measured: 30 frames a second, H.264 of about 5 Mbit/s at 1280x720, a key frame every 2 s, AAC, half of it
//! speech.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use stepreel_testkit::{Rate, Scenario, Script, Take, Truth, own_scripts};

use crate::tool::finish;

/// How large it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    pub(crate) height: u32,
    /// Nothing for as long as the script takes: about two minutes.
    pub(crate) minutes: Option<u32>,
}

/// A recording, and what is said in it as a caption file that no run finds by itself.
pub(crate) struct Session {
    pub(crate) recording: PathBuf,
    pub(crate) captions: PathBuf,
    pub(crate) length: Duration,
    /// Bits a second, sound included.
    pub(crate) bit_rate: f64,
    /// Share of the time in which somebody speaks, 0-1.
    pub(crate) spoken: f64,
}

impl Session {
    /// One synthetic session, repeated until it is long enough; what lies in the folder from before is taken as it is.
    pub(crate) fn record(folder: &Path, format: Format) -> Result<Self> {
        let take = take(folder, format.height)?;
        let encoded = encode(&take.recording, format.height)?;
        let natural = take.truth.duration.since(stepreel_core::Time::ZERO);
        let length = format.minutes.map_or(natural, |minutes| Duration::from_mins(minutes.into()));
        let recording = match format.minutes {
            Some(minutes) => repeat(&encoded, length, &format!("{}p-{minutes}.mp4", format.height))?,
            None => encoded,
        };
        let captions = folder.join("captions").join(recording.with_extension("vtt").file_name().context("it has one")?);
        fs::create_dir_all(folder.join("captions"))?;
        fs::write(&captions, written(&take.truth, length))?;
        let spoken: Duration = take.truth.utterances.iter().map(|said| said.span.duration()).sum();
        let bit_rate = recording.metadata()?.len() as f64 * 8.0 / length.as_secs_f64();
        Ok(Self { recording, captions, length, bit_rate, spoken: spoken.div_duration_f64(natural) })
    }
}

fn take(folder: &Path, height: u32) -> Result<Take> {
    let script = own_scripts().into_iter().find(|script| script.id == "short-job").context("there is such a script")?;
    let mut scenario = Scenario::new(brisk(script), 1).named(format!("take-{height}p"));
    scenario.format.width = (height * 16 / 9).next_multiple_of(2);
    scenario.format.height = height;
    scenario.format.rate = Rate::Constant(30);
    Ok(scenario.record(folder)?)
}

/// With half the pauses: then half of it is speech.
fn brisk(mut script: Script) -> Script {
    script.lines.iter_mut().for_each(|line| line.pause_after /= 2.0);
    script
}

/// As a camera encodes: the testkit writes streams that are smaller and much cheaper to decode. Bits grow with the pixels' root.
fn encode(take: &Path, height: u32) -> Result<PathBuf> {
    let rate = format!("{:.0}k", 5000.0 * f64::from(height) / 720.0);
    let options = format!(
        "-c:v libx264 -preset veryfast -profile:v high -bf 0 -b:v {rate} -maxrate {rate} -bufsize {rate} \
         -g 60 -keyint_min 60 -sc_threshold 0 -c:a aac -b:a 128k -movflags +faststart"
    );
    made(take.with_file_name(format!("{height}p.mp4")), |unfinished| {
        let mut command = Command::new("ffmpeg");
        command.args(["-nostdin", "-v", "error", "-y", "-i"]).arg(take).args(options.split_whitespace());
        finish(command.arg(unfinished))
    })
}

fn repeat(encoded: &Path, length: Duration, name: &str) -> Result<PathBuf> {
    made(encoded.with_file_name(name), |unfinished| {
        let mut command = Command::new("ffmpeg");
        command.args(["-nostdin", "-v", "error", "-y", "-stream_loop", "-1", "-i"]).arg(encoded);
        command.args(["-t", &length.as_secs().to_string(), "-c", "copy", "-movflags", "+faststart"]);
        finish(command.arg(unfinished))
    })
}

/// The file as it is, or as `make` makes it.
fn made(path: PathBuf, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    if !path.is_file() {
        let unfinished = path.with_extension("part.mp4");
        make(&unfinished)?;
        fs::rename(unfinished, &path)?;
    }
    Ok(path)
}

/// What is said in each repetition, as WebVTT.
fn written(truth: &Truth, whole: Duration) -> String {
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
