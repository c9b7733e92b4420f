//! What doesn't change how good a recording is doesn't change its score.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod support;

use stepreel_core::{PictureReading, ScoreCard};
use support::damage;
use support::picture::{Image, sources};
use support::session::{card, evidence, healthy_sound, picture_card, seen, sound_card, timeline};
use support::sound::voices;

/// By so much scores of the same recording may differ.
const TOLERANCE: u8 = 3;

fn check(cards: &[ScoreCard]) {
    let scores: Vec<u8> = cards.iter().map(|card| card.total.points()).collect();
    let (least, most) = (scores.iter().min().unwrap(), scores.iter().max().unwrap());
    assert!(most - least <= TOLERANCE, "{scores:?}");
}

/// A scene as seen sharp and blurred by a camera of 1920 pixels, recorded in smaller formats.
fn check_sizes(scenes: &[Image]) {
    for scene in scenes {
        for blur in [0.0, 12.0] {
            let blurred = damage::blur(scene, blur);
            let recorded = |side: usize| picture_card(|shift| blurred.moved(6 * shift, 0).reduced(side));
            check(&[1, 2, 3, 6].map(recorded));
        }
    }
}

#[test]
fn the_size_of_the_picture_does_not_matter() {
    check_sizes(&[3, 4, 9].map(|scene| sources(6)[scene].clone()));
}

#[test]
fn the_rate_of_sampling_does_not_matter() {
    let scenes = sources(1);
    for scene in &scenes[..4] {
        let open = seen(|shift| scene.moved(shift, 0));
        let blurred = seen(|shift| damage::blur(&scene.moved(shift, 0), 4.0));
        let at = |time: f64| -> &[PictureReading] { if (20.0..32.0).contains(&time) { &blurred } else { &open } };
        check(&[0.5, 1.0, 2.0].map(|step| card(&evidence(60.0, timeline(60.0, step, at), healthy_sound().clone()))));
    }
}

#[test]
fn loudness_does_not_matter() {
    for voice in &voices(60.0, 0.35)[..5] {
        check(&[0.1, 0.316, 1.0, 2.0].map(|gain| sound_card(&voice.map(|sample| sample * gain))));
    }
}

#[test]
fn the_same_recording_has_the_same_card_to_the_byte() {
    let scene = &sources(1)[4];
    let json = || serde_json::to_string(&picture_card(|shift| damage::blur(&scene.moved(shift, 0), 2.0))).unwrap();
    assert_eq!(json(), json());
}
