//! A session as the pipeline makes them: a boiler service of twenty minutes, with two faults of the recording.

#![allow(dead_code, reason = "not every program that shares this file uses all of it")]

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use stepreel_core::{
    AudioStream, BoundaryConfidence, Clip, Component, CutMethod, Digest, Finding, FindingCode, Findings, Line, Name,
    NameSource, Outcome, Procedure, ProcedureStatus, Provenance, Reason, RecordingInfo, Role, Rotation, Score,
    ScoreCard, Session, SessionId, SessionRecord, SessionStatus, Severity, Span, SpanSet, StageProvenance, TenantId,
    Thumbnail, Time, Transcript, TranscriptSource, Utterance, VideoStream,
};

/// Six procedures, one of them excluded; the lens was covered and the sound was lost for a while.
pub(crate) fn completed() -> SessionRecord {
    let tenant: TenantId = "acme".parse().expect("a tenant");
    let recording = Digest::new([0x5a; 32]);
    let mut session = session(SessionId::of(&tenant, recording), tenant, recording);
    session.findings = Findings::from(vec![
        finding(FindingCode::CameraOccluded, &[(845.0, 889.0)], "Something covered the lens for 44 s."),
        finding(FindingCode::AudioDropout, &[(602.0, 614.0), (655.0, 671.0)], "The sound was lost for 28 s."),
    ]);
    let procedures = WORK.iter().zip(1..).map(|(work, ordinal)| procedure(&session, ordinal, work)).collect();
    SessionRecord {
        session,
        procedures,
        recording: recording_info(),
        transcript: transcript(),
        provenance: provenance(),
    }
}

/// The same recording, had the lens been covered all the time.
pub(crate) fn failed() -> SessionRecord {
    let good = completed();
    let message = "Something covered the lens for nearly the whole session: check the glasses before starting.";
    let occluded =
        Finding { severity: Severity::Failure, ..finding(FindingCode::CameraOccluded, &[(12.0, 1190.0)], message) };
    let silent = finding(FindingCode::AudioSilent, &[(0.0, 1234.0)], "Nothing was heard above the noise of the room.");
    let session = Session {
        status: SessionStatus::Failed,
        outcome: Some(Outcome::Rejected),
        findings: Findings::from(vec![silent, occluded]),
        score: None,
        summary: String::new(),
        ..good.session
    };
    SessionRecord { session, procedures: Vec::new(), transcript: Transcript::default(), ..good }
}

struct Work {
    title: &'static str,
    source: NameSource,
    span: (f64, f64),
    score: f64,
    steps: &'static [(f64, &'static str)],
}

const WORK: [Work; 6] = [
    Work {
        title: "Isolate the boiler",
        source: NameSource::Announced,
        span: (42.3, 171.8),
        score: 91.0,
        steps: &[
            (48.0, "Switch the boiler off at the control panel"),
            (75.0, "Close the gas valve under the unit"),
            (118.0, "Lock the isolator and hang the tag"),
        ],
    },
    Work {
        title: "Replace the ignition electrode",
        source: NameSource::Announced,
        span: (203.5, 398.1),
        score: 88.0,
        steps: &[
            (210.0, "Take the front cover off"),
            (241.0, "Pull the ignition lead"),
            (262.0, "Undo the two screws of the electrode"),
            (318.0, "Set the gap of the new one to 4 mm"),
            (377.0, "Push the lead back on until it clicks"),
        ],
    },
    Work {
        title: "Clean the burner and the heat exchanger before the gaskets go back in",
        source: NameSource::Inferred,
        span: (421.0, 689.0),
        score: 67.0,
        steps: &[(430.0, "Brush the fins from top to bottom"), (560.0, "Vacuum what fell into the tray")],
    },
    Work { title: "Unnamed procedure 4", source: NameSource::Generic, span: (702.0, 728.0), score: 58.0, steps: &[] },
    Work {
        title: "Top up the system pressure",
        source: NameSource::Inferred,
        span: (811.0, 921.4),
        score: 38.0,
        steps: &[(820.0, "Open the filling loop"), (900.0, "Stop at one and a half bar")],
    },
    Work {
        title: "Check the flue gas",
        source: NameSource::Closing,
        span: (986.2, 1189.6),
        score: 94.0,
        steps: &[
            (995.0, "Put the probe into the flue port"),
            (1040.0, "Wait until the reading settles"),
            (1130.0, "Write down the carbon monoxide and the ratio"),
        ],
    },
];

