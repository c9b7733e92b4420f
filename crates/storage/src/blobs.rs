//! Clips, stills and captions in an object store.

use std::collections::BTreeSet;
use std::error::Error;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::TryStreamExt;
use object_store::path::Path as ObjectPath;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt, WriteMultipart};
use sha2::{Digest as _, Sha256};
use stepreel_core::{Digest, SessionId, TenantId};
use tokio::fs::File;
use tokio::io::AsyncReadExt;

use crate::{BlobKey, StoreError};

mod place;
mod range;
mod reader;

pub use range::BlobRange;
pub use reader::BlobReader;

/// Clips, stills and captions, by key; a local folder or an S3 bucket.
///
/// A blob is there whole or not at all, and survives a loss of power once a `put` has returned: a local file is written
/// beside its place, synchronised and renamed. Content that is not what its key says is refused on the way in and on the way out.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// Where the blobs lie as files, if they do.
    folder: Option<PathBuf>,
    place: String,
}

/// Bytes of a file in memory at a time; S3 takes parts of at least 5 MiB.
const PART: usize = 8 << 20;

/// Parts on their way at a time.
const PARTS: usize = 4;

impl Blobs {
    /// Opens a folder (a path or a `file://` URL; created when missing) or, with the feature `s3`, a bucket (`s3://bucket/prefix`,
    /// with credentials from the usual `AWS_` variables).
    ///
    /// # Errors
    /// [`StoreError::Place`] for what can hold no blobs, [`StoreError::Unwritable`] for a folder that can't be made.
    pub fn open(url: &str) -> Result<Self, StoreError> {
        place::open(url)
    }

    /// Stores the content of a file, however large.
    ///
    /// # Errors
    /// [`StoreError::Source`] when the file can't be read, [`StoreError::BlobDamaged`] when it is not what the key says,
    /// [`StoreError::Full`], [`StoreError::Unwritable`]; nothing is stored then.
    pub async fn put_file(&self, key: &BlobKey, path: &Path) -> Result<(), StoreError> {
        let file = File::open(path).await.map_err(|cause| unreadable(path, cause))?;
        let upload = self.store.put_multipart(&object_path(key)).await.map_err(|cause| self.failed(&cause))?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, PART);
        let failure = match send(file, &mut upload).await {
            Ok(content) if content == key.content() => {
                return upload.finish().await.map(drop).map_err(|cause| self.failed(&cause));
            }
            Ok(_) => StoreError::BlobDamaged(key.clone()),
            Err(Interruption::Reading(cause)) => unreadable(path, cause),
            Err(Interruption::Writing(cause)) => self.failed(&cause),
        };
        if let Err(cause) = upload.abort().await {
            tracing::warn!(%key, %cause, "could not take back the first part of a blob");
        }
        Err(failure)
    }

    /// Takes over a file that nobody else writes to and whose content has that key's digest: within one file system it only gets its
    /// place, and is not read again.
    ///
    /// # Errors
    /// As [`Self::put_file`]; the file is then still where it was.
    pub async fn take_file(&self, key: &BlobKey, path: &Path) -> Result<(), StoreError> {
        match self.local_path(key).map(|place| adopt(path, &place)) {
            Some(Ok(())) => Ok(()),
            Some(Err(cause)) if cause.kind() != io::ErrorKind::CrossesDevices => Err(self.failed(&cause)),
            Some(Err(_)) | None => {
                self.put_file(key, path).await?;
                std::fs::remove_file(path).map_err(|cause| unreadable(path, cause))
            }
        }
    }

    /// Stores some bytes.
    ///
    /// # Errors
    /// As [`Self::put_file`].
    pub async fn put(&self, key: &BlobKey, bytes: Vec<u8>) -> Result<(), StoreError> {
        check(key, &bytes)?;
        let put = self.store.put(&object_path(key), bytes.into()).await;
        put.map(drop).map_err(|cause| self.failed(&cause))
    }

    /// The content of a blob.
    ///
    /// # Errors
    /// [`StoreError::BlobMissing`], or [`StoreError::BlobDamaged`] when it is not what the key says.
    pub async fn get(&self, key: &BlobKey) -> Result<Vec<u8>, StoreError> {
        let bytes = match self.store.get(&object_path(key)).await {
            Ok(found) => found.bytes().await.map_err(|cause| self.failed(&cause))?,
            Err(object_store::Error::NotFound { .. }) => return Err(StoreError::BlobMissing(key.clone())),
            Err(cause) => return Err(self.failed(&cause)),
        };
        check(key, &bytes)?;
        Ok(bytes.into())
    }

    /// Length of a blob in bytes.
    ///
    /// # Errors
    /// [`StoreError::BlobMissing`], or [`StoreError::Failed`] when the store does not answer.
    pub async fn length(&self, key: &BlobKey) -> Result<u64, StoreError> {
        match self.store.head(&object_path(key)).await {
            Ok(about) => Ok(about.size),
            Err(object_store::Error::NotFound { .. }) => Err(StoreError::BlobMissing(key.clone())),
            Err(cause) => Err(self.failed(&cause)),
        }
    }

    /// The content of a blob, a part at a time, however large it is.
    ///
    /// # Errors
    /// [`StoreError::BlobMissing`], or [`StoreError::Failed`] when the store does not answer.
    pub async fn read(&self, key: &BlobKey) -> Result<BlobReader, StoreError> {
        match self.store.get(&object_path(key)).await {
            Ok(found) => Ok(BlobReader::new(self.clone(), key.clone(), found)),
            Err(object_store::Error::NotFound { .. }) => Err(StoreError::BlobMissing(key.clone())),
            Err(cause) => Err(self.failed(&cause)),
        }
    }

    /// Some of a blob's content, which has to be within its length.
    ///
    /// # Errors
    /// [`StoreError::BlobMissing`], or [`StoreError::Failed`] when the store does not answer.
    pub async fn read_range(&self, key: &BlobKey, range: Range<u64>) -> Result<BlobRange, StoreError> {
        let options = GetOptions { range: Some(range.clone().into()), ..GetOptions::default() };
        match self.store.get_opts(&object_path(key), options).await {
            Ok(found) => BlobRange::new(self.clone(), key.clone(), found, range).await,
            Err(object_store::Error::NotFound { .. }) => Err(StoreError::BlobMissing(key.clone())),
            Err(cause) => Err(self.failed(&cause)),
        }
    }

    /// Whether there is such a blob; what it holds is not looked at.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when the store does not answer.
    pub async fn has(&self, key: &BlobKey) -> Result<bool, StoreError> {
        match self.store.head(&object_path(key)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(cause) => Err(self.failed(&cause)),
        }
    }

    /// The sessions of which something lies there.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when the store does not answer.
    pub async fn owners(&self) -> Result<BTreeSet<(TenantId, SessionId)>, StoreError> {
        let found: Vec<_> = self.store.list(None).try_collect().await.map_err(|cause| self.failed(&cause))?;
        Ok(found.iter().filter_map(|blob| owner(&blob.location)).collect())
    }

    /// Where the blob lies as a file, whether it is there or not; nothing for a store that is not a local folder.
    pub fn local_path(&self, key: &BlobKey) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(key.to_string()))
    }

    /// Deletes what lies of a session and is not in `keep`, and what writes that were killed left behind; says how many files.
    ///
    /// For the run that has just finished the session, with the keys of its record, and while no later run of the session
    /// has begun: it would lose what it has put so far. Parts of interrupted uploads to S3 are beyond its reach: let the bucket's
    /// lifecycle rule `AbortIncompleteMultipartUpload` delete them.
    ///
    /// # Errors
    /// [`StoreError::Unwritable`] or [`StoreError::Failed`]; some may be deleted by then.
    pub async fn sweep(
        &self,
        tenant: &TenantId,
        session: SessionId,
        keep: &BTreeSet<BlobKey>,
    ) -> Result<usize, StoreError> {
        let prefix = format!("{tenant}/{session}");
        let kept: BTreeSet<ObjectPath> = keep.iter().map(object_path).collect();
        let listing = self.store.list(Some(&ObjectPath::from(prefix.as_str())));
        let found: Vec<_> = listing.try_collect().await.map_err(|cause| self.failed(&cause))?;
        let mut swept = 0;
        for blob in found.iter().filter(|blob| !kept.contains(&blob.location)) {
            self.store.delete(&blob.location).await.map_err(|cause| self.failed(&cause))?;
            swept += 1;
        }
        Ok(swept + self.sweep_torn(&prefix).await?)
    }

    /// Deletes the files `<name>#<number>` of writes that were killed: the local store makes them, renames them when they are whole,
    /// and doesn't list them.
    async fn sweep_torn(&self, prefix: &str) -> Result<usize, StoreError> {
        match &self.folder {
            Some(folder) => remove_torn(&folder.join(prefix)).await.map_err(|cause| self.failed(&cause)),
            None => Ok(0),
        }
    }

    fn failed(&self, cause: &(dyn Error + 'static)) -> StoreError {
        StoreError::at(&self.place, cause)
    }
}

