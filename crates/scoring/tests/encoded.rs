//! What codecs make of healthy and of damaged recordings, through the real ffmpeg.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod support;

use std::path::Path;

use stepreel_core::{FindingCode, Findings, SpanSet};
use stepreel_scoring::measure_sound;
use support::dice::Dice;
use support::picture::{Image, sources};
use support::real::{ffmpeg, frames, sound};
use support::session::{Heard, card, evidence, found, healthy_sound, spans, watched};
use support::sound::{Speech, source, voices};
use support::{damage, session};

/// Seconds of the encoded sessions.
const SECONDS: f64 = 60.0;
/// Frames a second.
const RATE: usize = 10;

/// Encoders of cameras: at a constant quality, and at little of it; at as low a rate as glasses stream with.
const CAMERAS: [&str; 3] = [
    "-preset ultrafast -crf 26",
    "-preset veryfast -crf 30",
    "-preset superfast -tune zerolatency -b:v 150k -bufsize 150k",
];

/// Encodes what is shown to H.264 as a camera does, with a key frame every 2 s, and decodes the key frames.
fn through_h264(folder: &Path, camera: &str, shown: impl Fn(f64) -> Image) -> Vec<Image> {
    let (raw, coded) = (folder.join("shown.raw"), folder.join("shown.mp4"));
    let luma = |image: Image| image.luma.iter().map(|luma| luma.round().clamp(0.0, 255.0) as u8).collect::<Vec<_>>();
    let frame = |index: usize| luma(shown(index as f64 / RATE as f64));
    std::fs::write(&raw, (0..SECONDS as usize * RATE).flat_map(frame).collect::<Vec<u8>>()).unwrap();
    let (raw, coded) = (raw.to_string_lossy().into_owned(), coded.to_string_lossy().into_owned());
    let input = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", "320x180", "-r", "10", "-i", &raw];
    let coding: Vec<&str> =
        "-pix_fmt yuv420p -c:v libx264 -g 20 -sc_threshold 0".split(' ').chain(camera.split(' ')).collect();
    ffmpeg(&[&input[..], &coding[..], &["-y", &coded]].concat());
    frames(&coded, "select=eq(pict_type\\,I)")
}

