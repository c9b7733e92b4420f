//! From pictures and sound to readings, findings and a score.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::sync::OnceLock;
use std::time::Duration;

use stepreel_core::{
    AudioStream, BoundaryConfidence, Evidence, Findings, Frame, Line, Name, NameSource, PictureReading, RecordingInfo,
    Rotation, Sample, ScoreCard, Segment, SoundTrack, Span, SpanSet, Time, Transcript, TranscriptSource, Utterance,
    VideoStream,
};
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

/// A healthy recording of that length: pictures and sound from start to end.
pub(crate) fn recording(seconds: f64) -> RecordingInfo {
    let (start, end) = (Time::ZERO, Time::from_seconds(seconds));
    let video = VideoStream {
        index: 0,
        codec: "h264".to_owned(),
        width: 1280,
        height: 720,
        rotation: Rotation::None,
        rate: Some(30.0),
        variable_rate: false,
        start,
        end,
        gaps: SpanSet::default(),
        key_frames: vec![start],
    };
    let audio = AudioStream {
        index: 1,
        codec: "aac".to_owned(),
        sample_rate: 48_000,
        channels: 1,
        start,
        end,
        gaps: SpanSet::default(),
    };
    RecordingInfo {
        container: "mov,mp4,m4a,3gp,3g2,mj2".to_owned(),
        duration: Duration::from_secs_f64(seconds),
        declared_duration: None,
        container_start: Time::ZERO,
        bytes: 1,
        video: Some(video),
        audio: Some(audio),
        subtitles: Vec::new(),
    }
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
    Evidence {
        recording: recording(seconds),
        embeddings: Vec::new(),
        pictures,
        sound: Some(sound.track),
        speech: sound.spoken,
        transcript: transcript(seconds),
    }
}

/// A sentence every ten seconds, recognised well.
fn transcript(seconds: f64) -> Transcript {
    let utterance = |index: usize| Utterance {
        span: span(10.0 * index as f64 + 2.0, 10.0 * index as f64 + 6.0),
        text: "Now turn the valve slowly to the left".to_owned(),
        words: Vec::new(),
        log_probability: Some(-0.2),
        no_speech: Some(0.01),
        reliable: true,
    };
    let utterances = (0..(seconds / 10.0) as usize).map(utterance).collect();
    Transcript { source: TranscriptSource::Whisper, language: Some("en".to_owned()), utterances }
}

pub(crate) fn name() -> Name {
    let line =
        |start: f64| Line { text: "Turn the valve".to_owned(), span: span(start, start + 4.0), evidence: vec![0] };
    Name {
        title: "Replace the gas valve".to_owned(),
        description: vec![line(2.0), line(12.0), line(22.0)],
        confidence: 0.9,
        source: NameSource::Announced,
        evidence: vec![0],
    }
}

pub(crate) fn segment(start: f64, end: f64) -> Segment {
    Segment::new(span(start, end), BoundaryConfidence { start: 0.95, end: 0.95 })
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