/// Gives a file its place, synchronised, so that it survives a loss of power.
fn adopt(file: &Path, place: &Path) -> io::Result<()> {
    let folder = place.parent().ok_or(io::ErrorKind::InvalidInput)?;
    std::fs::create_dir_all(folder)?;
    std::fs::File::open(file)?.sync_all()?;
    std::fs::rename(file, place)?;
    // The folders of the session and of the tenant may be new, too.
    folder.ancestors().take(3).try_for_each(|folder| std::fs::File::open(folder)?.sync_all())
}

enum Interruption {
    Reading(io::Error),
    Writing(object_store::Error),
}

/// Sends the rest of the file; gives the digest of what was sent.
async fn send(mut file: File, upload: &mut WriteMultipart) -> Result<Digest, Interruption> {
    let mut digest = Sha256::new();
    let mut block = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut block).await.map_err(Interruption::Reading)?;
        if read == 0 {
            return Ok(Digest::new(digest.finalize().into()));
        }
        digest.update(&block[..read]);
        upload.wait_for_capacity(PARTS).await.map_err(Interruption::Writing)?;
        upload.write(&block[..read]);
    }
}

async fn remove_torn(folder: &Path) -> io::Result<usize> {
    let mut entries = match tokio::fs::read_dir(folder).await {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let mut removed = 0;
    while let Some(entry) = entries.next_entry().await? {
        if entry.file_name().as_encoded_bytes().contains(&b'#') {
            tokio::fs::remove_file(entry.path()).await?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn check(key: &BlobKey, bytes: &[u8]) -> Result<(), StoreError> {
    let content = Digest::new(Sha256::digest(bytes).into());
    if content == key.content() { Ok(()) } else { Err(StoreError::BlobDamaged(key.clone())) }
}

/// Whatever lies there, whether it is a blob or not.
fn owner(path: &ObjectPath) -> Option<(TenantId, SessionId)> {
    let mut parts = path.parts();
    let (tenant, session) = (parts.next()?, parts.next()?);
    Some((tenant.as_ref().parse().ok()?, SessionId(session.as_ref().parse().ok()?)))
}

fn object_path(key: &BlobKey) -> ObjectPath {
    ObjectPath::from(key.to_string())
}

fn unreadable(path: &Path, cause: io::Error) -> StoreError {
    StoreError::Source { file: path.display().to_string(), cause: cause.into() }
}
