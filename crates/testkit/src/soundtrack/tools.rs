use std::f64::consts::TAU;

use crate::dice::Dice;
use crate::plan::Shot;
use crate::view::STEPS_PER_SECOND;
use crate::wave::{RATE, gain};

/// A noise with the time at which it starts, in seconds.
type Noise = (f64, Vec<f32>);

/// The noises of hands at work: knocks, a ratchet, a driver, something rubbed; with long and short gaps.
pub(super) fn work(shot: &Shot, seed: u64) -> Vec<Noise> {
    let mut dice = Dice::new(seed ^ shot.start.to_bits(), "tools");
    let mut noises = Vec::new();
    let mut now = shot.start + dice.between(0.5, 3.0);
    while now + 2.0 < shot.end {
        let noise = match dice.below(6) {
            0 | 1 => knock(&mut dice),
            2 => ratchet(&mut dice),
            3 => driver(&mut dice),
            _ => rub(&mut dice),
        };
        let length = noise.len() as f64 / RATE;
        noises.push((now, noise));
        now += length - dice.unit().max(0.01).ln() * 2.5;
    }
    noises
}

/// Steps while walking, in time with the bobbing of the head.
pub(super) fn steps(shot: &Shot, seed: u64) -> Vec<Noise> {
    let mut dice = Dice::new(seed ^ shot.start.to_bits(), "steps");
    let count = ((shot.end - shot.start - 0.3) * STEPS_PER_SECOND).max(0.0) as usize;
    (0..count).map(|step| (shot.start + step as f64 / STEPS_PER_SECOND, footfall(&mut dice))).collect()
}

fn footfall(dice: &mut Dice) -> Vec<f32> {
    let (loudness, hertz) = (gain(dice.between(-40.0, -33.0)), dice.between(70.0, 110.0));
    ring(0.12, |time| (TAU * hertz * time).sin() * (-time * 45.0).exp(), loudness)
}

/// Metal on metal.
fn knock(dice: &mut Dice) -> Vec<f32> {
    let (loudness, hertz, decay) =
        (gain(dice.between(-36.0, -24.0)), dice.between(900.0, 4200.0), dice.between(20.0, 70.0));
    let second = hertz * dice.between(1.4, 2.1);
    ring(0.2, |time| ((TAU * hertz * time).sin() + 0.6 * (TAU * second * time).sin()) * (-time * decay).exp(), loudness)
}

fn ratchet(dice: &mut Dice) -> Vec<f32> {
    let (loudness, clicks) = (gain(dice.between(-38.0, -30.0)), dice.between(9.0, 18.0));
    ring(
        dice.between(0.4, 1.6),
        |time| {
            let since = (time * clicks).fract() / clicks;
            (TAU * 2600.0 * time).sin() * (-since * 320.0).exp()
        },
        loudness,
    )
}

/// An electric screwdriver: it speeds up and slows down under load.
fn driver(dice: &mut Dice) -> Vec<f32> {
    let (loudness, hertz, length) =
        (gain(dice.between(-42.0, -33.0)), dice.between(140.0, 260.0), dice.between(0.5, 1.8));
    ring(
        length,
        |time| {
            let turns = hertz * (time + 0.04 * (TAU * 0.9 * time).sin());
            (turns.fract() - 0.5) * (time * 8.0).min((length - time) * 8.0).clamp(0.0, 1.0)
        },
        loudness,
    )
}

fn rub(dice: &mut Dice) -> Vec<f32> {
    let (loudness, strokes) = (gain(dice.between(-46.0, -38.0)), dice.between(1.0, 3.0));
    let mut low = 0.0;
    let length = dice.between(0.6, 2.0);
    let mut grain = dice.clone();
    ring(
        length,
        move |time| {
            low += (grain.between(-1.0, 1.0) - low) * 0.35;
            low * (TAU * strokes * time / 2.0).sin().abs()
        },
        loudness,
    )
}

/// `seconds` of a shape of time, at that loudness.
fn ring(seconds: f64, mut shape: impl FnMut(f64) -> f64, loudness: f32) -> Vec<f32> {
    let fade = |time: f64| ((seconds - time) * 100.0).clamp(0.0, 1.0);
    (0..(seconds * RATE) as usize)
        .map(|index| {
            let time = index as f64 / RATE;
            (shape(time) * fade(time)) as f32 * loudness
        })
        .collect()
}
