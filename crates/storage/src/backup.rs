//! A copy of an installation that is at work.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::audit::{Folders, copies, wanted};
use crate::sqlite::Snapshot;
use crate::{BlobKey, Sqlite, StoreError};

/// What was copied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backup {
    /// Files, besides the records.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that records refer to, and that were nowhere to be copied from.
    pub missing: u64,
}

/// So often the records are copied again because what they refer to went while it was copied.
const TRIES: usize = 8;

/// Copies an installation into folders that are empty or not there, while it is at work: first the records, all of one moment; then
/// what those refer to. What went in between, because a session was deleted or extracted again, makes the records be copied once
/// more; the files that are there by then stay, so that each try takes less time than the one before. What is missing twice was
/// missing before, and an [`audit`](crate::audit) of the copy names it.
///
/// # Errors
/// [`StoreError::Full`], [`StoreError::Unwritable`] and whatever makes records or files unreadable; what was copied until then stays.
pub async fn back_up(store: &Sqlite, from: &Folders, database: &Path, to: &Folders) -> Result<Backup, StoreError> {
    let mut missing = BTreeSet::new();
    for _ in 0..TRIES {
        let snapshot = copy_records(store, database).await?;
        let (source, target) = (from.clone(), to.clone());
        let copied = tokio::task::spawn_blocking(move || copy_files(&snapshot, &source, &target)).await;
        let copied = copied.map_err(|cause| failed(database, &cause))??;
        if copied.missing.is_empty() || copied.missing == missing {
            missing = copied.missing;
            break;
        }
        missing = copied.missing;
    }
    let (database, to) = (database.to_owned(), to.clone());
    let kept = tokio::task::spawn_blocking(move || settle(&database, &to)).await;
    let (files, bytes) = kept.map_err(|cause| StoreError::at("a backup", &cause))??;
    Ok(Backup { files, bytes, missing: missing.len() as u64 })
}

/// Copies the records, in place of those of an earlier try; says what they refer to.
async fn copy_records(store: &Sqlite, database: &Path) -> Result<Snapshot, StoreError> {
    match fs::remove_file(database) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(failed(database, &cause)),
        _ => store.copy_to(database).await?,
    }
    let copy = Sqlite::open_to_read(database).await?;
    let snapshot = copy.snapshot().await;
    copy.close().await;
    snapshot
}

#[derive(Default)]
struct Copied {
    missing: BTreeSet<String>,
}

fn copy_files(snapshot: &Snapshot, from: &Folders, to: &Folders) -> Result<Copied, StoreError> {
    let mut copied = Copied::default();
    let (blobs, _) = wanted(snapshot, &from.blobs);
    for key in blobs {
        copied.take(&from.blobs, &to.blobs, &key.to_string())?;
    }
    // What is no key could lie anywhere.
    for key in snapshot.recordings.iter().filter_map(|recorded| recorded.url.parse::<BlobKey>().ok()) {
        copied.take(&from.recordings, &to.recordings, &key.to_string())?;
    }
    for upload in &snapshot.uploads {
        let sources = copies(upload, &from.uploads, &from.recordings);
        let target = to.uploads.join(upload.id.to_string());
        if upload.received > 0
            && !first_of(sources, &target, upload.received).map_err(|cause| failed(&target, &cause))?
        {
            copied.missing.insert(upload.id.to_string());
        }
    }
    sweep(snapshot, to).map_err(|cause| failed(&to.blobs, &cause))?;
    Ok(copied)
}

impl Copied {
    /// Copies a file whose name says what it holds, unless that was done before.
    fn take(&mut self, from: &Path, to: &Path, name: &str) -> Result<(), StoreError> {
        let (source, target) = (from.join(name), to.join(name));
        match copy_whole(&source, &target) {
            Ok(()) => Ok(()),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                self.missing.insert(name.to_owned());
                Ok(())
            }
            Err(cause) => Err(failed(&target, &cause)),
        }
    }
}

fn copy_whole(source: &Path, target: &Path) -> io::Result<()> {
    if target.try_exists()? {
        return Ok(());
    }
    let length = source.metadata()?.len();
    copy_first(source, target, length).map(drop)
}

/// Copies the first bytes of the first of those files that has so many; says whether there was one.
fn first_of(sources: impl Iterator<Item = PathBuf>, target: &Path, length: u64) -> io::Result<bool> {
    for source in sources {
        match copy_first(&source, target, length) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(false)
}

/// Says whether there were so many bytes.
fn copy_first(source: &Path, target: &Path, length: u64) -> io::Result<bool> {
    let source = File::open(source)?;
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = File::create(target)?;
    let copied = io::copy(&mut source.take(length), &mut file)?;
    file.sync_all()?;
    Ok(copied == length)
}

/// Takes away what an earlier try copied and these records don't refer to.
fn sweep(snapshot: &Snapshot, to: &Folders) -> io::Result<()> {
    let (blobs, _) = wanted(snapshot, &to.blobs);
    let blobs = blobs.iter().map(ToString::to_string).collect();
    let recordings = snapshot.recordings.iter().map(|recorded| recorded.url.clone()).collect();
    let uploads = snapshot.uploads.iter().map(|upload| upload.id.to_string()).collect();
    for (folder, keep) in [(&to.blobs, blobs), (&to.recordings, recordings), (&to.uploads, uploads)] {
        let keep: BTreeSet<String> = keep;
        for file in below(folder)?.into_iter().filter(|path| path.is_file()) {
            let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
            if !keep.contains(&name) {
                fs::remove_file(file)?;
            }
        }
    }
    Ok(())
}

/// Makes sure that all of it survives a loss of power; says how much that is.
fn settle(database: &Path, to: &Folders) -> Result<(u64, u64), StoreError> {
    let (mut files, mut bytes) = (0, 0);
    let sync = |path: &Path| File::open(path).and_then(|file| file.sync_all()).map_err(|cause| failed(path, &cause));
    sync(database)?;
    for folder in [&to.blobs, &to.recordings, &to.uploads] {
        fs::create_dir_all(folder).map_err(|cause| failed(folder, &cause))?;
        for path in below(folder).map_err(|cause| failed(folder, &cause))? {
            if path.is_dir() {
                sync(&path)?;
            } else {
                files += 1;
                bytes += path.metadata().map_err(|cause| failed(&path, &cause))?.len();
            }
        }
    }
    database.parent().map_or(Ok(()), sync)?;
    Ok((files, bytes))
}

/// The folder with everything below it.
fn below(root: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut found, mut next) = (vec![root.to_owned()], 0);
    while let Some(path) = found.get(next).cloned() {
        next += 1;
        match fs::read_dir(&path) {
            Ok(entries) => {
                for entry in entries {
                    found.push(entry?.path());
                }
            }
            Err(cause) if matches!(cause.kind(), io::ErrorKind::NotADirectory | io::ErrorKind::NotFound) => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(found)
}

fn failed(place: &Path, cause: &(dyn std::error::Error + 'static)) -> StoreError {
    StoreError::at(&place.display().to_string(), cause)
}
