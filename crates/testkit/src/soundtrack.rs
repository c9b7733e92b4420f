//! What is heard: speech over room tone, tools and steps; then what is done to it.

mod ambience;
mod tools;

use crate::dice::Dice;
use crate::fault::Fault;
use crate::plan::{Plan, View};
use crate::wave::{self, RATE};

/// Lines as said, with the time at which each starts.
pub(crate) type Said<'a> = (f64, &'a [f32]);

/// The level below which nothing is heard when a session is hushed, as root mean square: -68 dBFS.
const HUSHED: f64 = -68.0;
/// The floor that a noise gate leaves: some steps of 16 bits, so that it is never digital silence.
const GATED: f64 = -76.0;

/// The whole sound of a session, with everything but its dropouts.
pub(crate) fn soundtrack(plan: &Plan, seed: u64, (said, faults): (&[Said], &[Fault])) -> Vec<f32> {
    let samples = (plan.duration * RATE).round() as usize;
    if faults.contains(&Fault::Hushed) {
        return ambience::hiss(samples, wave::gain(HUSHED), &mut Dice::new(seed, "hush"));
    }
    let mut sound = ambience::room(plan, samples, seed);
    for shot in &plan.shots {
        let noises = match shot.view {
            View::Work { .. } => tools::work(shot, seed),
            View::Walk { .. } => tools::steps(shot, seed),
            View::Rest { .. } | View::Away { .. } => continue,
        };
        noises.iter().for_each(|(start, noise)| add(&mut sound, *start, noise));
    }
    said.iter().for_each(|(start, speech)| add(&mut sound, *start, speech));
    for fault in faults {
        damage(&mut sound, *fault, (said, seed));
    }
    sound.iter_mut().for_each(|sample| *sample = sample.clamp(-0.98, 0.98));
    sound
}

fn damage(sound: &mut [f32], fault: Fault, (said, seed): (&[Said], u64)) {
    match fault {
        Fault::Noisy(below_speech) => {
            let noise =
                ambience::workshop(sound.len(), wave::gain(-21.0 - below_speech), &mut Dice::new(seed, "noisy"));
            add(sound, 0.0, &noise);
        }
        Fault::Clipped(decibels) => {
            let gain = wave::gain(decibels + 12.0);
            sound.iter_mut().for_each(|sample| *sample = (*sample * gain).clamp(-0.98, 0.98));
        }
        Fault::Gated => gate(sound, said, &mut Dice::new(seed, "gate")),
        _ => {}
    }
}

/// Leaves 120 ms around each line open, and a faint floor elsewhere.
fn gate(sound: &mut [f32], said: &[Said], dice: &mut Dice) {
    let floor = ambience::hiss(sound.len(), wave::gain(GATED), dice);
    let open = |at: usize| {
        let time = at as f64 / RATE;
        said.iter().any(|(start, speech)| start - 0.12 < time && time < start + speech.len() as f64 / RATE + 0.12)
    };
    let mut opening = false;
    for at in 0..sound.len() {
        if at % 160 == 0 {
            opening = open(at);
        }
        if !opening {
            sound[at] = floor[at];
        }
    }
}

/// Adds a sound that starts at a time, in seconds.
pub(crate) fn add(sound: &mut [f32], start: f64, added: &[f32]) {
    let first = ((start * RATE).round() as usize).min(sound.len());
    sound[first..].iter_mut().zip(added).for_each(|(sample, more)| *sample += more);
}
