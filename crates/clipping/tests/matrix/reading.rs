//! What a viewer sees and hears in a file, by decoding it once more.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::pattern::{COLUMNS, ROWS, time_shown};

/// In seconds: beeps that are nearer are one.
const APART: f64 = 0.2;

/// A file as it plays, in seconds of its own timeline.
pub(crate) struct Reading {
    pub(crate) frames: Vec<Frame>,
    /// When the first sample is heard and the last one ends; nothing without sound.
    pub(crate) sound: Option<(f64, f64)>,
    /// When beeps begin.
    pub(crate) beeps: Vec<f64>,
}

/// A frame as it is played, in seconds.
#[derive(Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) played: f64,
    /// The time that it shows.
    pub(crate) shown: f64,
    /// How long until the next one; the last one stays as long as the median.
    pub(crate) stays: f64,
}

impl Reading {
    /// Decodes `file`, with scratch files in `folder`.
    pub(crate) fn of(file: &Path, folder: &Path) -> Result<Self, String> {
        let decoded = Decoded::of(file, folder);
        let shown: Option<Vec<f64>> = decoded.pictures.chunks_exact(COLUMNS * ROWS).map(time_shown).collect();
        let frames = frames(&decoded.listing.frames, &shown.ok_or("a frame is not upright")?)?;
        Ok(Self { frames, sound: decoded.listing.sound(), beeps: decoded.beeps()? })
    }

    /// When the last frame ends.
    pub(crate) fn pictures_end(&self) -> f64 {
        self.frames.last().map_or(0.0, |last| last.played + last.stays)
    }

    /// When all has been seen and heard.
    pub(crate) fn end(&self) -> f64 {
        self.sound.map_or(0.0, |(_, end)| end).max(self.pictures_end())
    }

    /// The frame on show at that time; the first one before there is any.
    pub(crate) fn frame_at(&self, played: f64) -> Frame {
        self.frames[self.frames.partition_point(|frame| frame.played <= played).max(1) - 1]
    }
}

fn frames(played: &[f64], shown: &[f64]) -> Result<Vec<Frame>, String> {
    if played.len() != shown.len() || played.len() < 2 {
        return Err(format!("{} frames are listed and {} are there", played.len(), shown.len()));
    }
    let between: Vec<f64> = played.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let stays = between.iter().copied().chain(median(&between));
    Ok(played.iter().zip(shown).zip(stays).map(|((&played, &shown), stays)| Frame { played, shown, stays }).collect())
}

fn median(lengths: &[f64]) -> Option<f64> {
    let mut lengths = lengths.to_vec();
    lengths.sort_by(f64::total_cmp);
    lengths.get(lengths.len() / 2).copied()
}

/// When beeps begin in samples with their times.
pub(crate) fn onsets(samples: impl Iterator<Item = (f64, f32)>) -> Vec<f64> {
    let mut onsets = Vec::new();
    let mut last = f64::NEG_INFINITY;
    for (time, _) in samples.filter(|(_, sample)| sample.abs() > 0.1) {
        if time - last > APART {
            onsets.push(time);
        }
        last = time;
    }
    onsets
}

/// All pictures as cells, all samples with their channels mixed, and when they are played.
struct Decoded {
    pictures: Vec<u8>,
    samples: Vec<f32>,
    listing: Listing,
}

impl Decoded {
    fn of(file: &Path, folder: &Path) -> Self {
        let [pictures, sound, listing] = ["pictures", "sound", "listing"].map(|name| folder.join(name));
        let streams = probe(file, &["-show_entries", "stream=codec_type:format=start_time"]);
        let has_sound = streams.contains("audio");
        let cells = format!("scale={COLUMNS}:{ROWS}:flags=area");
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-v", "error", "-nostdin", "-y", "-copyts", "-i"]).arg(file);
        let picture = ["-map", "0:v:0", "-fps_mode", "passthrough", "-enc_time_base:v", "1:90000"];
        ffmpeg.args(picture).args(["-vf", &cells, "-pix_fmt", "gray", "-f", "rawvideo"]).arg(&pictures);
        ffmpeg.args(picture).args(["-c:v", "wrapped_avframe"]);
        if has_sound {
            let samples = ["-map", "0:a:0", "-ac", "1", "-c:a", "pcm_f32le"];
            ffmpeg.args(samples).args(["-f", "framecrc"]).arg(&listing);
            ffmpeg.args(samples).args(["-f", "f32le"]).arg(&sound);
        } else {
            ffmpeg.args(["-f", "framecrc"]).arg(&listing);
        }
        output(&mut ffmpeg);
        let start = streams.lines().find_map(|line| line.parse().ok()).unwrap_or(0.0);
        let sound = if has_sound { fs::read(sound).unwrap() } else { Vec::new() };
        let (sound, _) = sound.as_chunks::<4>();
        Self {
            pictures: fs::read(pictures).unwrap(),
            samples: sound.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect(),
            listing: Listing::read(&fs::read_to_string(listing).unwrap(), start),
        }
    }

    fn beeps(&self) -> Result<Vec<f64>, String> {
        let pieces = &self.listing.pieces;
        let listed: usize = pieces.iter().map(|piece| piece.samples).sum();
        if listed != self.samples.len() {
            return Err(format!("{listed} samples are listed and {} are there", self.samples.len()));
        }
        let times = pieces.iter().flat_map(|piece| (0..piece.samples).map(|at| piece.played + at as f64 * piece.tick));
        Ok(onsets(times.zip(self.samples.iter().copied())))
    }
}

/// When everything is played, as ffmpeg's `framecrc` lists it: a clock as `#tb 0: 1/90000`, a piece as
/// `0, dts, pts, duration, size, sum`.
#[derive(Default)]
struct Listing {
    frames: Vec<f64>,
    pieces: Vec<Piece>,
}

/// A stretch of sound as it was decoded.
struct Piece {
    played: f64,
    samples: usize,
    /// Length of a sample in seconds.
    tick: f64,
}

impl Listing {
    fn read(text: &str, start: f64) -> Self {
        let mut listing = Self::default();
        let mut ticks = [0.0; 2];
        for line in text.lines() {
            if let Some((stream, tick)) = tick(line) {
                ticks[stream] = tick;
            } else if let [stream, _, pts, _, size, ..] = numbers(line)[..] {
                let tick = ticks[stream as usize];
                let played = pts as f64 * tick - start;
                match stream {
                    0 => listing.frames.push(played),
                    _ => listing.pieces.push(Piece { played, samples: size as usize / 4, tick }),
                }
            }
        }
        listing
    }

    fn sound(&self) -> Option<(f64, f64)> {
        let (first, last) = (self.pieces.first()?, self.pieces.last()?);
        Some((first.played, last.played + last.samples as f64 * last.tick))
    }
}

fn tick(line: &str) -> Option<(usize, f64)> {
    let (stream, fraction) = line.strip_prefix("#tb ")?.split_once(": ")?;
    let (over, under) = fraction.split_once('/')?;
    Some((stream.parse().ok()?, over.parse::<f64>().ok()? / under.parse::<f64>().ok()?))
}

fn numbers(line: &str) -> Vec<i64> {
    line.split(',').map_while(|field| field.trim().parse().ok()).collect()
}

fn probe(file: &Path, arguments: &[&str]) -> String {
    let mut ffprobe = Command::new("ffprobe");
    let said = output(ffprobe.args(["-v", "error", "-of", "csv=p=0"]).args(arguments).arg(file));
    String::from_utf8(said).unwrap()
}

fn output(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
