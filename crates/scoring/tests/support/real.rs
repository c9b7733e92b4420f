//! Real first-person pictures and real speech, where the test data is.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::path::PathBuf;
use std::process::Command;

use stepreel_core::SpanSet;

use super::picture::Image;
use super::session::span;
use super::sound::Speech;

/// The folder of the test data: `STEPREEL_DATA`, else beside the workspace.
pub(crate) fn data() -> PathBuf {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    std::env::var_os("STEPREEL_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from)
}

/// What ffmpeg writes to its output.
pub(crate) fn ffmpeg(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("ffmpeg").args(["-nostdin", "-v", "error"]).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The frames of a file after a filter, in luma of 320x180.
pub(crate) fn frames(file: &str, filter: &str) -> Vec<Image> {
    let filter = format!("{filter},scale=320:180:flags=area:out_range=full");
    let bytes = ffmpeg(&["-i", file, "-vf", &filter, "-vsync", "0", "-pix_fmt", "gray", "-f", "rawvideo", "-"]);
    let image = |frame: &[u8]| Image { width: 320, height: 180, luma: frame.iter().copied().map(f32::from).collect() };
    bytes.chunks_exact(320 * 180).map(image).collect()
}

/// A frame from each of 15 head-camera clips of kitchens; the 16th has cuts.
pub(crate) fn kitchens() -> Vec<Image> {
    let file = data().join("video/epic_wall_4x4.mp4").to_string_lossy().into_owned();
    let crop = |cell: usize| format!("crop=320:180:{}:{},select=eq(n\\,240)", cell % 4 * 320, cell / 4 * 180);
    (0..15).flat_map(|cell| frames(&file, &crop(cell))).collect()
}

/// A frame a second of 16 head-camera clips of 10 s and 25 of 5 s, clip by clip.
pub(crate) fn clips() -> Vec<Vec<Image>> {
    let strips = ["measurement_error", "order_error", "preparation_error", "technique_error_1", "technique_error_2"];
    let tiled = strips.map(|strip| (strip, 5, "untile=5x1")).into_iter().chain([("epic_wall_4x4", 16, "untile=4x4")]);
    let clip = |(name, tiles, untile): (&str, usize, &str)| {
        let file = data().join(format!("video/{name}.mp4")).to_string_lossy().into_owned();
        let frames = frames(&file, &format!("fps=1,{untile}"));
        (0..tiles).map(move |tile| frames.iter().skip(tile).step_by(tiles).cloned().collect()).collect::<Vec<_>>()
    };
    tiled.flat_map(clip).collect()
}

/// Sound of a file at 16 kHz mono.
pub(crate) fn sound(file: &str) -> Vec<f32> {
    let bytes = ffmpeg(&["-i", file, "-ac", "1", "-ar", "16000", "-f", "s16le", "-"]);
    bytes.chunks_exact(2).map(|two| f32::from(i16::from_le_bytes([two[0], two[1]])) / 32_768.0).collect()
}

/// Eight minutes of ten voices' sentences read aloud, 60 s each, over a faint floor, with a pause after each sentence.
pub(crate) fn readers() -> Vec<Speech> {
    let folder = data().join("speech/ljspeech32/flac");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let sentences: Vec<Vec<f32>> = files.iter().map(|file| sound(&file.to_string_lossy())).collect();
    (0..8).map(|first| reader(sentences.iter().cycle().skip(4 * first))).collect()
}

fn reader<'a>(sentences: impl Iterator<Item = &'a Vec<f32>>) -> Speech {
    let mut dice = super::dice::Dice::new(7);
    let mut samples: Vec<f32> = (0..60 * 16_000).map(|_| 0.0005 * dice.bell()).collect();
    let (mut at, mut spoken) = (8000, Vec::new());
    for sentence in sentences {
        if at + sentence.len() > samples.len() {
            break;
        }
        samples[at..].iter_mut().zip(sentence).for_each(|(sample, more)| *sample += more);
        spoken.push(span(at as f64 / 16_000.0, (at + sentence.len()) as f64 / 16_000.0));
        at += sentence.len() + 24_000;
    }
    Speech { samples, spoken: SpanSet::from(spoken) }
}
