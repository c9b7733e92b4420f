//! The records that are stored and shown; field names are part of the interface.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    BoundaryConfidence, Clip, Digest, Findings, Name, ProcedureId, Provenance, RecordingInfo, ScoreCard, SessionId,
    Span, TenantId, Thumbnail, Transcript,
};

/// One recording and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// What it is called: the file's name unless told otherwise.
    pub title: String,
    /// Who recorded it, if known.
    pub engineer: Option<String>,
    /// What for.
    pub role: Role,
    /// When the recording began, if known.
    pub started_at: Option<DateTime<Utc>>,
    /// When processing ended; nothing until then.
    pub completed_at: Option<DateTime<Utc>>,
    /// Length of the recording.
    pub duration_seconds: f64,
    /// The recording: a URL, of a file for a local one.
    pub video_url: String,
    /// Content of the recording.
    pub recording_sha256: Digest,
    /// How far it is.
    pub status: SessionStatus,
    /// How it ended; nothing until then, and nothing for a session that is only stored.
    pub outcome: Option<Outcome>,
    /// What quality control noticed.
    pub findings: Findings,
    /// Its score; nothing when it failed or is not done.
    pub score: Option<ScoreCard>,
    /// Small frames side by side over the whole recording: a key of the blob store; nothing without pictures.
    pub filmstrip_url: Option<String>,
    /// A sentence or two on what was done, or why nothing came of it.
    pub summary: String,
    /// When it was first stored.
    pub created_at: DateTime<Utc>,
}

/// What a session was recorded for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// To teach.
    #[default]
    Trainer,
    /// To learn: by default it is stored, and nothing is extracted from it.
    Trainee,
}

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// The recording is still coming in.
    Uploading,
    /// It waits.
    Queued,
    /// It is being worked on.
    InProgress,
    /// Its procedures are there, and were checked; or it is of a role whose sessions are only stored.
    Completed,
    /// It has none, for the reasons in its findings.
    Failed,
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Procedures, without a warning.
    Extracted,
    /// Procedures, with a finding that cost something.
    Degraded,
    /// None: the session failed.
    Rejected,
}

/// One discrete chunk of work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Procedure {
    /// Its id.
    pub id: ProcedureId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// The session that it is from.
    pub session_id: SessionId,
    /// Its place in the session, from 1.
    pub ordinal: u32,
    /// Generated short title.
    pub procedure_name: String,
    /// Generated longer text, one line a step with its time; may be empty.
    pub description: String,
    /// Its clip: a key of the blob store.
    pub video_url: String,
    /// Its thumbnail: a key of the blob store; nothing when the clip shows no frame.
    pub thumbnail_url: Option<String>,
    /// Its captions (WebVTT): a key of the blob store; nothing when nobody spoke.
    pub captions_url: Option<String>,
    /// Small pictures of it for whoever looks for a place in it (WebVTT, whose cues name pieces of a JPEG beside it): a key of the
    /// blob store; nothing when no frame of it was sampled.
    pub storyboard_url: Option<String>,
    /// Length of the clip.
    pub duration_seconds: f64,
    /// Set by the policy.
    pub status: ProcedureStatus,
    /// When the pipeline produced it.
    pub created_at: DateTime<Utc>,
    /// Where it is in the recording.
    pub span: Span,
    /// Idle stretches inside it.
    pub interruptions: Vec<Span>,
    /// How sure its start and its end are.
    pub confidence: BoundaryConfidence,
    /// Its score with components and reasons.
    pub score: ScoreCard,
    /// Its name with the evidence it rests on.
    pub name: Name,
    /// Its clip as measured.
    pub clip: Clip,
    /// Its thumbnail.
    pub thumbnail: Option<Thumbnail>,
}

/// What the policy made of a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcedureStatus {
    /// Good enough to be used.
    Approved,
    /// Kept, and not shown among the approved: its quality does not suffice.
    Excluded,
}

/// A session with all that was stored of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionRecord {
    /// The session.
    pub session: Session,
    /// Its procedures, in order.
    pub procedures: Vec<Procedure>,
    /// What the recording is made of.
    pub recording: RecordingInfo,
    /// What was said.
    pub transcript: Transcript,
    /// How it was made.
    pub provenance: Provenance,
}
