//! The record for other programs, with the field names of the interface.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use serde::Serialize;
use stepreel_core::{
    Clip, Name, Procedure, ProcedureId, ProcedureStatus, Provenance, RecordingInfo, ScoreCard, Session, SessionId,
    SessionRecord, Span, TenantId, Thumbnail, Transcript, is_hidden,
};

/// The record as indented JSON: an object with `session`, `procedures`, `recording`, `transcript` and `provenance`.
///
/// Times are seconds from the start of the recording; dates are RFC 3339; `video_url`, `thumbnail_url`, `captions_url` and `storyboard_url` of a
/// procedure are keys of the blob store. `provenance` holds for every procedure.
#[expect(clippy::missing_panics_doc, reason = "it never does: every key is text, and memory takes all that is written")]
pub fn json(record: &SessionRecord) -> String {
    printable(&serde_json::to_string_pretty(&Document::from(record)).expect("every key is text"))
}

/// The record as [`json`] gives it, in one line: for streams of records.
#[expect(clippy::missing_panics_doc, reason = "it never does: every key is text, and memory takes all that is written")]
pub fn json_line(record: &SessionRecord) -> String {
    printable(&serde_json::to_string(&Document::from(record)).expect("every key is text"))
}

/// The same JSON, in which what would control a terminal or reorder text is written as an escape, as JSON itself does only for some
/// of it. Such characters stand in no other place of JSON than inside strings.
pub fn printable(json: &str) -> String {
    let mut printable = String::with_capacity(json.len());
    for character in json.chars() {
        if is_hidden(character) && character != '\n' {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(printable, "\\u{unit:04x}");
            }
        } else {
            printable.push(character);
        }
    }
    printable
}

#[derive(Serialize)]
struct Document<'a> {
    session: &'a Session,
    procedures: Vec<Row<'a>>,
    recording: &'a RecordingInfo,
    transcript: &'a Transcript,
    provenance: &'a Provenance,
}

impl<'a> From<&'a SessionRecord> for Document<'a> {
    fn from(record: &'a SessionRecord) -> Self {
        Self {
            session: &record.session,
            procedures: record.procedures.iter().map(Row::from).collect(),
            recording: &record.recording,
            transcript: &record.transcript,
            provenance: &record.provenance,
        }
    }
}

/// A procedure as the table `procedures` has it.
#[derive(Serialize)]
struct Row<'a> {
    id: ProcedureId,
    tenant_id: &'a TenantId,
    session_id: SessionId,
    ordinal: u32,
    procedure_name: &'a str,
    description: &'a str,
    video_url: &'a str,
    thumbnail_url: Option<&'a str>,
    captions_url: Option<&'a str>,
    storyboard_url: Option<&'a str>,
    duration_seconds: f64,
    status: ProcedureStatus,
    created_at: DateTime<Utc>,
    start_seconds: f64,
    end_seconds: f64,
    interruptions: &'a [Span],
    start_confidence: f32,
    end_confidence: f32,
    score: &'a ScoreCard,
    evidence: &'a Name,
    clip: &'a Clip,
    thumbnail: Option<&'a Thumbnail>,
}

impl<'a> From<&'a Procedure> for Row<'a> {
    fn from(procedure: &'a Procedure) -> Self {
        Self {
            id: procedure.id,
            tenant_id: &procedure.tenant_id,
            session_id: procedure.session_id,
            ordinal: procedure.ordinal,
            procedure_name: &procedure.procedure_name,
            description: &procedure.description,
            video_url: &procedure.video_url,
            thumbnail_url: procedure.thumbnail_url.as_deref(),
            captions_url: procedure.captions_url.as_deref(),
            storyboard_url: procedure.storyboard_url.as_deref(),
            duration_seconds: procedure.duration_seconds,
            status: procedure.status,
            created_at: procedure.created_at,
            start_seconds: procedure.span.start().seconds(),
            end_seconds: procedure.span.end().seconds(),
            interruptions: &procedure.interruptions,
            start_confidence: procedure.confidence.start,
            end_confidence: procedure.confidence.end,
            score: &procedure.score,
            evidence: &procedure.name,
            clip: &procedure.clip,
            thumbnail: procedure.thumbnail.as_ref(),
        }
    }
}
