//! From pictures and sound to readings, findings and a score.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::sync::OnceLock;

use stepreel_core::{Evidence, Findings, Frame, PictureReading, Sample, ScoreCard, SoundTrack, Span, SpanSet, Time};
use stepreel_scoring::conformance::{self, name, segment};
use stepreel_scoring::{PictureMeter, Policy, Scorer, Subject, WeakestLink, measure_sound, session_findings};

use super::dice::Dice;
use super::picture::Image;
use super::sound::{Speech, voices};

pub(crate) fn span(start: f64, end: f64) -> Span {
    Span::from_seconds(start, end).unwrap()
}

pub(crate) fn spans(pairs: &[(f64, f64)]) -> SpanSet {
    pairs.iter().map(|&(start, end)| span(start, end)).collect()
}

/// What the sound of a session is measured as.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) track: SoundTrack,
    pub(crate) spoken: SpanSet,
}

pub(crate) fn heard(speech: &Speech) -> Heard {
    Heard { track: measure_sound(speech.source()).unwrap(), spoken: speech.spoken.clone() }
}

/// Speech for a third of 60 s in a quiet room.
pub(crate) fn healthy_sound() -> &'static Heard {
    static HEALTHY: OnceLock<Heard> = OnceLock::new();
    HEALTHY.get_or_init(|| heard(&voices(60.0, 0.35)[0]))
}

/// What three frames of a scene are read as, the camera moving a little between and within samples.
pub(crate) fn seen(scene: impl Fn(isize) -> Image) -> Vec<PictureReading> {
    let mut meter = PictureMeter::new();
    let frame = |time: f64, image: &Image| Frame { time: Time::from_seconds(time), picture: image.picture() };
    let sample = |index: isize| {
        let time = index as f64;
        let next = frame(time + 1.0 / 30.0, &scene(9 * index + 1));
        Sample { frame: frame(time, &scene(9 * index)), next: Some(next) }
    };
    (0..3).map(|index| meter.read(&sample(index))).collect()
}

/// Readings every `step` seconds for `seconds`, those at a time taken by turns from what `at` gives.
pub(crate) fn timeline<'a>(seconds: f64, step: f64, at: impl Fn(f64) -> &'a [PictureReading]) -> Vec<PictureReading> {
    let count = (seconds / step) as usize;
    let reading = |index: usize| {
        let time = (index as f64 + 0.4) * step;
        let readings = at(time);
        // The first of the three has nothing before it to be compared with.
        PictureReading { time: Time::from_seconds(time), ..readings[1 + index % (readings.len() - 1)].clone() }
    };
    (0..count).map(reading).collect()
}

/// What a meter reads off what is shown every `step` seconds for `seconds`.
pub(crate) fn watched(seconds: f64, step: f64, shown: impl Fn(f64) -> Image) -> Vec<PictureReading> {
    let mut meter = PictureMeter::new();
    let read = |index: usize| {
        let time = (index as f64 + 0.3) * step;
        let frame = Frame { time: Time::from_seconds(time), picture: shown(time).picture() };
        meter.read(&Sample { frame, next: None })
    };
    (0..(seconds / step) as usize).map(read).collect()
}

pub(crate) fn evidence(seconds: f64, pictures: Vec<PictureReading>, sound: Heard) -> Evidence {
    conformance::evidence(seconds, pictures, sound.track, sound.spoken)
}

pub(crate) fn found(evidence: &Evidence) -> Findings {
    session_findings(evidence, &Policy::default())
}

/// The card of the procedure that takes all of a session but a second at either end.
pub(crate) fn card(evidence: &Evidence) -> ScoreCard {
    let end = evidence.recording.duration.as_secs_f64() - 1.0;
    let (segment, name, findings) = (segment(1.0, end), name(), found(evidence));
    WeakestLink::default().score(&Subject { evidence, segment: &segment, name: &name, findings: &findings })
}

/// The card of 60 s of a scene with healthy sound.
pub(crate) fn picture_card(scene: impl Fn(isize) -> Image) -> ScoreCard {
    let readings = seen(scene);
    card(&evidence(60.0, timeline(60.0, 1.0, |_| &readings), healthy_sound().clone()))
}

/// The card of 60 s of speech with healthy pictures.
pub(crate) fn sound_card(speech: &Speech) -> ScoreCard {
    static HEALTHY: OnceLock<Vec<PictureReading>> = OnceLock::new();
    let readings = HEALTHY.get_or_init(|| {
        let scene = &super::picture::sources(1)[3];
        seen(|shift| super::damage::grain(&scene.moved(shift, 0), 1.0, &mut Dice::new(shift as u64)))
    });
    card(&evidence(60.0, timeline(60.0, 1.0, |_| readings), heard(speech)))
}
