//! Files of a folder, and which of them the records want.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::BlobKey;
use crate::sqlite::{Growing, Snapshot};

/// A file as it lies there.
pub(super) struct Lying {
    pub(super) length: u64,
    modified: Option<SystemTime>,
}

impl Lying {
    /// Whether it was written less than so long ago.
    pub(super) fn is_young(&self, grace: Duration) -> bool {
        self.modified.and_then(|at| at.elapsed().ok()).is_none_or(|age| age < grace)
    }
}

/// All files below a folder, by their path in it; none when there is no such folder.
pub(super) fn files(root: &Path) -> io::Result<BTreeMap<String, Lying>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            match fs::symlink_metadata(&path) {
                Ok(about) if about.is_dir() => folders.push(path),
                Ok(about) => {
                    let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
                    found.insert(name, Lying { length: about.len(), modified: about.modified().ok() });
                }
                // It went in between.
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
                Err(cause) => return Err(cause),
            }
        }
    }
    Ok(found)
}

/// The keys that a session's records give, and those that its storyboards name; what is no key of its own is given back as it is.
pub(crate) fn wanted(snapshot: &Snapshot, blobs: &Path) -> (Vec<BlobKey>, Vec<(String, String)>) {
    let (mut keys, mut foreign) = (Vec::new(), Vec::new());
    for reference in &snapshot.blobs {
        match reference.url.parse::<BlobKey>() {
            Ok(key) if key.owner() == reference.owner => {
                if reference.is_storyboard {
                    // One that isn't there is missed by its own key.
                    let cues = fs::read_to_string(blobs.join(key.to_string())).unwrap_or_default();
                    keys.extend(key.beside(&cues));
                }
                keys.push(key);
            }
            _ => foreign.push((reference.owner.clone(), reference.url.clone())),
        }
    }
    keys.sort();
    keys.dedup();
    (keys, foreign)
}

/// Where the file of an upload can be: where it grows, or where it goes when it is whole.
pub(crate) fn copies(upload: &Growing, uploads: &Path, recordings: &Path) -> impl Iterator<Item = PathBuf> {
    let sealed = upload.recording.as_ref().map(|key| recordings.join(key.to_string()));
    std::iter::once(uploads.join(upload.id.to_string())).chain(sealed)
}
