//! What becomes of a recording that has arrived.

use async_trait::async_trait;
use stepreel_core::Session;
use stepreel_storage::StoreError;

/// Takes over sessions whose recording is whole.
///
/// # Contract
/// When it returns, the session is stored as queued and will be worked on, also after a loss of power. A session that arrives
/// again changes nothing. After an error, nothing has happened.
#[async_trait]
pub trait Arrivals: Send + Sync {
    /// Queues the session.
    async fn arrived(&self, session: &Session) -> Result<(), StoreError>;
}
