//! The content of a blob, a part at a time.

use std::fmt;

use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::{Error, GetResult};
use sha2::{Digest as _, Sha256};
use stepreel_core::Digest;

use super::Blobs;
use crate::{BlobKey, StoreError};

/// The content of a blob, a part at a time. That it is what the key says is known, and told, only at its end.
pub struct BlobReader {
    blobs: Blobs,
    key: BlobKey,
    parts: BoxStream<'static, Result<Vec<u8>, Error>>,
    seen: Sha256,
}

impl BlobReader {
    pub(super) fn new(blobs: Blobs, key: BlobKey, found: GetResult) -> Self {
        let parts = Box::pin(found.into_stream().map_ok(Into::into).fuse());
        Self { blobs, key, parts, seen: Sha256::new() }
    }

    /// The next part; nothing at the end.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when the store does not answer; [`StoreError::BlobDamaged`] after the last part, when all of
    /// them together are not what the key says.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let part = self.parts.try_next().await.map_err(|cause| self.blobs.failed(&cause))?;
        if let Some(part) = part {
            self.seen.update(&part);
            return Ok(Some(part));
        }
        let content = Digest::new(self.seen.clone().finalize().into());
        if content == self.key.content() { Ok(None) } else { Err(StoreError::BlobDamaged(self.key.clone())) }
    }
}

impl fmt::Debug for BlobReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobReader({})", self.key)
    }
}
