//! Results of stages, kept by content.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use stepreel_core::{Digest, TenantId};

use crate::ProcessError;

/// The results of one recording's stages, in a folder that one run at a time may use.
///
/// A result is named by the hash of everything that it depends on. It is written under another name, synced and renamed, so that
/// what has its name is whole; one that can't be read any more is made again.
pub(crate) struct Cache {
    folder: PathBuf,
    /// How many files in the making had a place so far.
    files: AtomicUsize,
    // Held for as long as the run; the system lets go of it when the process ends, however it ends.
    _lock: File,
}

impl Cache {
    /// Takes a folder, which is made if need be, and clears away what a killed run left unfinished in it.
    pub(crate) fn open(folder: PathBuf) -> Result<Self, ProcessError> {
        let failed = |cause| ProcessError::Cache { path: folder.clone(), cause };
        fs::create_dir_all(&folder).map_err(failed)?;
        let lock = File::create(folder.join(LOCK)).map_err(failed)?;
        if !taken(&lock).map_err(failed)? {
            return Err(ProcessError::Busy { path: folder });
        }
        let unfinished = folder.join(UNFINISHED);
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(failed)?;
        }
        fs::create_dir(&unfinished).map_err(failed)?;
        Ok(Self { folder, files: AtomicUsize::new(0), _lock: lock })
    }

    /// The result of that key: kept from before (and then `true`), or made now and kept.
    pub(crate) fn result<T: Serialize + DeserializeOwned>(
        &self,
        key: &Key,
        make: impl FnOnce() -> Result<T, ProcessError>,
    ) -> Result<(T, bool), ProcessError> {
        if let Some(kept) = self.kept(key) {
            return Ok((kept, true));
        }
        let made = make()?;
        self.keep(key, &made)?;
        Ok((made, false))
    }

    /// The result of that key, if an earlier run kept it and it can still be read.
    pub(crate) fn kept<T: DeserializeOwned>(&self, key: &Key) -> Option<T> {
        let path = self.path(key);
        let result = postcard::from_bytes(&fs::read(&path).ok()?).ok()?;
        used(&path);
        Some(result)
    }

    /// Keeps a result.
    pub(crate) fn keep<T: Serialize>(&self, key: &Key, result: &T) -> Result<(), ProcessError> {
        let bytes =
            postcard::to_stdvec(result).expect("results of stages are plain values, which all have a binary form");
        let unfinished = self.unfinished(&key.0);
        let write = || {
            let mut file = File::create(&unfinished)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            fs::rename(&unfinished, self.path(key))
        };
        write().map_err(|cause| self.failed(cause))
    }

    /// Where the result of that key lies, for results that are files of their own.
    pub(crate) fn path(&self, key: &Key) -> PathBuf {
        self.folder.join(&key.0)
    }

    /// A place for one more file in the making.
    pub(crate) fn unfinished_file(&self, extension: &str) -> PathBuf {
        self.unfinished(&format!("{}.{extension}", self.files.fetch_add(1, Ordering::Relaxed)))
    }

    /// A place for a file in the making; whatever lies there, and beside it, is cleared away by the next run.
    pub(crate) fn unfinished(&self, name: &str) -> PathBuf {
        self.folder.join(UNFINISHED).join(name)
    }

    pub(crate) fn failed(&self, cause: io::Error) -> ProcessError {
        ProcessError::Cache { path: self.folder.clone(), cause }
    }
}

/// Where the results of a recording lie below the folder of all.
pub(crate) fn folder_of(root: &Path, tenant: &TenantId, recording: Digest) -> PathBuf {
    root.join(tenant.as_str()).join(recording.to_string())
}

/// Deletes what was kept of a tenant's recording below the folder `root`, for a session that is gone. No run may be at work on it.
///
/// # Errors
/// When a file can't be deleted.
pub fn forget_kept_results(root: &Path, tenant: &TenantId, recording: Digest) -> io::Result<()> {
    match fs::remove_dir_all(folder_of(root, tenant, recording)) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Notes that a kept result was used just now: the time of its last change is that of its last use, by which results are trimmed.
pub(crate) fn used(path: &Path) {
    // Without the note it only goes earlier than it should.
    let _ = File::open(path).and_then(|file| file.set_modified(SystemTime::now()));
}

/// Takes the lock of a folder, unless another run has it. Trimming has it for a moment, too, and that is waited for.
fn taken(lock: &File) -> io::Result<bool> {
    for _ in 0..PATIENCE {
        match lock.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(20)),
            Err(TryLockError::Error(cause)) => return Err(cause),
        }
    }
    Ok(false)
}

/// How often a lock is tried.
const PATIENCE: u32 = 25;

/// The file by whose lock a run has the folder.
pub(crate) const LOCK: &str = "lock";

/// The folder of what is in the making.
const UNFINISHED: &str = "unfinished";

/// Raised whenever a stage comes to give another result, or another form of it, for the same input and settings: what was kept before
/// is then made again.
const REVISION: u32 = 3;

/// The name of a result: its stage, and the hash of what it depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key(String);

impl Key {
    /// The key of that stage's result, given everything beside the recording that it depends on.
    pub(crate) fn new<D: Serialize>(stage: &str, depends_on: &D) -> Self {
        let text = serde_json::to_string(depends_on)
            .expect("settings and provenance are plain values, which all have a text form");
        let hash = Digest::new(Sha256::digest(format!("{REVISION}\n{stage}\n{text}")).into());
        Self(format!("{stage}-{}", hash.short()))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn cache(root: &Path) -> Result<Cache, ProcessError> {
        Cache::open(root.join("one"))
    }

    #[test]
    fn what_was_made_once_is_not_made_again() {
        let root = tempfile::tempdir().unwrap();
        let key = Key::new("words", &("whisper", 3));
        assert_eq!(cache(root.path()).unwrap().result(&key, || Ok(5)).unwrap(), (5, false));
        assert_eq!(cache(root.path()).unwrap().result(&key, || Ok(6)).unwrap(), (5, true));
        assert_eq!(
            cache(root.path()).unwrap().result(&Key::new("words", &("whisper", 4)), || Ok(6)).unwrap(),
            (6, false)
        );
    }

    #[test]
    fn a_torn_result_is_made_again() {
        let root = tempfile::tempdir().unwrap();
        let cache = cache(root.path()).unwrap();
        let key = Key::new("words", &());
        cache.keep(&key, &"some words".to_owned()).unwrap();
        fs::write(cache.path(&key), [9]).unwrap();
        assert_eq!(cache.result(&key, || Ok("again".to_owned())).unwrap(), ("again".to_owned(), false));
    }

    #[test]
    fn two_runs_never_share_a_recording() {
        let root = tempfile::tempdir().unwrap();
        let first = cache(root.path()).unwrap();
        assert!(matches!(cache(root.path()), Err(ProcessError::Busy { .. })));
        drop(first);
        assert!(cache(root.path()).is_ok());
    }

    #[test]
    fn what_a_killed_run_left_unfinished_goes() {
        let root = tempfile::tempdir().unwrap();
        let left = cache(root.path()).unwrap().unfinished("clip");
        fs::write(&left, "half").unwrap();
        cache(root.path()).unwrap();
        assert!(!left.exists());
    }
}
