//! Records in which nothing that can be there is missing, and in which everything that can be missing is.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use stepreel_core::{
    AudioStream, BoundaryConfidence, Clip, Component, CutMethod, Device, Digest, Finding, FindingCode, Findings, Line,
    Name, NameSource, Outcome, Procedure, ProcedureStatus, Provenance, Reason, RecordingInfo, Role, Rotation, Score,
    ScoreCard, Session, SessionId, SessionRecord, SessionStatus, Severity, Span, SpanSet, StageProvenance,
    SubtitleStream, TenantId, Thumbnail, Time, Transcript, TranscriptSource, Utterance, VideoStream, Word,
};

/// A completed session of two procedures, with every field filled; `recording` tells one from another.
pub fn completed(tenant: &TenantId, recording: u8) -> SessionRecord {
    let session = session(tenant, recording);
    SessionRecord {
        procedures: vec![procedure(&session, 1), bare(procedure(&session, 2))],
        session,
        recording: recording_info(),
        transcript: transcript(),
        provenance: provenance(),
    }
}

/// A session of the same recording that failed: nothing came of it.
pub fn failed(tenant: &TenantId, recording: u8) -> SessionRecord {
    let session = Session {
        engineer: None,
        started_at: None,
        status: SessionStatus::Failed,
        outcome: Some(Outcome::Rejected),
        findings: Findings::from(vec![finding(FindingCode::VideoStreamMissing, Severity::Failure)]),
        score: None,
        filmstrip_url: None,
        summary: String::new(),
        ..session(tenant, recording)
    };
    let nothing = RecordingInfo {
        duration: Duration::ZERO,
        declared_duration: None,
        video: None,
        audio: None,
        subtitles: Vec::new(),
        ..recording_info()
    };
    SessionRecord {
        session,
        procedures: Vec::new(),
        recording: nothing,
        transcript: Transcript::default(),
        provenance: Provenance::default(),
    }
}

fn session(tenant: &TenantId, recording: u8) -> Session {
    let recording = Digest::new([recording; 32]);
    Session {
        id: SessionId::of(tenant, recording),
        tenant_id: tenant.clone(),
        title: "'); DROP TABLE sessions; -- \u{202e}4pm.✂".to_owned(),
        engineer: Some("Zoë O'Neill".to_owned()),
        role: Role::Trainer,
        started_at: Some(moment() - TimeDelta::hours(1)),
        completed_at: Some(moment() + TimeDelta::nanoseconds(123_456_789)),
        duration_seconds: 1_234.567_891,
        video_url: "file:///recordings/a%20b.mp4".to_owned(),
        recording_sha256: recording,
        status: SessionStatus::Completed,
        outcome: Some(Outcome::Degraded),
        findings: Findings::from(vec![
            finding(FindingCode::VideoFrozen, Severity::Info),
            finding(FindingCode::AudioDropout, Severity::Warning),
        ]),
        score: Some(score()),
        filmstrip_url: Some(format!("{tenant}/filmstrip.jpg")),
        summary: "Two procedures.\nSound was lost for a while.".to_owned(),
        created_at: moment(),
    }
}

fn procedure(session: &Session, ordinal: u32) -> Procedure {
    let asked = span(100.1 * f64::from(ordinal), 100.1 * f64::from(ordinal) + 60.0);
    Procedure {
        id: session.id.procedure(ordinal),
        tenant_id: session.tenant_id.clone(),
        session_id: session.id,
        ordinal,
        procedure_name: format!("Replace the fuel filter {ordinal}"),
        description: "1:41.0 Close the \"valve\".\n1:50.5 Loosen the cap.".to_owned(),
        video_url: format!("{}/{ordinal}.mp4", session.id),
        thumbnail_url: Some(format!("{}/{ordinal}.jpg", session.id)),
        captions_url: Some(format!("{}/{ordinal}.vtt", session.id)),
        storyboard_url: Some(format!("{}/{ordinal}-board.vtt", session.id)),
        duration_seconds: 60.033_333,
        status: ProcedureStatus::Approved,
        created_at: moment(),
        span: asked,
        interruptions: vec![span(110.0, 112.5), span(120.0, 120.000_001)],
        confidence: BoundaryConfidence { start: 0.9, end: 1.0 / 3.0 },
        score: score(),
        name: name(),
        clip: Clip {
            asked,
            real: span(100.066_667, 160.1),
            frames: 1801,
            sound_offset: Some(-0.021),
            copied: 1200,
            sound_copied: true,
            method: CutMethod::SmartCut,
            why_encoded: None,
        },
        thumbnail: Some(Thumbnail { time: Time::from_seconds(131.5), width: 640, height: 360 }),
    }
}

