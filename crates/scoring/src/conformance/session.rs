//! A session to be scored, but for its pictures and sound.

use std::time::Duration;

use stepreel_core::{
    AudioStream, BoundaryConfidence, Evidence, Line, Name, NameSource, PictureReading, RecordingInfo, Rotation,
    Segment, SoundTrack, Span, SpanSet, Time, Transcript, TranscriptSource, Utterance, VideoStream,
};

/// Those readings of a healthy recording, in which a sentence is said every ten seconds and recognised well.
pub fn evidence(seconds: f64, pictures: Vec<PictureReading>, sound: SoundTrack, speech: SpanSet) -> Evidence {
    Evidence {
        recording: recording(seconds),
        embeddings: Vec::new(),
        pictures,
        sound: Some(sound),
        speech,
        transcript: transcript(seconds),
    }
}

/// A healthy recording of that length: pictures and sound from start to end.
pub fn recording(seconds: f64) -> RecordingInfo {
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

/// A good title, and a line for each of the first three sentences.
pub fn name() -> Name {
    let line =
        |start: f64| Line { text: "Turn the valve".to_owned(), span: span(start, start + 4.0), evidence: vec![0] };
    Name {
        description: vec![line(2.0), line(12.0), line(22.0)],
        steps: 3,
        confidence: 0.9,
        ..Name::new("Replace the gas valve", NameSource::Announced, vec![0])
    }
}

/// A stretch of work with clear boundaries.
///
/// # Panics
/// When it ends before it starts.
pub fn segment(start: f64, end: f64) -> Segment {
    Segment::new(span(start, end), BoundaryConfidence { start: 0.95, end: 0.95 })
}

fn span(start: f64, end: f64) -> Span {
    Span::from_seconds(start, end).expect("a stretch of work has a length")
}
