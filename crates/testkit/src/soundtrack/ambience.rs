use std::f64::consts::TAU;

use crate::dice::Dice;
use crate::plan::{Plan, View};
use crate::wave::{RATE, gain, level};

/// Room tone: each workplace and each corridor has its own colour, hum and ventilation; they fade into each other.
pub(super) fn room(plan: &Plan, samples: usize, seed: u64) -> Vec<f32> {
    let mut sound = Vec::with_capacity(samples);
    let mut dice = Dice::new(seed, "room tone");
    let mut source = Pink::default();
    let mut tone = Tone::of(&plan.shots[0].view, seed);
    for index in 0..samples {
        let time = index as f64 / RATE;
        if index % 800 == 0 {
            tone.approach(&Tone::of(&plan.shot(time).view, seed));
        }
        sound.push(tone.sample(&mut source, time, &mut dice));
    }
    sound
}

/// What a room sounds like with nobody in it.
#[derive(Clone, Copy, Debug)]
struct Tone {
    noise: f64,
    /// How much of the noise is low, 0-1.
    dark: f64,
    hum: f64,
    /// How fast a fan beats, in Hz.
    beat: f64,
}

impl Tone {
    fn of(view: &View, seed: u64) -> Self {
        let purpose = match view {
            View::Work { place, .. } | View::Rest { place, .. } | View::Away { place } => format!("room {place}"),
            View::Walk { corridor } => format!("hall {corridor}"),
        };
        let mut dice = Dice::new(seed, &purpose);
        Self {
            noise: f64::from(gain(dice.between(-58.0, -48.0))),
            dark: dice.between(0.3, 0.9),
            hum: f64::from(gain(dice.between(-68.0, -54.0))),
            beat: dice.between(0.1, 0.7),
        }
    }

    /// A twentieth of the way, each 50 ms: doors and distances make no steps in the sound.
    fn approach(&mut self, other: &Self) {
        let towards = |from: &mut f64, to: f64| *from += (to - *from) / 20.0;
        towards(&mut self.noise, other.noise);
        towards(&mut self.dark, other.dark);
        towards(&mut self.hum, other.hum);
        towards(&mut self.beat, other.beat);
    }

    fn sample(&self, source: &mut Pink, time: f64, dice: &mut Dice) -> f32 {
        let (low, all) = source.next(dice);
        let fan = 1.0 + 0.2 * (TAU * self.beat * time).sin();
        let hum = (TAU * 50.0 * time).sin() + 0.5 * (TAU * 100.0 * time).sin() + 0.2 * (TAU * 150.0 * time).sin();
        (self.noise * fan * (self.dark * low + (1.0 - self.dark) * all) + self.hum * hum) as f32
    }
}

/// Pink noise by Paul Kellet's economy filter, and its low part.
#[derive(Clone, Copy, Debug, Default)]
struct Pink {
    bands: [f64; 3],
    low: f64,
}

impl Pink {
    fn next(&mut self, dice: &mut Dice) -> (f64, f64) {
        let white = dice.between(-1.7, 1.7);
        self.bands[0] = 0.99765 * self.bands[0] + white * 0.099_046;
        self.bands[1] = 0.963 * self.bands[1] + white * 0.296_516_4;
        self.bands[2] = 0.57 * self.bands[2] + white * 1.052_691_3;
        let pink = (self.bands.iter().sum::<f64>() + white * 0.1848) * 0.4;
        self.low += (pink - self.low) * 0.08;
        (self.low * 2.5, pink)
    }
}

/// White noise of that level.
pub(super) fn hiss(samples: usize, level: f32, dice: &mut Dice) -> Vec<f32> {
    let edge = f64::from(level) * 3f64.sqrt();
    (0..samples).map(|_| dice.between(-edge, edge) as f32).collect()
}

/// The noise of a busy workshop at that level: compressors that swell, and distant blows.
pub(super) fn workshop(samples: usize, wanted: f32, dice: &mut Dice) -> Vec<f32> {
    let mut source = Pink::default();
    let (mut swell, mut ring) = (1.0, 0.0);
    let mut sound: Vec<f32> = (0..samples)
        .map(|index| {
            swell += (dice.between(0.4, 1.6) - swell) * 0.000_1;
            ring = if dice.chance(0.7 / RATE) { 4.0 } else { ring * 0.999_3 };
            let (low, all) = source.next(dice);
            ((low + 0.5 * all) * swell + ring * (TAU * 740.0 * index as f64 / RATE).sin() * all.abs()) as f32
        })
        .collect();
    let gain = wanted / level(&sound).max(1e-6);
    sound.iter_mut().for_each(|sample| *sample *= gain);
    sound
}
