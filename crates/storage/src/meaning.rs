//! What procedures and questions mean, where a text encoder is set up: read after the fact, off the threads that answer.

use std::sync::Arc;

use stepreel_core::{ProcedureId, TenantId};
use stepreel_retrieval::{Embedding, EncodingError, TextEncoder};

use crate::{Search, SearchQuery, StoreError};

/// What a question means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedMeaning {
    /// Which encoder says so.
    pub encoder: String,
    /// Where the question points.
    pub embedding: Embedding,
}

/// A procedure that an encoder has not read yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Whose it is.
    pub tenant: TenantId,
    /// Which.
    pub procedure_id: ProcedureId,
    /// Its texts, a vector for each.
    pub passages: Vec<String>,
    /// Which form of its document they are of.
    pub(crate) number: i64,
}

/// Reads with a text encoder; cloning it is cheap.
///
/// What is stored is read after the fact, because an encoder takes longer than a transaction may: until then a procedure is found by its
/// words alone.
#[derive(Clone)]
pub struct MeaningReader(Arc<dyn TextEncoder>);

/// Something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The encoder failed.
    #[error("the text encoder failed")]
    Encoding(#[source] EncodingError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MeaningReader {
    /// With that encoder.
    pub fn new(encoder: Arc<dyn TextEncoder>) -> Self {
        Self(encoder)
    }

    /// The question with what it means; as it was, with a line in the log, when the encoder fails: words find something, too.
    pub async fn understand(&self, query: SearchQuery) -> SearchQuery {
        let meaning = match self.encode(vec![query.text.clone()]).await {
            Ok(mut embeddings) => embeddings.pop(),
            Err(error) => {
                tracing::warn!(error = &*error, "a question is answered by its words alone");
                None
            }
        };
        let meaning = meaning.map(|embedding| AskedMeaning { encoder: self.0.name().to_owned(), embedding });
        SearchQuery { meaning, ..query }
    }

    /// Reads the next session that was not read yet; gives how many procedures that were, none when everything was read.
    ///
    /// # Errors
    /// When the encoder or the store fails.
    pub async fn read_on(&self, search: &dyn Search) -> Result<usize, ReadError> {
        let unread = search.unread(self.0.name()).await?;
        for procedure in &unread {
            let embeddings = self.encode(procedure.passages.clone()).await.map_err(ReadError::Encoding)?;
            search.keep_meaning(procedure, self.0.name(), &embeddings).await?;
        }
        Ok(unread.len())
    }

    async fn encode(&self, texts: Vec<String>) -> Result<Vec<Embedding>, EncodingError> {
        let encoder = Arc::clone(&self.0);
        let encode = move || encoder.encode(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        tokio::task::spawn_blocking(encode).await?
    }
}
