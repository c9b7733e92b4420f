//! An hour of evidence: half a minute again and again, at another place every four minutes.

use std::time::Duration;

use stepreel_core::{
    Embedding, Evidence, PictureReading, SoundTrack, Span, SpanSet, Transcript, TranscriptSource, Utterance,
};
use stepreel_scoring::{PictureMeter, measure_sound};
use stepreel_transcription::{Silero, VoiceActivity};

use crate::take::Take;

const TIMES: u32 = 120;
const PERIOD: Duration = Duration::from_secs(30);
/// Repetitions at one place.
const STAY: u32 = 8;

pub(crate) fn evidence(take: &Take) -> Evidence {
    let mut recording = take.recording.info().clone();
    recording.duration = PERIOD * TIMES;
    if let Some(video) = &mut recording.video {
        let once = std::mem::take(&mut video.key_frames);
        video.key_frames = repeated(&once, |&time, offset, _| time + offset);
        video.end = video.start + recording.duration;
    }
    let mut meter = PictureMeter::new();
    let readings: Vec<PictureReading> = take.samples.iter().map(|sample| meter.read(sample)).collect();
    let vectors = take.encoder.encode(&take.pictures()).expect("it ran before");
    let times = take.samples.iter().map(|sample| sample.frame.time);
    let embeddings: Vec<Embedding> = times.zip(vectors).map(|(time, vector)| Embedding { time, vector }).collect();
    let speech = Silero::default().speech(Box::new(take.sound.iter().cloned().map(Ok))).expect("it does not fail");
    Evidence {
        recording,
        embeddings: repeated(&embeddings, |embedding, offset, place| Embedding {
            time: embedding.time + offset,
            vector: elsewhere(&embedding.vector, place),
        }),
        pictures: repeated(&readings, |reading, offset, _| PictureReading { time: reading.time + offset, ..*reading }),
        sound: Some(sound(take)),
        speech: SpanSet::from_iter(repeated(speech.spans(), |&span, offset, _| moved(span, offset))),
        transcript: transcript(take),
    }
}

fn repeated<T, U>(once: &[T], change: impl Fn(&T, Duration, u32) -> U) -> Vec<U> {
    (0..TIMES)
        .flat_map(|time| once.iter().map(move |item| (item, time)))
        .map(|(item, time)| change(item, PERIOD * time, time / STAY))
        .collect()
}

/// The view of another place: as long, and in another direction.
fn elsewhere(vector: &[f32], place: u32) -> Vec<f32> {
    let mut turned = vector.to_vec();
    turned.rotate_left(place as usize * 17 % vector.len());
    turned
}

fn moved(span: Span, offset: Duration) -> Span {
    Span::new(span.start() + offset, span.end() + offset).expect("it is as long as before")
}

fn sound(take: &Take) -> SoundTrack {
    let once = measure_sound(Box::new(take.sound.iter().cloned().map(Ok))).expect("it does not fail");
    let times = TIMES as usize;
    SoundTrack {
        level_db: once.level_db.repeat(times),
        clipped: once.clipped.repeat(times),
        background: once.background.repeat(times),
        dropouts: SpanSet::default(),
    }
}

fn transcript(take: &Take) -> Transcript {
    let utterances = repeated(&take.truth.utterances, |said, offset, _| Utterance {
        span: moved(said.span, offset),
        text: said.text.clone(),
        words: Vec::new(),
        log_probability: None,
        no_speech: None,
        reliable: true,
    });
    Transcript { source: TranscriptSource::Captions, language: Some("en".to_owned()), utterances }
}
