#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::path::Path;
use std::process::Command;

use stepreel_media::SpooledSound;

use crate::make::{Folder, beeps, onsets, open, pictures, samples};

fn sound(path: &Path) -> Vec<f32> {
    let recording = open(path);
    let read = samples(recording.sound().unwrap().expect("a sound track"));
    let end = recording.info().audio.as_ref().unwrap().end.seconds();
    assert!((read.len() as f64 / 16_000.0 - end).abs() < 0.001, "{} samples, {end} s", read.len());
    read
}

/// Beeps are heard at those times, to 20 ms.
fn check(path: &Path, expected: &[f64]) {
    let heard = onsets(&sound(path));
    assert_eq!(heard.len(), expected.len(), "{}: {heard:?}", path.display());
    for (heard, expected) in heard.iter().zip(expected) {
        assert!((heard - expected).abs() < 0.02, "{}: {heard} for {expected}", path.display());
    }
}

const SECONDS: [f64; 5] = [0.0, 1.0, 2.0, 3.0, 4.0];

#[test]
fn beeps_are_heard_when_they_were_made() {
    let folder = Folder::new();
    let source = beeps(5);
    for (name, codec) in [
        ("a.m4a", "aac"),
        ("a.mp3", "libmp3lame"),
        ("a.ogg", "libvorbis"),
        ("a.flac", "flac"),
        ("a.wav", "pcm_s16le"),
        ("alac.m4a", "alac"),
        ("vorbis.mkv", "libvorbis"),
        ("opus.webm", "libopus"),
        ("ac3.mp4", "ac3"),
        ("opus.mp4", "libopus"),
        ("pcm.avi", "pcm_s16le"),
    ] {
        check(&folder.make(name, &["-f", "lavfi", "-i", &source, "-c:a", codec]), &SECONDS);
    }
    // ffmpeg writes AAC alone into these a packet late.
    for name in ["aac.mkv", "aac.ts"] {
        let path = folder.make(name, &["-f", "lavfi", "-i", &source, "-c:a", "aac"]);
        check(&path, &SECONDS.map(|second| second + 1024.0 / 44_100.0));
    }
}

#[test]
fn sound_and_pictures_share_one_zero() {
    let folder = Folder::new();
    for (name, codec) in [("a.mp4", "aac"), ("a.mkv", "libvorbis"), ("aac.ts", "aac"), ("a.webm", "libopus")] {
        let offset = ["-output_ts_offset", "3.5", "-c:a", codec];
        let video: &[&str] =
            if name == "a.webm" { &["-c:v", "libvpx", "-deadline", "realtime"] } else { &["-g", "50"] };
        let path = folder.film(name, (25, 5), &[video, &offset].concat());
        let start = open(&path).info().video.as_ref().unwrap().start.seconds();
        check(&path, &SECONDS.map(|second| second + start));
    }
}

#[test]
fn a_late_start_is_silence() {
    let folder = Folder::new();
    let (pictures, beeps) = (pictures(25, 6), beeps(3));
    for (name, codec) in [("a.mp4", "aac"), ("a.mkv", "libvorbis"), ("aac.ts", "aac"), ("o.mkv", "libopus")] {
        let sources = ["-f", "lavfi", "-i", &pictures, "-itsoffset", "2.5", "-f", "lavfi", "-i", &beeps];
        let path = folder.make(name, &[&sources[..], &["-preset", "ultrafast", "-c:a", codec]].concat());
        let recording = open(&path);
        let start = recording.info().video.as_ref().unwrap().start.seconds();
        assert!((recording.info().audio.as_ref().unwrap().start.seconds() - start - 2.5).abs() < 0.03, "{name}");
        check(&path, &[2.5, 3.5, 4.5].map(|second| second + start));
    }
}

#[test]
fn sound_of_a_stream_that_starts_very_late_is_found() {
    let folder = Folder::new();
    let (pictures, beeps) = (pictures(25, 15), beeps(2));
    let sources = ["-f", "lavfi", "-i", &pictures, "-itsoffset", "12.5", "-f", "lavfi", "-i", &beeps];
    let path = folder.make("a.ts", &[&sources[..], &["-preset", "ultrafast", "-c:a", "aac"]].concat());
    let start = open(&path).info().video.as_ref().unwrap().start.seconds();
    check(&path, &[12.5, 13.5].map(|second| second + start));
}

#[test]
fn a_gap_is_silence_and_listed() {
    let folder = Folder::new();
    let filter = "[1]aselect='not(between(t,1.5,3.6))'[a]";
    let (pictures, beeps) = (pictures(25, 6), beeps(6));
    for (name, codec) in
        [("a.mp4", "aac"), ("aac.mkv", "aac"), ("aac.ts", "aac"), ("v.mkv", "libvorbis"), ("o.mkv", "libopus")]
    {
        let sources = ["-f", "lavfi", "-i", &pictures, "-f", "lavfi", "-i", &beeps, "-filter_complex", filter];
        let path = folder
            .make(name, &[&sources[..], &["-map", "0", "-map", "[a]", "-preset", "ultrafast", "-c:a", codec]].concat());
        let recording = open(&path);
        let start = recording.info().video.as_ref().unwrap().start.seconds();
        let gaps = &recording.info().audio.as_ref().unwrap().gaps;
        let gap = gaps.longest().unwrap_or_else(|| panic!("{name} has no gap"));
        assert!(
            (gap.start().seconds() - start - 1.5).abs() < 0.08 && (gap.end().seconds() - start - 3.6).abs() < 0.08,
            "{name}: {gap}"
        );
        check(&path, &[0.0, 1.0, 4.0, 5.0].map(|second| second + start));
    }
}

