//! Sessions as a list shows them.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stepreel_core::{Outcome, ProcedureId, ProcedureStatus, Role, ScoreCard, SessionId, SessionStatus, TenantId};

use crate::{QueuedJob, StoreError};

/// Lists sessions a page at a time, without what only their own page shows.
///
/// # Contract
/// 1. A page holds the sessions of the tenant that the query lets through, in its order, those of one place by id.
/// 2. The total counts all that the query lets through, of the same moment as the page; pages beyond the last are empty.
/// 3. What is searched for is found anywhere in a title, an engineer's name or a procedure's name, whatever the case of
///    its ASCII letters. Nothing in it is a wildcard.
/// 4. What is judged are all procedures of the tenant, newest session first, each session's in their order.
#[async_trait]
pub trait Listing: Send + Sync {
    /// A page of the sessions of a tenant.
    async fn page(&self, tenant: &TenantId, query: &ListQuery) -> Result<ListPage, StoreError>;

    /// How many sessions of a tenant the query lets through, on all pages.
    async fn count(&self, tenant: &TenantId, query: &ListQuery) -> Result<u64, StoreError>;

    /// How far those sessions are; those that are not there, or another's, are left out.
    async fn going(&self, tenant: &TenantId, ids: &[SessionId]) -> Result<Vec<Going>, StoreError>;

    /// One session, as lists show it.
    async fn listed(&self, tenant: &TenantId, id: SessionId) -> Result<Option<Listed>, StoreError>;

    /// All procedures of a tenant with what decides whether they are approved.
    async fn judged(&self, tenant: &TenantId) -> Result<Vec<Judged>, StoreError>;
}

/// Which sessions to list, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuery {
    /// Only those with this status.
    pub status: Option<SessionStatus>,
    /// Only those with this role.
    pub role: Option<Role>,
    /// Only those in whose names this stands; all when it is empty.
    pub search: String,
    /// By what they are sorted.
    pub sort: Sort,
    /// From where.
    pub direction: Direction,
    /// Which page, from 1.
    pub page: u32,
    /// Sessions on a page.
    pub size: u32,
    /// Only those that come after the session of that date and id when they are sorted by date. It doesn't move when others come or go,
    /// as a page's number does; the total doesn't heed it.
    pub after: Option<(DateTime<Utc>, SessionId)>,
}

/// By what sessions are sorted. Those that don't have it come last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// When the recording began, or else when it arrived.
    #[default]
    Date,
    /// Title, whatever the case of its ASCII letters.
    Name,
    /// Length of the recording.
    Duration,
    /// The session's score.
    Score,
}

/// From where sessions are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// The smallest, first or oldest first.
    Ascending,
    /// The largest, last or newest first.
    #[default]
    Descending,
}

/// Sessions of one page.
#[derive(Clone, Debug, PartialEq)]
pub struct ListPage {
    /// In order.
    pub sessions: Vec<Listed>,
    /// How many there are on all pages.
    pub total: u64,
}

/// A session in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    /// Its id.
    pub id: SessionId,
    /// What it is called.
    pub title: String,
    /// Who recorded it, if known.
    pub engineer: Option<String>,
    /// What for.
    pub role: Role,
    /// How far it is.
    pub status: SessionStatus,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Length of the recording.
    pub duration_seconds: f64,
    /// Its score, 0-100.
    pub score: Option<u8>,
    /// The recording: a URL, or a key of the blob store.
    pub video_url: String,
    /// When the recording began, or else when it arrived.
    pub date: DateTime<Utc>,
    /// Procedures that are approved.
    pub approved: u32,
    /// Procedures that are excluded.
    pub excluded: u32,
    /// The thumbnail of the first approved procedure: a key of the blob store.
    pub thumbnail_url: Option<String>,
    /// The gravest finding, in a sentence.
    pub reason: Option<String>,
}

/// A procedure with what decides whether it is approved.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Its session.
    pub session_id: SessionId,
    /// What the session is called.
    pub session_title: String,
    /// Its id.
    pub procedure_id: ProcedureId,
    /// Its place in the session, from 1.
    pub ordinal: u32,
    /// What it is called.
    pub procedure_name: String,
    /// Whether it is approved.
    pub status: ProcedureStatus,
    /// How good it is, and why.
    pub card: ScoreCard,
}

/// How far a session is.
#[derive(Clone, Debug, PartialEq)]
pub struct Going {
    /// The session.
    pub id: SessionId,
    /// How far it is.
    pub status: SessionStatus,
    /// Its job, if it has one.
    pub job: Option<QueuedJob>,
}

impl Default for ListQuery {
    /// The first page of all, newest first.
    fn default() -> Self {
        Self {
            status: None,
            role: None,
            search: String::new(),
            sort: Sort::Date,
            direction: Direction::Descending,
            page: 1,
            size: 25,
            after: None,
        }
    }
}
