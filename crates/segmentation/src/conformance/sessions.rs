//! Evidence to run segmenters on.

use std::time::Duration;

use stepreel_core::{
    Embedding, Evidence, PictureReading, RecordingInfo, SoundTrack, Span, SpanSet, Time, Transcript, TranscriptSource,
    Utterance,
};

/// Sessions that a segmenter gets wrong easily: of every length, with each modality alone, with all, with none, and with
/// evidence from after the end.
pub fn sessions() -> Vec<Evidence> {
    let lengths = [0.001, 1.0, 7.3, 60.0, 1200.0];
    let of_length = lengths.into_iter().flat_map(|seconds| {
        let (seen, said, heard) = (seen(seconds), said(seconds), heard(seconds));
        let all = Evidence { sound: heard.sound.clone(), ..with_words(seen.clone(), said.clone()) };
        [nothing(seconds), seen, said, heard, all]
    });
    let after_the_end = with_words(seen(600.0), said(600.0));
    let after_the_end = Evidence { recording: nothing(200.0).recording, ..after_the_end };
    of_length.chain([after_the_end]).collect()
}

/// Evidence of nothing but words, in order of time.
pub fn words_only(said: Vec<(Span, String)>, seconds: f64) -> Evidence {
    let utterance = |(span, text)| Utterance {
        span,
        text,
        words: Vec::new(),
        log_probability: None,
        no_speech: None,
        reliable: true,
    };
    let transcript = Transcript {
        source: TranscriptSource::Captions,
        language: Some("en".to_owned()),
        utterances: said.into_iter().map(utterance).collect(),
    };
    Evidence { speech: transcript.utterances.iter().map(|said| said.span).collect(), transcript, ..nothing(seconds) }
}

/// A recording of which nothing is known but its length.
pub fn nothing(seconds: f64) -> Evidence {
    let recording = RecordingInfo {
        container: "matroska,webm".to_owned(),
        duration: Duration::from_secs_f64(seconds),
        declared_duration: None,
        container_start: Time::ZERO,
        bytes: 0,
        video: None,
        audio: None,
        subtitles: Vec::new(),
    };
    Evidence {
        recording,
        embeddings: Vec::new(),
        pictures: Vec::new(),
        sound: None,
        speech: SpanSet::default(),
        transcript: Transcript::default(),
    }
}

/// Two scenes by turns, five minutes each, a frame every second.
fn seen(seconds: f64) -> Evidence {
    let times = || (0..seconds.ceil() as u32).map(|second| Time::from_seconds(f64::from(second)));
    let scene = |time: Time| (time.seconds() / 300.0) as usize % 2;
    let vector = |time: Time| (0..16).map(|at| f32::from(u8::from(at == scene(time)))).collect();
    Evidence {
        embeddings: times().map(|time| Embedding { time, vector: vector(time) }).collect(),
        pictures: times().map(|time| PictureReading { time, ..PictureReading::default() }).collect(),
        ..nothing(seconds)
    }
}

/// Something is said every twenty seconds, each procedure announced and closed.
fn said(seconds: f64) -> Evidence {
    let texts = [
        "Next up is replacing the drive belt.",
        "Loosen the bolt of the tensioner with the wrench.",
        "Take the belt off the pulley.",
        "Put the new belt on the pulley.",
        "That's the belt done.",
        "So, how was your weekend?",
    ];
    let utterance = |(at, text): (u32, &str)| {
        let start = f64::from(at) * 20.0;
        Some((Span::from_seconds(start, (start + 4.0).min(seconds))?, text.to_owned()))
    };
    let spoken = (0..(seconds / 20.0).ceil() as u32).zip(texts.into_iter().cycle());
    words_only(spoken.filter_map(utterance).collect(), seconds)
}

/// A background that changes every five minutes.
fn heard(seconds: f64) -> Evidence {
    let level = |second: u32| if (second / 300).is_multiple_of(2) { -60.0 } else { -30.0 };
    let background = (0..seconds as u32).map(|second| [level(second); 8]).collect();
    let track = SoundTrack { background, ..SoundTrack::default() };
    Evidence { sound: Some(track), ..nothing(seconds) }
}

fn with_words(evidence: Evidence, said: Evidence) -> Evidence {
    Evidence { speech: said.speech, transcript: said.transcript, ..evidence }
}