/// The same without anything that a procedure can lack.
fn bare(procedure: Procedure) -> Procedure {
    Procedure {
        description: String::new(),
        thumbnail_url: None,
        captions_url: None,
        storyboard_url: None,
        status: ProcedureStatus::Excluded,
        interruptions: Vec::new(),
        confidence: BoundaryConfidence { start: 0.0, end: 1.0 },
        clip: Clip { sound_offset: None, ..procedure.clip },
        thumbnail: None,
        ..procedure
    }
}

fn name() -> Name {
    Name {
        description: vec![Line { text: "Close the valve".to_owned(), span: span(101.0, 103.5), evidence: vec![0, 1] }],
        confidence: 0.1,
        ..Name::new("Replace the fuel filter", NameSource::Announced, vec![0])
    }
}

fn score() -> ScoreCard {
    ScoreCard {
        total: Score::rounded(71.4),
        profile: "v1".to_owned(),
        components: vec![
            Component {
                name: "sharpness".to_owned(),
                measured: Some(1.0 / 3.0),
                unit: "pixels".to_owned(),
                points: Some(95.25),
            },
            Component { name: "speech".to_owned(), measured: None, unit: "share".to_owned(), points: None },
        ],
        reasons: vec![Reason {
            component: "sharpness".to_owned(),
            points_lost: 4.75,
            ranges: ranges(),
            message: "The picture was soft for 12 s.".to_owned(),
        }],
    }
}

fn finding(code: FindingCode, severity: Severity) -> Finding {
    Finding {
        code,
        severity,
        ranges: ranges(),
        measured: 0.1 + 0.2,
        threshold: -55.0,
        unit: "dBFS".to_owned(),
        message: "The sound was lost from 3:20 to 3:50.".to_owned(),
    }
}

fn transcript() -> Transcript {
    let word = |start: f64, text: &str, probability: Option<f32>| Word {
        span: span(start, start + 0.3),
        text: text.to_owned(),
        probability,
    };
    let heard = Utterance {
        span: span(100.2, 104.0),
        text: "Now we close the valve.".to_owned(),
        words: vec![word(100.2, "Now", Some(0.9)), word(100.6, "we", None)],
        log_probability: Some(-0.3),
        no_speech: Some(0.01),
        reliable: true,
    };
    let invented = Utterance {
        span: span(104.0, 104.000_001),
        text: "Thanks for watching!".to_owned(),
        words: Vec::new(),
        log_probability: None,
        no_speech: None,
        reliable: false,
    };
    Transcript { source: TranscriptSource::Whisper, language: Some("en".to_owned()), utterances: vec![heard, invented] }
}

fn recording_info() -> RecordingInfo {
    RecordingInfo {
        container: "mov,mp4,m4a,3gp,3g2,mj2".to_owned(),
        duration: Duration::from_micros(1_234_567_891),
        declared_duration: Some(Duration::from_secs(2000)),
        container_start: Time::from_seconds(-0.021_333),
        bytes: 123_456_789_012,
        video: Some(video()),
        audio: Some(AudioStream {
            index: 1,
            codec: "aac".to_owned(),
            sample_rate: 48_000,
            channels: 2,
            start: Time::ZERO,
            end: Time::from_seconds(1234.5),
            gaps: ranges(),
        }),
        subtitles: vec![SubtitleStream { index: 2, codec: "mov_text".to_owned(), language: Some("eng".to_owned()) }],
    }
}

fn video() -> VideoStream {
    VideoStream {
        index: 0,
        codec: "h264".to_owned(),
        width: 720,
        height: 1280,
        rotation: Rotation::Quarter,
        rate: Some(29.97),
        variable_rate: true,
        start: Time::from_seconds(0.033_367),
        end: Time::from_seconds(1_234.567_891),
        gaps: SpanSet::default(),
        key_frames: (0..4).map(|i| Time::from_seconds(f64::from(i) * 2.002)).collect(),
    }
}

fn provenance() -> Provenance {
    Provenance {
        version: "0.1.0".to_owned(),
        configuration: "[encoder]\nkind = \"onnx\"\n".to_owned(),
        stages: vec![StageProvenance {
            stage: "encoder".to_owned(),
            kind: "onnx".to_owned(),
            model: Some("mobilenet-v1".to_owned()),
            model_sha256: Some(Digest::new([9; 32])),
            device: Some(Device::Cpu),
            settings: "1 fps".to_owned(),
        }],
        warnings: vec!["Captions were used: there is no Whisper model.".to_owned()],
    }
}

fn ranges() -> SpanSet {
    [span(200.0, 230.25), span(400.5, 401.0)].into_iter().collect()
}

fn span(start: f64, end: f64) -> Span {
    Span::from_seconds(start, end).expect("the spans in this file end after they start")
}

/// A time with all digits that a store has to keep.
fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp(1_764_000_000, 987_654_321).expect("a time of this century")
}
