//! Search: an index in memory for each tenant that is asked about, and always that of the moment.

use async_trait::async_trait;
use sqlx::types::Text;
use stepreel_core::{ProcedureId, SessionId, TenantId};
use stepreel_retrieval::{CONSIDERED, CONSIDERED_BY_MEANING, Embedding, Question, Retriever as _};
use uuid::Uuid;

use super::{Sqlite, failure};
use crate::{Answer, Search, SearchQuery, StoreError, Unread};

mod answers;
pub(super) mod documents;
mod embeddings;
pub(super) mod indexes;
mod states;

#[async_trait]
impl Search for Sqlite {
    async fn search(&self, tenant: &TenantId, query: &SearchQuery) -> Result<Vec<Answer>, StoreError> {
        self.find(tenant, query).await.map_err(|cause| failure::explain(&cause, &self.place))
    }

    async fn session_of(&self, tenant: &TenantId, id: ProcedureId) -> Result<Option<SessionId>, StoreError> {
        let found = sqlx::query_scalar("SELECT session_id FROM procedures WHERE tenant_id = ? AND id = ?")
            .bind(tenant.as_str())
            .bind(Text(id))
            .fetch_optional(&self.readers)
            .await;
        found.map(|id| id.map(|Text(id): Text<Uuid>| SessionId(id))).map_err(self.explained())
    }

    async fn glossary(&self, tenant: &TenantId) -> Result<String, StoreError> {
        let mut connection = self.readers.acquire().await.map_err(self.explained())?;
        Ok(states::read(&mut connection, tenant).await.map_err(self.explained())?.glossary)
    }

    async fn set_glossary(&self, tenant: &TenantId, text: &str) -> Result<(), StoreError> {
        states::set_glossary(&self.writer, tenant, text).await.map_err(self.explained())
    }

    async fn unread(&self, encoder: &str) -> Result<Vec<Unread>, StoreError> {
        let mut moment = self.readers.begin().await.map_err(self.explained())?;
        embeddings::unread(&mut moment, encoder).await.map_err(self.explained())
    }

    async fn keep_meaning(&self, read: &Unread, encoder: &str, embeddings: &[Embedding]) -> Result<(), StoreError> {
        embeddings::keep(&self.writer, read, encoder, embeddings).await.map_err(self.explained())
    }
}

impl Sqlite {
    /// In one transaction: the index is brought to its moment, and the facts are of the same.
    async fn find(&self, tenant: &TenantId, query: &SearchQuery) -> Result<Vec<Answer>, sqlx::Error> {
        let limit = query.limit as usize;
        let shared = self.indexes.of(tenant);
        let mut kept = shared.lock().await;
        let mut transaction = self.readers.begin().await?;
        kept.catch_up(&mut transaction, tenant).await?;
        let (text, which, glossary) = (query.text.as_str(), query.which, Some(kept.glossary()));
        let question = |considered| Question { text, limit: limit.max(considered), which, glossary };
        let ranking = match query.meaning {
            None => kept.index().search(&question(CONSIDERED)),
            Some(_) => kept.index().candidates(&question(CONSIDERED_BY_MEANING)),
        };
        let answers = answers::read(&mut transaction, tenant, ranking, query.meaning.as_ref(), limit).await?;
        self.indexes.weigh(tenant, kept.index().len());
        Ok(answers)
    }
}
