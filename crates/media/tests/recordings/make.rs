//! Recordings whose pictures show their own time, and whose sound beeps at every second.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::path::{Path, PathBuf};
use std::process::Command;

use stepreel_core::{Frame, Picture, SoundBlock, SoundSource};
use stepreel_media::Recording;
use tempfile::TempDir;

/// Pictures of 96x64 whose number is written in the brightness of their halves: 16 steps on the left, 16 times as much on the right.
pub(crate) fn pictures(rate: u32, seconds: u32) -> String {
    format!(
        "color=c=black:s=96x64:r={rate}:d={seconds},format=yuv420p,\
         geq=lum='16+14*if(lt(X,W/2),mod(N,16),mod(floor(N/16),16))':cb=128:cr=128"
    )
}

/// A beep of 20 ms at each whole second.
pub(crate) fn beeps(seconds: u32) -> String {
    format!("aevalsrc='0.8*sin(2*PI*1000*t)*lt(mod(t,1),0.02)':s=44100:d={seconds}")
}

/// The number written in a picture.
pub(crate) fn number(picture: &Picture) -> u32 {
    let (width, height) = (picture.width(), picture.height());
    let step = |column: usize| {
        let rows = (height / 4..height * 3 / 4).map(|row| f64::from(picture.luma()[row * width + column]));
        let mean = rows.sum::<f64>() / (height * 3 / 4 - height / 4) as f64;
        (mean * 219.0 / 255.0 / 14.0).round() as u32
    };
    step(width / 4) + 16 * step(width * 3 / 4)
}

/// The time written in a frame of a recording made at that rate.
pub(crate) fn written(frame: &Frame, rate: u32) -> f64 {
    f64::from(number(&frame.picture)) / f64::from(rate)
}

/// A folder for the recordings of one test.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What ffmpeg makes of those arguments, under that name; `{name}` in an argument is another file of the folder.
    pub(crate) fn make(&self, name: &str, arguments: &[&str]) -> PathBuf {
        let path = self.path(name);
        let folder = self.0.path().to_str().unwrap();
        let arguments = arguments.iter().map(|argument| match argument.strip_prefix('@') {
            Some(other) => format!("{folder}/{other}"),
            None => (*argument).to_owned(),
        });
        let mut url = std::ffi::OsString::from("file:");
        url.push(&path);
        let said =
            Command::new("ffmpeg").args(["-nostdin", "-v", "error", "-y"]).args(arguments).arg(url).output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        path
    }

    /// Pictures at that rate and beeps, made with those arguments.
    pub(crate) fn film(&self, name: &str, (rate, seconds): (u32, u32), arguments: &[&str]) -> PathBuf {
        let (pictures, beeps) = (pictures(rate, seconds), beeps(seconds));
        let sources = ["-f", "lavfi", "-i", &pictures, "-f", "lavfi", "-i", &beeps];
        self.make(name, &[&sources[..], &["-preset", "ultrafast", "-crf", "10"], arguments].concat())
    }
}

pub(crate) fn open(path: &Path) -> Recording {
    Recording::open(path).unwrap_or_else(|error| panic!("{error}"))
}

/// All samples of a source, after a look at whether its blocks follow each other.
pub(crate) fn samples(source: SoundSource<'_>) -> Vec<f32> {
    let blocks: Vec<SoundBlock> = source.map(Result::unwrap).collect();
    assert!(blocks.iter().all(|block| !block.samples.is_empty() && block.samples.len() <= 16_000));
    assert!(blocks.first().is_none_or(|block| block.start.micros() == 0));
    assert!(blocks.windows(2).all(|pair| pair[0].end() == pair[1].start));
    blocks.into_iter().flat_map(|block| block.samples).collect()
}

/// When beeps begin, in seconds.
pub(crate) fn onsets(samples: &[f32]) -> Vec<f64> {
    let mut onsets: Vec<f64> = Vec::new();
    let mut quiet_since = 0;
    for (at, sample) in samples.iter().enumerate() {
        if sample.abs() < 0.2 {
            continue;
        }
        if at - quiet_since > 1_600 || onsets.is_empty() {
            onsets.push(at as f64 / 16_000.0);
        }
        quiet_since = at;
    }
    onsets
}
