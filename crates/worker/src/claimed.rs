//! The store as a run sees it whose session was claimed before it began.

use std::sync::Arc;

use async_trait::async_trait;
use stepreel_core::{Session, SessionId, SessionRecord, TenantId};
use stepreel_storage::{Assignment, Epoch, SessionFilter, Store, StoreError};

/// Gives the epoch of the claim to whoever begins, and keeps what was submitted of the session where the run knows only its file.
/// Letting go of the session is up to the worker, which knows why.
pub(crate) struct Claimed {
    store: Arc<dyn Store>,
    assignment: Assignment,
}

impl Claimed {
    pub(crate) fn new(store: Arc<dyn Store>, assignment: Assignment) -> Self {
        Self { store, assignment }
    }
}

#[async_trait]
impl Store for Claimed {
    async fn begin(&self, session: &Session) -> Result<Epoch, StoreError> {
        let Assignment { claim, .. } = &self.assignment;
        if session.id == claim.session && session.tenant_id == claim.tenant {
            return Ok(claim.epoch);
        }
        let reason = "its recording is not what was submitted: the file has changed".to_owned();
        Err(StoreError::Inconsistent { session: claim.session, reason })
    }

    async fn finish(&self, record: &SessionRecord, epoch: Epoch) -> Result<(), StoreError> {
        let video_url = self.assignment.session.video_url.clone();
        let session = Session { video_url, ..record.session.clone() };
        self.store.finish(&SessionRecord { session, ..record.clone() }, epoch).await
    }

    async fn release(&self, _: &TenantId, _: SessionId, _: Epoch) -> Result<(), StoreError> {
        Ok(())
    }

    async fn session(&self, tenant: &TenantId, id: SessionId) -> Result<Option<SessionRecord>, StoreError> {
        self.store.session(tenant, id).await
    }

    async fn sessions(&self, tenant: &TenantId, filter: &SessionFilter) -> Result<Vec<Session>, StoreError> {
        self.store.sessions(tenant, filter).await
    }
}
