//! Where a run puts the files that it made.

use std::path::Path;

use stepreel_core::{Session, SessionId, TenantId};
use stepreel_models::digest_of;
use stepreel_storage::{BlobKey, Blobs, Extension};
use tokio::runtime::Handle;

use crate::ProcessError;

/// The blobs of one session, for code that waits: keys are made of the content, so putting a thing twice is putting it once.
pub(crate) struct Shelf {
    blobs: Blobs,
    runtime: Handle,
    tenant: TenantId,
    session: SessionId,
}

impl Shelf {
    pub(crate) fn new(blobs: Blobs, runtime: Handle, session: &Session) -> Self {
        Self { blobs, runtime, tenant: session.tenant_id.clone(), session: session.id }
    }

    /// Moves a finished file onto the shelf.
    pub(crate) fn take(&self, file: &Path, kind: Extension) -> Result<BlobKey, ProcessError> {
        let failed = |cause| ProcessError::Cache { path: file.to_owned(), cause };
        let key = BlobKey::new(&self.tenant, self.session, digest_of(file).map_err(failed)?, kind);
        self.runtime.block_on(self.blobs.take_file(&key, file))?;
        Ok(key)
    }

    /// Whether a blob is there.
    pub(crate) fn has(&self, key: &BlobKey) -> Result<bool, ProcessError> {
        Ok(self.runtime.block_on(self.blobs.has(key))?)
    }
}
