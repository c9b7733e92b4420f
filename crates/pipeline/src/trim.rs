//! Kept results that nobody needs any more go.

use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::cache::{Cache, LOCK};

/// How much is kept of what stages made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeptResults {
    /// The most that is kept between runs, in gigabytes of all recordings together. A recording of 20 minutes makes about
    /// 50 MB.
    pub most_gigabytes: f64,
}

impl Default for KeptResults {
    fn default() -> Self {
        Self { most_gigabytes: 10.0 }
    }
}

impl KeptResults {
    /// Deletes results below the folder `root` until no more than allowed is left, longest unused first: those of old
    /// configurations and of recordings that nobody processes again. What a run in progress works on stays.
    pub(crate) fn trim(self, root: &Path) -> io::Result<()> {
        let most = (self.most_gigabytes.max(0.0) * 1e9) as u64;
        let mut kept = results(root)?;
        let mut bytes: u64 = kept.iter().map(|result| result.bytes).sum();
        kept.sort_by_key(|result| result.used);
        for result in kept {
            if bytes <= most {
                break;
            }
            if result.delete()? {
                bytes -= result.bytes;
            }
        }
        Ok(())
    }
}

/// One kept result.
struct Kept {
    path: PathBuf,
    /// Of its recording.
    folder: PathBuf,
    bytes: u64,
    used: SystemTime,
}

impl Kept {
    /// Says whether it is gone; it stays while a run works on its recording.
    fn delete(&self) -> io::Result<bool> {
        let Ok(_lock) = Cache::open(self.folder.clone()) else { return Ok(false) };
        match fs::remove_file(&self.path) {
            // Taking the folder has cleared away what was in the making.
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(cause),
            _ => Ok(true),
        }
    }
}

/// All results of all recordings of all tenants. The folders of the recordings stay when they are empty: one that went could be
/// the one that a run is about to lock.
fn results(root: &Path) -> io::Result<Vec<Kept>> {
    let mut results = Vec::new();
    for tenant in entries(root)? {
        for recording in entries(&tenant.path())? {
            let folder = recording.path();
            collect(&folder, &folder, &mut results)?;
        }
    }
    Ok(results)
}

fn collect(folder: &Path, of: &Path, results: &mut Vec<Kept>) -> io::Result<()> {
    for entry in entries(folder)? {
        let path = entry.path();
        // A run beside this one may have finished with it.
        let Ok(about) = entry.metadata() else { continue };
        if about.is_dir() {
            collect(&path, of, results)?;
        } else if entry.file_name() != LOCK {
            results.push(Kept { path, folder: of.to_owned(), bytes: about.len(), used: about.modified()? });
        }
    }
    Ok(())
}

/// What is in a folder; nothing where there is none.
fn entries(folder: &Path) -> io::Result<Vec<DirEntry>> {
    match folder.read_dir() {
        Ok(entries) => entries.collect(),
        Err(cause) if matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(Vec::new()),
        Err(cause) => Err(cause),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::Duration;

    use super::*;
    use crate::cache::Key;

    /// Three results of 1000 bytes of two recordings, the first unused for longest.
    fn three(root: &Path) -> [PathBuf; 3] {
        let places = [("a", "old"), ("b", "middle"), ("a", "new")];
        let mut age = 3;
        places.map(|(recording, stage)| {
            let cache = Cache::open(root.join("acme").join(recording)).unwrap();
            let path = cache.path(&Key::new(stage, &()));
            fs::write(&path, [0; 1000]).unwrap();
            File::open(&path).unwrap().set_modified(SystemTime::now() - Duration::from_hours(age)).unwrap();
            age -= 1;
            path
        })
    }

    fn keep(bytes: u64) -> KeptResults {
        KeptResults { most_gigabytes: bytes as f64 / 1e9 }
    }

    #[test]
    fn what_was_unused_for_longest_goes_first() {
        for (most, left) in [(3000, [true, true, true]), (2999, [false, true, true]), (1000, [false, false, true])] {
            let root = tempfile::tempdir().unwrap();
            let results = three(root.path());
            keep(most).trim(root.path()).unwrap();
            assert_eq!(results.map(|path| path.exists()), left, "{most}");
        }
    }

    #[test]
    fn what_was_used_again_is_not_old() {
        let root = tempfile::tempdir().unwrap();
        let results = three(root.path());
        let cache = Cache::open(root.path().join("acme/a")).unwrap();
        assert_eq!(cache.kept::<u8>(&Key::new("old", &())), Some(0));
        drop(cache);
        keep(2000).trim(root.path()).unwrap();
        assert_eq!(results.map(|path| path.exists()), [true, false, true]);
    }

    #[test]
    fn what_a_run_in_progress_works_on_stays() {
        let root = tempfile::tempdir().unwrap();
        let results = three(root.path());
        let _run = Cache::open(root.path().join("acme/a")).unwrap();
        keep(0).trim(root.path()).unwrap();
        assert_eq!(results.map(|path| path.exists()), [true, false, true]);
    }

    #[test]
    fn what_a_killed_run_left_counts_and_goes() {
        let root = tempfile::tempdir().unwrap();
        let left = Cache::open(root.path().join("acme/a")).unwrap().unfinished("clip");
        fs::write(&left, [0; 1000]).unwrap();
        keep(999).trim(root.path()).unwrap();
        assert!(!left.exists());
        keep(0).trim(&root.path().join("no such folder")).unwrap();
    }
}
