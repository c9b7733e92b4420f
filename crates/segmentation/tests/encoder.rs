//! What an encoder's distances mean: one place in another light stays near, another place is far.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::path::Path;

use stepreel_core::Picture;
use stepreel_models::{Library, Manifest};
use stepreel_segmentation::{EncoderConfig, FrameEncoder};

const WIDTH: usize = 320;
const HEIGHT: usize = 180;

fn check(model: &EncoderConfig) {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let encoder = model.build(&Library::new(Manifest::known(), vec![models])).unwrap();
    let bench = |x: usize, y: usize| if y > 110 { [150, 110, 70] } else { [90, 95 + (x / 40 % 2 * 60) as u8, 100] };
    let sink = |x: usize, y: usize| {
        let from_middle = (x as f64 - 160.0).hypot(y as f64 - 90.0);
        if from_middle < 70.0 { [40, 45, 50] } else { [205, 205, (200 - y) as u8] }
    };
    let dim = |x: usize, y: usize| bench(x, y).map(|value| value / 2);
    let turned = |x: usize, y: usize| bench(x + 15, y + 6);
    for (name, view) in [("dim", drawn(dim)), ("turned", drawn(turned))] {
        let same = similarity(&*encoder, &drawn(bench), &view);
        let other = similarity(&*encoder, &drawn(sink), &view);
        assert!(same > other + 0.05, "{model:?}, {name}: {same} to its own place, {other} to another");
    }
}

fn drawn<const N: usize>(colour: impl Fn(usize, usize) -> [u8; N]) -> Picture {
    let rgb: Vec<u8> = (0..WIDTH * HEIGHT).flat_map(|at| colour(at % WIDTH, at / WIDTH)).collect();
    Picture::from_rgb(WIDTH, HEIGHT, &rgb).unwrap()
}

fn similarity(encoder: &dyn FrameEncoder, a: &Picture, b: &Picture) -> f32 {
    let vectors = encoder.encode(&[a, b]).unwrap();
    vectors[0].iter().zip(&vectors[1]).map(|(a, b)| a * b).sum()
}

#[test]
fn the_encoder_that_ships_knows_a_place_again() {
    check(&EncoderConfig::default());
}

#[test]
fn the_float_original_knows_a_place_again() {
    check(&EncoderConfig::Onnx { model: "mobilenet-v1".to_owned() });
}
