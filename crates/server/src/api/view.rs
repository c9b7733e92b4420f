//! Records as clients get them: URLs in place of keys.

use chrono::{DateTime, Utc};
use serde::Serialize;
use stepreel_core::{Procedure, SessionRecord, Transcript};
use stepreel_storage::{BlobKey, Listed};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;

/// A session in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionInList {
    id: Uuid,
    title: String,
    engineer: Option<String>,
    /// `trainer` or `trainee`.
    #[schema(value_type = String)]
    role: stepreel_core::Role,
    /// `uploading`, `queued`, `in_progress`, `completed` or `failed`.
    #[schema(value_type = String)]
    status: stepreel_core::SessionStatus,
    /// `extracted`, `degraded` or `rejected`; nothing until it ended.
    #[schema(value_type = Option<String>)]
    outcome: Option<stepreel_core::Outcome>,
    duration_seconds: f64,
    /// 0-100.
    score: Option<u8>,
    /// When the recording began, or else when it arrived.
    date: DateTime<Utc>,
    /// Procedures that are approved.
    approved: u32,
    /// Procedures that are excluded.
    excluded: u32,
    /// A picture, good for at least five minutes.
    thumbnail_url: Option<String>,
    /// The gravest finding, in a sentence.
    reason: Option<String>,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionDetail {
    #[serde(flatten)]
    session: SessionInList,
    /// The recording, good for at least five minutes.
    video_url: Option<String>,
    /// A sentence or two on what was done, or why nothing came of it.
    summary: Option<String>,
    /// Reason codes with the ranges behind them.
    #[schema(value_type = Vec<Object>)]
    findings: serde_json::Value,
    /// The score's components and reasons.
    #[schema(value_type = Option<Object>)]
    score_card: Option<serde_json::Value>,
    /// In order.
    procedures: Vec<ProcedureDetail>,
}

/// A procedure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProcedureDetail {
    id: Uuid,
    session_id: Uuid,
    /// Its place in the session, from 1.
    ordinal: u32,
    procedure_name: String,
    /// May be empty.
    description: String,
    /// Its clip, good for at least five minutes.
    video_url: Option<String>,
    /// The clip to be saved under the procedure's name.
    download_url: Option<String>,
    thumbnail_url: Option<String>,
    captions_url: Option<String>,
    duration_seconds: f64,
    /// `approved` or `excluded`.
    #[schema(value_type = String)]
    status: stepreel_core::ProcedureStatus,
    created_at: DateTime<Utc>,
    start_seconds: f64,
    end_seconds: f64,
    /// The score with its components and reasons.
    #[schema(value_type = Object)]
    score: serde_json::Value,
    /// What the name rests on.
    #[schema(value_type = Object)]
    evidence: serde_json::Value,
}

/// What was said.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Said {
    language: Option<String>,
    /// With times, words, and how sure each is.
    #[schema(value_type = Vec<Object>)]
    utterances: serde_json::Value,
}

impl SessionInList {
    pub(super) fn new(app: &App, listed: Listed) -> Self {
        let thumbnail_url = listed.thumbnail_url.as_ref().and_then(|key| signed(app, key));
        Self { thumbnail_url, ..Self::without_urls(listed) }
    }

    /// For whoever reads it when URLs would have expired.
    pub(crate) fn without_urls(listed: Listed) -> Self {
        Self {
            id: listed.id.0,
            title: listed.title,
            engineer: listed.engineer,
            role: listed.role,
            status: listed.status,
            outcome: listed.outcome,
            duration_seconds: listed.duration_seconds,
            score: listed.score,
            date: listed.date,
            approved: listed.approved,
            excluded: listed.excluded,
            thumbnail_url: None,
            reason: listed.reason,
        }
    }
}

impl SessionDetail {
    /// What a list shows, with what a finished run knows.
    pub(super) fn new(app: &App, listed: Listed, record: Option<SessionRecord>) -> Self {
        let video_url = signed(app, &listed.video_url);
        let session = SessionInList::new(app, listed);
        let Some(record) = record else {
            let (findings, procedures) = (serde_json::json!([]), Vec::new());
            return Self { session, video_url, summary: None, findings, score_card: None, procedures };
        };
        Self {
            session,
            video_url,
            summary: Some(record.session.summary),
            findings: json(&record.session.findings.all()),
            score_card: record.session.score.as_ref().map(json),
            procedures: record.procedures.into_iter().map(|procedure| ProcedureDetail::new(app, procedure)).collect(),
        }
    }
}

impl ProcedureDetail {
    pub(super) fn new(app: &App, procedure: Procedure) -> Self {
        let name = format!("{} {}.mp4", procedure.ordinal, procedure.procedure_name);
        let clip: Option<BlobKey> = procedure.video_url.parse().ok();
        let optional = |key: &Option<String>| key.as_ref().and_then(|key| signed(app, key));
        Self {
            video_url: signed(app, &procedure.video_url),
            download_url: clip.map(|clip| app.key().download_url(&clip, &name, Utc::now())),
            thumbnail_url: optional(&procedure.thumbnail_url),
            captions_url: optional(&procedure.captions_url),
            ..Self::without_urls(procedure)
        }
    }

    /// For whoever reads it when URLs would have expired.
    pub(crate) fn without_urls(procedure: Procedure) -> Self {
        Self {
            id: procedure.id.0,
            session_id: procedure.session_id.0,
            ordinal: procedure.ordinal,
            video_url: None,
            download_url: None,
            thumbnail_url: None,
            captions_url: None,
            duration_seconds: procedure.duration_seconds,
            status: procedure.status,
            created_at: procedure.created_at,
            start_seconds: procedure.span.start().seconds(),
            end_seconds: procedure.span.end().seconds(),
            score: json(&procedure.score),
            evidence: json(&procedure.name),
            procedure_name: procedure.procedure_name,
            description: procedure.description,
        }
    }
}

impl From<Transcript> for Said {
    fn from(transcript: Transcript) -> Self {
        Self { language: transcript.language, utterances: json(&transcript.utterances) }
    }
}

/// Where the object with that key is to be had; nothing for what is no key, as a recording that was never uploaded.
pub(super) fn signed(app: &App, key: &str) -> Option<String> {
    let key: BlobKey = key.parse().ok()?;
    Some(app.key().url(&key, Utc::now()))
}

fn json(value: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}
