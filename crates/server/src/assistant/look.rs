//! What tools look up, for one tenant.

use std::sync::Arc;

use rmcp::schemars::JsonSchema;
use serde::Deserialize;
use stepreel_core::{ProcedureId, SessionId, TenantId, Utterance};
use stepreel_storage::{
    ListQuery, Listing as _, MeaningReader, Search as _, SearchQuery, Sqlite, Store as _, StoreError, Which,
};

use super::answers::{FoundProcedures, ListedSessions, OneProcedure, SaidInSession};
use super::links::Links;
use crate::meaning::understood;

/// Sentences in one answer.
const SENTENCES: usize = 200;

/// Sessions in one answer.
const SESSIONS: u32 = 25;

/// What one tenant has.
pub(super) struct Look {
    pub(super) store: Arc<Sqlite>,
    pub(super) meaning: Option<MeaningReader>,
    pub(super) tenant: TenantId,
    pub(super) links: Links,
}

/// Why there is no answer, with what to do about it.
pub(super) struct Refusal(pub(super) String);

impl From<StoreError> for Refusal {
    /// The cause goes to the log: it names places.
    fn from(error: StoreError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "the store failed");
        Self("The store could not be read. Try again in a moment; if it stays so, whoever runs the server finds the cause in its log.".to_owned())
    }
}

/// What to search for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct SearchFor {
    /// The question, best in the words in which it was asked.
    question: String,
    /// At most so many answers, 1-20; 5 unless told.
    #[serde(default)]
    limit: Option<u32>,
    /// Whether procedures that were excluded for their quality are looked through, too.
    #[serde(default)]
    include_excluded: bool,
}

/// Which procedure.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct WhichProcedure {
    /// The `procedure_id` of an answer.
    procedure_id: String,
}

/// Which part of what was said.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct WhichWords {
    /// The `session_id` of an answer or of a listed session.
    session_id: String,
    /// Only from that second of the recording on.
    #[serde(default)]
    from_seconds: Option<f64>,
    /// Only up to that second of the recording.
    #[serde(default)]
    to_seconds: Option<f64>,
    /// The `next_cursor` of the answer before.
    #[serde(default)]
    cursor: Option<String>,
}

/// Which sessions.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct WhichSessions {
    /// Only those in whose title, engineer or procedures this stands.
    #[serde(default)]
    search: Option<String>,
    /// The `next_cursor` of the answer before.
    #[serde(default)]
    cursor: Option<String>,
}

impl Look {
    pub(super) async fn search(&self, asked: SearchFor) -> Result<FoundProcedures, Refusal> {
        if asked.question.trim().is_empty() {
            return Err(Refusal("There is no question. Give `question` the words that were asked.".to_owned()));
        }
        let which = if asked.include_excluded { Which::All } else { Which::Approved };
        let limit = asked.limit.unwrap_or(5).clamp(1, 20);
        let query = SearchQuery { limit, which, ..SearchQuery::new(asked.question) };
        let query = understood(self.meaning.as_ref(), query).await;
        Ok(FoundProcedures::new(&self.links, self.store.search(&self.tenant, &query).await?))
    }

    pub(super) async fn procedure(&self, asked: &WhichProcedure) -> Result<OneProcedure, Refusal> {
        let unknown = || {
            Refusal(format!(
                "There is no procedure {:?}. Take the `procedure_id` of an answer of search_procedures.",
                asked.procedure_id
            ))
        };
        let id = asked.procedure_id.parse().map(ProcedureId).map_err(|_| unknown())?;
        let session = self.store.session_of(&self.tenant, id).await?.ok_or_else(unknown)?;
        let record = self.store.session(&self.tenant, session).await?.ok_or_else(unknown)?;
        let procedure = record.procedures.into_iter().find(|procedure| procedure.id == id);
        Ok(OneProcedure::new(&self.links, procedure.ok_or_else(unknown)?))
    }

    pub(super) async fn transcript(&self, asked: &WhichWords) -> Result<SaidInSession, Refusal> {
        let unknown = || {
            Refusal(format!(
                "There is no finished session {:?}. Take the `session_id` of an answer of search_procedures or list_sessions.",
                asked.session_id
            ))
        };
        let id = asked.session_id.parse().map(SessionId).map_err(|_| unknown())?;
        let record = self.store.session(&self.tenant, id).await?.ok_or_else(unknown)?;
        let wanted = |said: &&Utterance| {
            asked.from_seconds.is_none_or(|from| said.span.end().seconds() > from)
                && asked.to_seconds.is_none_or(|to| said.span.start().seconds() < to)
        };
        let said: Vec<&Utterance> = record.transcript.reliable().map(|(_, said)| said).filter(wanted).collect();
        let first = place(asked.cursor.as_deref())?;
        let shown = said.get(first..).unwrap_or_default();
        let next = (shown.len() > SENTENCES).then(|| (first + SENTENCES).to_string());
        Ok(SaidInSession::new(id.to_string(), &shown[..shown.len().min(SENTENCES)], next))
    }

    pub(super) async fn sessions(&self, asked: WhichSessions) -> Result<ListedSessions, Refusal> {
        let page = u32::try_from(place(asked.cursor.as_deref())?).unwrap_or(u32::MAX).max(1);
        let search: String = asked.search.unwrap_or_default().chars().take(200).collect();
        let query = ListQuery { search, page, size: SESSIONS, ..ListQuery::default() };
        let found = self.store.page(&self.tenant, &query).await?;
        let next = (u64::from(page) * u64::from(SESSIONS) < found.total).then(|| (page + 1).to_string());
        Ok(ListedSessions::new(found.sessions, found.total, next))
    }
}

/// Where a cursor points; the beginning without one.
fn place(cursor: Option<&str>) -> Result<usize, Refusal> {
    let wrong = |cursor: &str| {
        Refusal(format!("{cursor:?} is no cursor. Give the `next_cursor` of the answer before, or leave it out."))
    };
    cursor.map_or(Ok(0), |cursor| cursor.parse().map_err(|_| wrong(cursor)))
}
