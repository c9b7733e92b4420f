use std::f32::consts::TAU;

use stepreel_core::{SAMPLE_RATE, SoundBlock, SoundSource, Span, SpanSet, Time};

use super::dice::Dice;

pub(crate) const RATE: f32 = SAMPLE_RATE as f32;

/// Speech with the truth about where it is.
#[derive(Clone, Debug)]
pub(crate) struct Speech {
    pub(crate) samples: Vec<f32>,
    pub(crate) spoken: SpanSet,
}

impl Speech {
    pub(crate) fn map(&self, sample: impl FnMut(f32) -> f32) -> Self {
        Self { samples: self.samples.iter().copied().map(sample).collect(), spoken: self.spoken.clone() }
    }

    /// Root mean square where somebody speaks.
    pub(crate) fn level(&self) -> f32 {
        let spans = self.spoken.spans().iter();
        let spoken: Vec<f32> =
            spans.flat_map(|span| &self.samples[index(span.start())..index(span.end())]).copied().collect();
        (spoken.iter().map(|s| s * s).sum::<f32>() / spoken.len() as f32).sqrt()
    }

    pub(crate) fn source(&self) -> SoundSource<'static> {
        source(&self.samples)
    }
}

/// The blocks of a sound, of uneven lengths.
pub(crate) fn source(samples: &[f32]) -> SoundSource<'static> {
    let mut start = 0;
    let mut blocks = Vec::new();
    for length in [1000, 16_000, 333, 4096].into_iter().cycle() {
        let end = (start + length).min(samples.len());
        if start == end {
            break;
        }
        let time = Time::ZERO + SoundBlock::length(start);
        blocks.push(Ok(SoundBlock { start: time, samples: samples[start..end].to_vec() }));
        start = end;
    }
    Box::new(blocks.into_iter())
}

/// Ten voices over quiet rooms, `seconds` long, speaking for `share` of the time.
pub(crate) fn voices(seconds: f32, share: f32) -> Vec<Speech> {
    (0..10).map(|seed| voice(seconds, share, &mut Dice::new(seed + 100))).collect()
}

/// Phrases of syllables: harmonics of a gliding pitch under two formants, some of them hissing.
fn voice(seconds: f32, share: f32, dice: &mut Dice) -> Speech {
    let length = (seconds * RATE) as usize;
    let floor = 10f32.powf(dice.between(-66.0, -60.0) / 20.0);
    let mut samples: Vec<f32> = (0..length).map(|_| floor * dice.bell()).collect();
    let (pitch, loudness) = (dice.between(95.0, 220.0), 10f32.powf(dice.between(-23.0, -18.0) / 20.0));
    let mut spoken = Vec::new();
    let mut now = dice.between(0.1, 0.4);
    while now < seconds - 1.0 {
        let phrase = dice.between(1.2, 3.0).min(seconds - now - 0.1);
        let end = say(&mut samples, (now, now + phrase), (pitch, loudness), dice);
        spoken.extend(Span::from_seconds(now.into(), end.into()));
        now = end + phrase * (1.0 / share - 1.0) * dice.between(0.7, 1.3);
    }
    Speech { samples, spoken: spoken.into() }
}

/// Says something from a time up to another; gives when it ends.
fn say(samples: &mut [f32], (start, end): (f32, f32), (pitch, loudness): (f32, f32), dice: &mut Dice) -> f32 {
    let mut now = start;
    while now + 0.1 < end {
        let length = dice.between(0.09, 0.22);
        let (formants, hiss) = ([dice.between(300.0, 800.0), dice.between(900.0, 2400.0)], dice.unit() < 0.25);
        let (loud, glide) = (loudness * dice.between(0.5, 1.4), dice.between(-0.15, 0.15));
        let from = (now * RATE) as usize;
        for i in 0..(length * RATE) as usize {
            let (time, part) = (i as f32 / RATE, i as f32 / (length * RATE));
            let tone = |k: usize| {
                let hertz = k as f32 * pitch;
                let near = |formant: &f32| (-((hertz - formant) / 220.0).powi(2)).exp();
                (0.1 + formants.iter().map(near).sum::<f32>()) * (TAU * hertz * time * (1.0 + glide * part)).sin()
            };
            let sound = if hiss { 0.5 * dice.bell() } else { (1..14).map(tone).sum::<f32>() };
            samples[from + i] += loud * (TAU * part / 2.0).sin() * sound;
        }
        now += length + dice.between(0.0, 0.05);
    }
    now
}

pub(crate) fn index(time: Time) -> usize {
    (time.seconds() * f64::from(SAMPLE_RATE)).round() as usize
}
