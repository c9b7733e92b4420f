//! What procedures and questions mean, where a text encoder is set up.

use std::time::Duration;

use stepreel_storage::{MeaningReader, SearchQuery};

use crate::App;

/// Between two looks at whether something new came.
const ROUND: Duration = Duration::from_secs(10);

/// After something went wrong.
const RECOVERY: Duration = Duration::from_mins(1);

/// The question with what it means; as it was, where nothing reads meanings.
pub(crate) async fn understood(reader: Option<&MeaningReader>, query: SearchQuery) -> SearchQuery {
    match reader {
        Some(reader) => reader.understand(query).await,
        None => query,
    }
}

/// Reads what was stored, session by session, again and again from then on.
pub(crate) async fn tend(app: App) {
    let Some(reader) = app.meaning() else { return };
    loop {
        let pause = match reader.read_on(app.store()).await {
            Ok(0) => ROUND,
            // Others have their turn, too.
            Ok(_) => Duration::from_millis(1),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "could not read what procedures mean; trying again later"
                );
                RECOVERY
            }
        };
        tokio::time::sleep(pause).await;
    }
}
