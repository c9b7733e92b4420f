//! Procedures that answer a question.

use std::ops::Range;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use stepreel_core::{ProcedureId, ProcedureStatus, SessionId, Span, TenantId};
use stepreel_retrieval::{Embedding, Which};

use crate::{AskedMeaning, StoreError, Unread};

/// Finds procedures by what is asked.
///
/// # Contract
/// 1. What is found is the tenant's, best first, and no more than asked for; approved unless the question is for all.
/// 2. Another tenant's procedures change nothing: neither what is found, nor its order, nor any number.
/// 3. What a run has finished is found as soon as `finish` returns, and what is deleted or replaced is not found any more; an
///    answer is of one moment.
/// 4. Words of the tenant's glossary find each other as soon as it is set.
/// 5. A question about something else finds nothing.
/// 6. What a text encoder makes of a procedure counts for questions that it was asked about, too, and goes with the procedure; until it has
///    read it, and without one, words alone count.
#[async_trait]
pub trait Search: Send + Sync {
    /// The procedures that answer it.
    async fn search(&self, tenant: &TenantId, query: &SearchQuery) -> Result<Vec<Answer>, StoreError>;

    /// The session that a procedure is of; nothing when the tenant has no such procedure.
    async fn session_of(&self, tenant: &TenantId, id: ProcedureId) -> Result<Option<SessionId>, StoreError>;

    /// The tenant's glossary, as it was set; empty until then.
    async fn glossary(&self, tenant: &TenantId) -> Result<String, StoreError>;

    /// Sets the words that mean the same to a tenant, as [`stepreel_retrieval::Glossary`] reads them.
    async fn set_glossary(&self, tenant: &TenantId, text: &str) -> Result<(), StoreError>;

    /// The procedures of a session, of whatever tenant, of which that encoder has not read all; none when it has read everything.
    async fn unread(&self, encoder: &str) -> Result<Vec<Unread>, StoreError>;

    /// Keeps what a procedure means to an encoder in the place of what it meant before. Nothing happens when the procedure has gone or
    /// changed meanwhile.
    async fn keep_meaning(&self, read: &Unread, encoder: &str, embeddings: &[Embedding]) -> Result<(), StoreError>;
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchQuery {
    /// As typed or heard.
    pub text: String,
    /// At most so many answers.
    pub limit: u32,
    /// Of which procedures.
    pub which: Which,
    /// What it means, where an encoder is set up: [`crate::MeaningReader::understand`].
    pub meaning: Option<AskedMeaning>,
}

impl SearchQuery {
    /// For the best ten approved procedures.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), limit: 10, which: Which::Approved, meaning: None }
    }
}

/// A procedure that answers a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Its place among the answers, from 1.
    pub rank: u32,
    /// Its place by words alone among all that was considered, from 1.
    pub rank_by_words: u32,
    /// Its place by meaning alone, from 1; nothing where no text encoder has read it.
    pub rank_by_meaning: Option<u32>,
    /// Which.
    pub procedure_id: ProcedureId,
    /// Its session.
    pub session_id: SessionId,
    /// Its place in the session, from 1.
    pub ordinal: u32,
    /// Its name.
    pub title: String,
    /// What its session is called.
    pub session_title: String,
    /// Who recorded it, if known.
    pub engineer: Option<String>,
    /// When the recording began, or else when it arrived.
    pub date: DateTime<Utc>,
    /// Set by the policy.
    pub status: ProcedureStatus,
    /// Its quality, 0-100.
    pub score: u8,
    /// Its clip: a key of the blob store.
    pub video_url: String,
    /// Its thumbnail: a key of the blob store.
    pub thumbnail_url: Option<String>,
    /// Its captions: a key of the blob store.
    pub captions_url: Option<String>,
    /// Length of the clip.
    pub duration_seconds: f64,
    /// Where it is in the recording.
    pub span: Span,
    /// What fits best; nothing when the words are in its name alone.
    pub passage: Option<FoundPassage>,
    /// The words of the question that it has, or that it has other words for.
    pub matched: Vec<String>,
    /// How much of what was asked for it has, 0-1, rare words more.
    pub coverage: f32,
    /// How strongly it has what was asked for, 0-1; what it is ranked by words by.
    pub relevance: f32,
}

/// The sentence of a procedure that fits a question best.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundPassage {
    /// As it was said.
    pub text: String,
    /// When, in the recording.
    pub span: Span,
    /// The same in seconds of the clip: from where to play it.
    pub clip_seconds: f64,
    /// The words in it that were asked for: their bytes, in order.
    pub words: Vec<Range<usize>>,
}