/// The sound after AAC at the rate of a camera.
fn through_aac(folder: &Path, samples: &[f32]) -> Vec<f32> {
    let (raw, coded) = (folder.join("heard.raw"), folder.join("heard.m4a"));
    let step = |sample: &f32| ((sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16).to_le_bytes();
    std::fs::write(&raw, samples.iter().flat_map(step).collect::<Vec<u8>>()).unwrap();
    let (raw, coded) = (raw.to_string_lossy().into_owned(), coded.to_string_lossy().into_owned());
    ffmpeg(&[
        "-f", "s16le", "-ar", "16000", "-ac", "1", "-i", &raw, "-ar", "48000", "-c:a", "aac", "-b:a", "96k", "-y",
        &coded,
    ]);
    sound(&coded)
}

fn folder(name: &str) -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A scene as a worn camera sees it.
fn view(scene: &Image, time: f64) -> Image {
    let wander = |period: f64| (30.0 * (time / period).sin()) as isize;
    damage::grain(&scene.moved(wander(7.0), wander(11.0)), 1.5, &mut Dice::new(time.to_bits()))
}

/// The same from a camera that doesn't move, while a hand does.
fn at_work(scene: &Image, time: f64) -> Image {
    let (left, top) = ((150.0 + 30.0 * (1.7 * time).sin()) as usize, (90.0 + 15.0 * (1.1 * time).cos()) as usize);
    let hand = |x: usize, y: usize| (left..left + 20).contains(&x) && (top..top + 20).contains(&y);
    let seen = |x: usize, y: usize| if hand(x, y) { 170.0 } else { scene.at(x as isize, y as isize) };
    damage::grain(&Image::new(320, 180, seen), 0.4, &mut Dice::new(time.to_bits()))
}

/// What is found in a minute of what such a camera makes of what is shown.
fn filmed(name: &str, camera: &str, shown: impl Fn(f64) -> Image) -> Findings {
    let decoded = through_h264(&folder(name), camera, shown);
    assert_eq!(decoded.len(), 30);
    let pictures = watched(SECONDS, 2.0, |time| decoded[(time / 2.0) as usize].clone());
    found(&evidence(SECONDS, pictures, healthy_sound().clone()))
}

#[test]
fn a_frozen_picture_is_found_after_encoding() {
    let scene = &sources(1)[3];
    let planted = (20.0, 34.0);
    let still = |time: f64| if planted.0 <= time && time < planted.1 { planted.0 } else { time };
    for camera in CAMERAS {
        let findings = filmed("frozen", camera, |time| view(scene, still(time)));
        assert!(findings.ranges(FindingCode::VideoFrozen).iou(&spans(&[planted])) >= 0.8, "{camera}: {findings:?}");
        assert_eq!(findings.all().len(), 1, "{camera}: {findings:?}");
    }
}

#[test]
fn a_camera_at_rest_before_working_hands_is_not_frozen() {
    let scene = &sources(1)[3];
    for camera in CAMERAS {
        let findings = filmed("rest", camera, |time| at_work(scene, time));
        assert_eq!(findings.all(), [], "{camera}");
    }
}

#[test]
fn encoding_does_not_change_the_score() {
    for (scene, blur) in [(3, 0.0), (5, 0.0), (7, 3.0)] {
        let scene = damage::blur(&sources(1)[scene], blur);
        let decoded = through_h264(&folder(&format!("scene{blur}")), CAMERAS[0], |time| view(&scene, time));
        let seen = |time: f64| decoded[(time / 2.0) as usize].clone();
        let before =
            card(&evidence(SECONDS, watched(SECONDS, 2.0, |time| view(&scene, time)), healthy_sound().clone()));
        let after = card(&evidence(SECONDS, watched(SECONDS, 2.0, seen), healthy_sound().clone()));
        assert!(before.total.points().abs_diff(after.total.points()) <= 3, "{before:?} {after:?}");
    }
}

#[test]
fn dropouts_are_found_after_aac() {
    let mut speech = voices(SECONDS as f32, 0.35).swap_remove(0);
    speech.samples[20 * 16_000..34 * 16_000].fill(0.0);
    let track = measure_sound(source(&through_aac(&folder("dropout"), &speech.samples))).unwrap();
    let dropouts = &track.dropouts;
    assert!(dropouts.iou(&spans(&[(20.0, 34.0)])) > 0.98, "{dropouts:?}");
}

#[test]
fn quiet_stays_quiet_after_aac() {
    for floor in [0.0004, 0.00016] {
        let mut dice = Dice::new(2);
        let quiet: Vec<f32> = (0..30 * 16_000).map(|_| floor * dice.bell()).collect();
        let track = measure_sound(source(&through_aac(&folder("quiet"), &quiet))).unwrap();
        assert_eq!(track.dropouts, SpanSet::default());
    }
}

#[test]
fn clipping_costs_after_aac_too() {
    let voice = &voices(SECONDS as f32, 0.35)[1];
    let after = |decibels: f32| {
        let samples = through_aac(&folder("clipped"), &damage::clip(voice, decibels).samples);
        let speech = Speech { samples, spoken: voice.spoken.clone() };
        let Heard { track, spoken } = session::heard(&speech);
        let seen = watched(SECONDS, 2.0, |time| view(&sources(1)[3], time));
        let card = card(&evidence(SECONDS, seen, Heard { track, spoken }));
        card.components.into_iter().find(|component| component.name == "clipping").unwrap().points.unwrap()
    };
    let (healthy, clipped) = (after(-3.0), after(18.0));
    assert!(healthy > 95.0 && clipped < 60.0, "{healthy} {clipped}");
}
