//! What a viewer sees and hears in a file, read by decoding it once more.

use std::path::Path;
use std::process::Command;

/// The frames of a file.
pub(crate) struct Reading {
    /// When each frame is played, in seconds of the file's own clock.
    pub(crate) played: Vec<f64>,
    /// The time that each frame shows, in seconds.
    pub(crate) shown: Vec<f64>,
}

impl Reading {
    pub(crate) fn of(file: &Path) -> Self {
        let played = frame_times(file);
        let gray = ["-vf", "scale=128:32", "-fps_mode", "passthrough", "-pix_fmt", "gray", "-f", "rawvideo", "-"];
        let pictures = tool("ffmpeg", &["-v", "error", "-i"], file, &gray);
        Self { played, shown: pictures.chunks_exact(128 * 32).map(time_shown).collect() }
    }
}

fn frame_times(file: &Path) -> Vec<f64> {
    let times = ["-v", "error", "-select_streams", "v", "-show_entries", "frame=pts_time", "-of", "csv=p=0"];
    let times = String::from_utf8(tool("ffprobe", &times, file, &[])).unwrap();
    // Side data of a frame adds fields and empty lines.
    times.lines().filter_map(|line| line.split(',').next()?.parse().ok()).collect()
}

/// The time in the columns of a frame.
fn time_shown(picture: &[u8]) -> f64 {
    let row = &picture[16 * 128..17 * 128];
    let bits = (0..16).map(|bit| u32::from(row[bit * 8 + 4] > 116) << bit);
    f64::from(bits.sum::<u32>()) / 1000.0
}

/// A hash of each frame of a file, damaged or not, with nothing but one decoder at work.
pub(crate) fn hashes(file: &Path) -> Vec<String> {
    let hashes = ["-map", "0:v", "-fps_mode", "passthrough", "-f", "framehash", "-hash", "crc32", "-"];
    let lines = String::from_utf8(tool("ffmpeg", &["-v", "quiet", "-threads", "1", "-i"], file, &hashes)).unwrap();
    let frames = lines.lines().filter(|line| !line.starts_with('#'));
    frames.filter_map(|line| Some(line.rsplit(',').next()?.trim().to_owned())).collect()
}

/// Where the bytes of each picture that is no key frame lie in a file: when it is shown, the first byte, and how many.
pub(crate) fn places(file: &Path) -> Vec<(f64, usize, usize)> {
    let entries =
        ["-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time,size,pos,flags", "-of", "csv=p=0"];
    let listed = String::from_utf8(tool("ffprobe", &entries, file, &[])).unwrap();
    let place = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let is_key = fields[3].contains('K');
        (!is_key).then(|| (fields[0].parse().unwrap(), fields[2].parse().unwrap(), fields[1].parse().unwrap()))
    };
    listed.lines().filter_map(place).collect()
}

/// When beeps begin in the sound of a file, in seconds after its first sample.
pub(crate) fn beeps(file: &Path) -> Vec<f64> {
    let mut beeps = Vec::new();
    let mut last = None;
    for (at, _) in sound(file).iter().enumerate().filter(|(_, sample)| sample.abs() > 0.1) {
        if last.is_none_or(|last| at - last > 9600) {
            beeps.push(at as f64 / 48_000.0);
        }
        last = Some(at);
    }
    beeps
}

/// All samples of a file with sound, 48,000 a second.
pub(crate) fn sound(file: &Path) -> Vec<f32> {
    let plain = ["-vn", "-ac", "1", "-ar", "48000", "-f", "f32le", "-"];
    let bytes = tool("ffmpeg", &["-v", "error", "-i"], file, &plain);
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

/// The kinds of the streams of a file, in the order of the alphabet.
pub(crate) fn streams(file: &Path) -> Vec<String> {
    let kinds = tool("ffprobe", &["-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0"], file, &[]);
    let kinds = String::from_utf8(kinds).unwrap();
    let mut kinds: Vec<String> = kinds.lines().map(|line| line.trim_end_matches(',').to_owned()).collect();
    kinds.sort_unstable();
    kinds
}

fn tool(name: &str, before: &[&str], file: &Path, after: &[&str]) -> Vec<u8> {
    let output = Command::new(name).args(before).arg(file).args(after).output().unwrap();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
