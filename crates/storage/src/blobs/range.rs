//! Some of a blob's content.

use std::fmt;
use std::io::SeekFrom;
use std::ops::Range;

use futures::TryStreamExt;
use futures::stream::BoxStream;
use object_store::{GetResult, GetResultPayload};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, Take};

use super::Blobs;
use crate::{BlobKey, StoreError};

/// Bytes of a file in memory at a time: a player asks for little, and many ask at once.
const BLOCK: usize = 128 << 10;

/// Some of a blob's content, a part at a time. Only the whole could be held against its key: this is given as it lies there.
pub struct BlobRange {
    blobs: Blobs,
    key: BlobKey,
    rest: Rest,
}

enum Rest {
    File(Take<File>),
    Stream(BoxStream<'static, Result<Vec<u8>, object_store::Error>>),
}

impl BlobRange {
    pub(super) async fn new(
        blobs: Blobs,
        key: BlobKey,
        found: GetResult,
        range: Range<u64>,
    ) -> Result<Self, StoreError> {
        let rest = match found.payload {
            GetResultPayload::File(file, _) => {
                let mut file = File::from_std(file);
                file.seek(SeekFrom::Start(range.start)).await.map_err(|cause| blobs.failed(&cause))?;
                Rest::File(file.take(range.end - range.start))
            }
            GetResultPayload::Stream(stream) => Rest::Stream(Box::pin(stream.map_ok(Into::into))),
        };
        Ok(Self { blobs, key, rest })
    }

    /// The next part; nothing at the end.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when the store does not answer.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        match &mut self.rest {
            Rest::Stream(stream) => stream.try_next().await.map_err(|cause| self.blobs.failed(&cause)),
            Rest::File(file) => {
                let mut block = Vec::with_capacity(BLOCK);
                let read = file.read_buf(&mut block).await.map_err(|cause| self.blobs.failed(&cause))?;
                Ok((read > 0).then_some(block))
            }
        }
    }
}

impl fmt::Debug for BlobRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobRange({})", self.key)
    }
}