#[test]
fn both_decoders_give_the_same_sound() {
    let folder = Folder::new();
    for (name, codec) in [
        ("a.m4a", "aac"),
        ("a.mp3", "libmp3lame"),
        ("a.ogg", "libvorbis"),
        ("a.mkv", "libvorbis"),
        ("a.flac", "flac"),
        ("alac.m4a", "alac"),
        ("a.wav", "pcm_s24le"),
        ("pcm.mkv", "pcm_s16le"),
    ] {
        let noise = [
            "-f",
            "lavfi",
            "-i",
            "anoisesrc=d=4:c=pink:r=48000:a=0.5:seed=7",
            "-f",
            "lavfi",
            "-i",
            "sine=300:d=4:r=48000",
        ];
        let stereo = ["-filter_complex", "[0][1]amerge=inputs=2", "-ac", "2", "-c:a", codec];
        let path = folder.make(name, &[&noise[..], &stereo].concat());
        let (ours, theirs) = (sound(&path), by_ffmpeg(&path));
        let (lag, likeness) = best_lag(&ours, &theirs);
        assert!(lag.abs() <= 8 && likeness > 0.97, "{name}: {lag} samples apart, {likeness}");
    }
}

fn by_ffmpeg(path: &Path) -> Vec<f32> {
    let said = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-af", "aresample=16000:async=1:first_pts=0", "-ac", "1", "-f", "s16le", "-"])
        .output()
        .unwrap();
    let (pairs, _) = said.stdout.as_chunks::<2>();
    pairs.iter().map(|&pair| f32::from(i16::from_le_bytes(pair)) / 32_768.0).collect()
}

/// How many samples the second is later than the first where they are most alike, and how alike they are there.
fn best_lag(first: &[f32], second: &[f32]) -> (i64, f64) {
    let likeness = |lag: i64| {
        let pairs = (8_000..40_000).map(|at: i64| (first[at as usize], second[(at + lag) as usize]));
        let (mut product, mut energy, mut other) = (0.0, 0.0, 0.0);
        for (a, b) in pairs.map(|(a, b)| (f64::from(a), f64::from(b))) {
            product += a * b;
            energy += a * a;
            other += b * b;
        }
        product / (energy * other).sqrt()
    };
    (-400..=400).map(|lag| (lag, likeness(lag))).max_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
}

#[test]
fn a_damaged_packet_is_silence_of_its_length() {
    let folder = Folder::new();
    for (name, codec) in [("a.mp4", "aac"), ("o.mkv", "libopus"), ("a.mkv", "aac")] {
        let path = folder.make(name, &["-f", "lavfi", "-i", &beeps(8), "-c:a", codec, "-movflags", "faststart"]);
        let whole = sound(&path).len();
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle..middle + 300].fill(0xff);
        std::fs::write(&path, bytes).unwrap();
        let heard = onsets(&sound(&path));
        let late: Vec<_> = heard.iter().filter(|onset| **onset > 5.9).collect();
        assert!(late.iter().all(|onset| (**onset - onset.round()).abs() < 0.045), "{name}: {heard:?}");
        assert!(late.len() >= 2, "{name}: {heard:?}");
        assert_eq!(sound(&path).len(), whole, "{name}");
    }
}

#[test]
fn who_decodes_is_told() {
    let folder = Folder::new();
    let decoder = |path: &Path| {
        let (sound, decoder) = open(path).sound_and_decoder().unwrap().unwrap();
        samples(sound);
        decoder.to_string()
    };
    let made = |name, codec| folder.make(name, &["-f", "lavfi", "-i", &beeps(8), "-c:a", codec]);
    assert_eq!(decoder(&made("a.m4a", "aac")), "symphonia");
    assert_eq!(decoder(&made("opus.webm", "libopus")), "ffmpeg");
    let damaged = made("a.mkv", "aac");
    let mut bytes = std::fs::read(&damaged).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 2000].fill(0xff);
    std::fs::write(&damaged, bytes).unwrap();
    assert_eq!(decoder(&damaged), "symphonia and ffmpeg");
}

#[test]
fn spooled_sound_is_the_same_sound() {
    let folder = Folder::new();
    let recording = open(&folder.make("a.m4a", &["-f", "lavfi", "-i", &beeps(3), "-c:a", "aac"]));
    let spooled = SpooledSound::write(recording.sound().unwrap().unwrap(), &folder.path("sound.pcm")).unwrap();
    let direct = samples(recording.sound().unwrap().unwrap());
    for _ in 0..2 {
        let again = samples(spooled.source().unwrap());
        assert_eq!(again.len(), direct.len());
        let worst = again.iter().zip(&direct).map(|(a, b)| (a - b.clamp(-1.0, 1.0)).abs()).fold(0.0, f32::max);
        assert!(worst < 1.0 / 32_000.0, "{worst}");
    }
}
