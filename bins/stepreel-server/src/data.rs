//! The folder of everything.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use stepreel_server::SigningKey;
use stepreel_storage::{Blobs, Folders, Sqlite, StoreError};
use stepreel_worker::Place;
use tempfile::NamedTempFile;

/// The records.
pub(crate) async fn store(folder: &Path) -> Result<Arc<Sqlite>, StoreError> {
    Ok(Arc::new(Sqlite::open(&database(folder)).await?))
}

/// The records of a folder that is there: a mistyped one is no reason to make one.
pub(crate) async fn existing_store(folder: &Path) -> Result<Arc<Sqlite>> {
    check(folder)?;
    Ok(store(folder).await?)
}

fn check(folder: &Path) -> Result<()> {
    if !database(folder).is_file() {
        bail!("nothing was ever served from {}: check --data", folder.display());
    }
    Ok(())
}

/// The records of a folder that is there, for whoever changes nothing.
pub(crate) async fn store_to_read(folder: &Path) -> Result<Sqlite> {
    check(folder)?;
    Ok(Sqlite::open_to_read(&database(folder)).await?)
}

/// The file of the records.
pub(crate) fn database(folder: &Path) -> PathBuf {
    folder.join("stepreel.db")
}

/// Where the files lie.
pub(crate) fn folders(folder: &Path) -> Folders {
    let place = |name| folder.join(name);
    Folders { blobs: place("blobs"), recordings: place("recordings"), uploads: place("uploads"), cache: place("cache") }
}

/// Where a worker finds things; made where they are missing.
pub(crate) async fn open(folder: &Path) -> Result<Place, StoreError> {
    let store = store(folder).await?;
    Ok(Place {
        queue: Arc::clone(&store) as _,
        store,
        blobs: Blobs::open(&folder.join("blobs").to_string_lossy())?,
        recordings: folder.join("recordings"),
        cache: folder.join("cache"),
    })
}

/// Where uploads grow.
pub(crate) fn uploads(folder: &Path) -> Result<PathBuf> {
    let uploads = folder.join("uploads");
    fs::create_dir_all(&uploads).with_context(|| format!("cannot make the folder {}", uploads.display()))?;
    Ok(uploads)
}

/// The key that signs the URLs of media. It is made once, so that URLs outlive a restart, and for its owner's eyes alone.
pub(crate) fn signing_key(folder: &Path) -> Result<SigningKey> {
    let path = folder.join("secret");
    let key = read_key(&path).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => make_key(&path),
        _ => Err(error),
    });
    Ok(SigningKey::new(key.with_context(|| format!("cannot use the key in {}", path.display()))?))
}

fn read_key(path: &Path) -> io::Result<[u8; 32]> {
    let mut key = [0; 32];
    File::open(path)?.read_exact(&mut key)?;
    Ok(key)
}

/// Written beside its place, for its owner alone, and put there when it is whole; of two who make it at once one wins.
fn make_key(path: &Path) -> io::Result<[u8; 32]> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|error| io::Error::other(error.to_string()))?;
    let mut file = NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(&key)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(taken) if taken.error.kind() != io::ErrorKind::AlreadyExists => Err(taken.error),
        _ => read_key(path),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_key_stays_the_same_and_is_nobody_elses() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let made = make_key(&path).unwrap();
        assert_eq!(read_key(&path).unwrap(), made);
        assert_eq!(make_key(&path).unwrap(), made);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