fn session(id: SessionId, tenant_id: TenantId, recording_sha256: Digest) -> Session {
    Session {
        id,
        tenant_id,
        title: "Boiler service, unit 4".to_owned(),
        engineer: Some("Zoë Okafor".to_owned()),
        role: Role::Trainer,
        started_at: Some(moment()),
        completed_at: Some(moment() + TimeDelta::minutes(25)),
        duration_seconds: LENGTH,
        video_url: "file:///recordings/boiler%20service.mp4".to_owned(),
        recording_sha256,
        status: SessionStatus::Completed,
        outcome: Some(Outcome::Degraded),
        findings: Findings::default(),
        score: Some(score(76.0)),
        filmstrip_url: Some("filmstrip.jpg".to_owned()),
        summary:
            "Six procedures, from isolating the boiler to checking the flue gas. One is excluded: the lens was covered \
                  for most of it."
                .to_owned(),
        created_at: moment() + TimeDelta::minutes(21),
    }
}

fn procedure(session: &Session, ordinal: u32, work: &Work) -> Procedure {
    let asked = span(work.span);
    let real = span((work.span.0 - 0.033, work.span.1 + 0.021));
    let lines = work.steps.iter().map(|&(at, text)| Line {
        text: text.to_owned(),
        span: span((at, at + 4.0)),
        evidence: Vec::new(),
    });
    let name = Name {
        description: lines.collect(),
        confidence: if work.source == NameSource::Generic { 0.0 } else { 0.82 },
        ..Name::new(work.title, work.source, if ordinal == 2 { vec![4] } else { Vec::new() })
    };
    Procedure {
        id: session.id.procedure(ordinal),
        tenant_id: session.tenant_id.clone(),
        session_id: session.id,
        ordinal,
        procedure_name: work.title.to_owned(),
        description: work.steps.iter().map(|(_, text)| *text).collect::<Vec<_>>().join("\n"),
        video_url: format!("{ordinal}.mp4"),
        thumbnail_url: Some(format!("{ordinal}.jpg")),
        captions_url: Some(format!("{ordinal}.vtt")),
        storyboard_url: None,
        duration_seconds: real.seconds(),
        status: if work.score < 50.0 { ProcedureStatus::Excluded } else { ProcedureStatus::Approved },
        created_at: session.created_at,
        span: asked,
        interruptions: if ordinal == 3 { vec![span((480.0, 512.0))] } else { Vec::new() },
        confidence: BoundaryConfidence { start: 0.93, end: 0.41 },
        score: score(work.score),
        name,
        clip: Clip {
            asked,
            real,
            frames: (real.seconds() * 30.0) as u64,
            sound_offset: Some(-0.012),
            copied: 0,
            sound_copied: false,
            method: CutMethod::Reencode,
            why_encoded: None,
        },
        thumbnail: Some(Thumbnail { time: asked.middle(), width: 640, height: 360 }),
    }
}

fn score(total: f64) -> ScoreCard {
    let component = |name: &str, measured: Option<f64>, unit: &str, points: Option<f64>| Component {
        name: name.to_owned(),
        measured,
        unit: unit.to_owned(),
        points,
    };
    let reason = |component: &str, points_lost: f64, message: &str| Reason {
        component: component.to_owned(),
        points_lost,
        ranges: SpanSet::default(),
        message: message.to_owned(),
    };
    ScoreCard {
        total: Score::rounded(total),
        profile: "v1".to_owned(),
        components: vec![
            component("sharpness", Some(8.4), "px", Some(100.0 - (100.0 - total) * 0.3)),
            component("exposure", Some(0.03), "share clipped", Some(97.0)),
            component("visibility", Some(0.24), "share covered", Some(total * 0.9)),
            component("stability", None, "", None),
            component("speech", Some(0.41), "share", Some(88.0)),
            component("sound", Some(-31.5), "dB", Some(62.0)),
            component("completeness", Some(1.0), "share", Some(100.0)),
        ],
        reasons: vec![
            reason("visibility", (100.0 - total) * 0.6, "The lens was covered for 24% of the time."),
            reason("sound", (100.0 - total) * 0.3, "The background noise is only 11 dB below the voice."),
        ],
    }
}

fn finding(code: FindingCode, ranges: &[(f64, f64)], message: &str) -> Finding {
    Finding {
        code,
        severity: Severity::Warning,
        ranges: ranges.iter().copied().map(span).collect(),
        measured: 0.036,
        threshold: 0.02,
        unit: "share of session".to_owned(),
        message: message.to_owned(),
    }
}

fn transcript() -> Transcript {
    let lines: [(f64, &str, bool); 16] = [
        (4.0, "Morning. Right, this is unit four, it has been locking out since Friday.", true),
        (44.0, "First of all we isolate the boiler.", true),
        (49.0, "Off at the panel, then the gas valve down here.", true),
        (119.0, "Lock and tag, always, even when you are alone in the plant room.", true),
        (204.0, "Now we are going to replace the ignition electrode.", true),
        (242.0, "The lead just pulls off. Don't twist it, the ceramic is brittle.", true),
        (319.0, "Four millimetres. Use the gauge, not your eye.", true),
        (378.0, "There. It clicks when it is home.", true),
        (431.0, "Brush from the top down, or you will do it twice.", true),
        (603.0, "Thanks for watching, and don't forget to subscribe.", false),
        (705.0, "Hm.", true),
        (821.0, "Filling loop open, slowly.", true),
        (901.0, "One and a half bar, and stop.", true),
        (996.0, "The probe goes into the port on the left.", true),
        (1131.0, "Nine parts per million, ratio point zero zero one. That is fine.", true),
        (1181.0, "So that is the flue gas checked.", true),
    ];
    let utterances = lines.map(|(start, text, reliable)| Utterance {
        span: span((start, start + 0.38 * text.split(' ').count() as f64)),
        text: text.to_owned(),
        words: Vec::new(),
        log_probability: Some(-0.3),
        no_speech: Some(0.02),
        reliable,
    });
    Transcript { source: TranscriptSource::Whisper, language: Some("en".to_owned()), utterances: utterances.into() }
}

fn recording_info() -> RecordingInfo {
    let end = Time::from_seconds(LENGTH);
    RecordingInfo {
        container: "mov,mp4,m4a,3gp,3g2,mj2".to_owned(),
        duration: Duration::from_secs_f64(LENGTH),
        declared_duration: None,
        container_start: Time::ZERO,
        bytes: 771_000_000,
        video: Some(VideoStream {
            index: 0,
            codec: "h264".to_owned(),
            width: 1280,
            height: 720,
            rotation: Rotation::None,
            rate: Some(29.97),
            variable_rate: true,
            start: Time::ZERO,
            end,
            gaps: SpanSet::default(),
            key_frames: Vec::new(),
        }),
        audio: Some(AudioStream {
            index: 1,
            codec: "aac".to_owned(),
            sample_rate: 48_000,
            channels: 1,
            start: Time::ZERO,
            end,
            gaps: SpanSet::default(),
        }),
        subtitles: Vec::new(),
    }
}

fn provenance() -> Provenance {
    let stage = |stage: &str, kind: &str, model: Option<&str>, settings: &str| StageProvenance {
        stage: stage.to_owned(),
        kind: kind.to_owned(),
        model: model.map(str::to_owned),
        model_sha256: model.map(|_| Digest::new([0xc4; 32])),
        device: None,
        settings: settings.to_owned(),
    };
    Provenance {
        version: "0.1.0".to_owned(),
        configuration: "[encoder]\nkind = \"onnx\"\nmodel = \"mobilenet-v1\"\n\n[transcriber]\nkind = \"whisper\"\n"
            .to_owned(),
        stages: vec![
            stage("frames", "ffmpeg", None, "key frames, 1 a second at most, 240 lines"),
            stage("encoder", "onnx", Some("mobilenet-v1"), "onnxruntime 1.32.0"),
            stage("transcriber", "whisper", Some("stepreel-small"), "earshot, greedy, 2 threads"),
            stage("segmenter", "change-point", None, "length prior 150 s, boundary 6.5"),
        ],
        warnings: vec!["Every key frame was used: they are 2 s apart, less dense than the configured 1 s.".to_owned()],
    }
}

/// Length of the recording in seconds.
const LENGTH: f64 = 1234.5;

fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_329_660, 0).expect("a time of this century")
}

fn span((start, end): (f64, f64)) -> Span {
    Span::from_seconds(start, end).expect("the spans in this file end after they start")
}
