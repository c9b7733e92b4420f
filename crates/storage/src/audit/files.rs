//! Records against files.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use stepreel_core::Digest;

use super::folder::{self, Lying};
use super::{Audit, Counts, Folders, Invariant, Scrutiny, Violation};
use crate::content::content_of;
use crate::sqlite::Snapshot;
use crate::{BlobKey, StoreError};

/// One look at the files of an installation.
struct Look<'a> {
    snapshot: &'a Snapshot,
    folders: &'a Folders,
    scrutiny: Scrutiny,
    /// Only these are read, if some are named.
    suspects: Option<&'a BTreeSet<String>>,
    found: Vec<Violation>,
    counts: Counts,
}

pub(super) fn check(
    snapshot: &Snapshot,
    folders: &Folders,
    scrutiny: Scrutiny,
    suspects: Option<&BTreeSet<String>>,
) -> Result<Audit, StoreError> {
    let (found, counts) = (snapshot.violations.clone(), snapshot.counts);
    let mut look = Look { snapshot, folders, scrutiny, suspects, found, counts };
    look.blobs().map_err(|cause| unreadable(&folders.blobs, &cause))?;
    look.recordings().map_err(|cause| unreadable(&folders.recordings, &cause))?;
    look.uploads().map_err(|cause| unreadable(&folders.uploads, &cause))?;
    look.cache().map_err(|cause| unreadable(&folders.cache, &cause))?;
    Ok(Audit { counts: look.counts, violations: look.found })
}

fn unreadable(folder: &Path, cause: &io::Error) -> StoreError {
    StoreError::at(&folder.display().to_string(), cause)
}

impl Look<'_> {
    fn miss(&mut self, invariant: Invariant, subject: impl Into<String>, what: &str) {
        self.found.push(Violation::new(invariant, subject, what));
    }

    fn blobs(&mut self) -> io::Result<()> {
        let folders = self.folders;
        let (keys, foreign) = folder::wanted(self.snapshot, &folders.blobs);
        for (owner, url) in foreign {
            self.miss(Invariant::I7, owner, &format!("it refers to {url}, which is no blob of its own"));
        }
        let lying = folder::files(&folders.blobs)?;
        self.present(&folders.blobs, &keys, &lying)?;
        let keep: BTreeSet<String> = keys.iter().map(ToString::to_string).collect();
        self.strays("blobs", &lying, &keep);
        Ok(())
    }

    fn recordings(&mut self) -> io::Result<()> {
        let folders = self.folders;
        let lying = folder::files(&folders.recordings)?;
        let mut keys = Vec::new();
        for recorded in &self.snapshot.recordings {
            let Some(key) = recorded.url.parse().ok().filter(|key: &BlobKey| key.owner() == recorded.owner) else {
                self.found.push(Violation::new(
                    Invariant::I7,
                    &*recorded.owner,
                    format!("it refers to {}, which is no recording of its own", recorded.url),
                ));
                continue;
            };
            let there = lying.get(&key.to_string()).map(|file| file.length);
            if !recorded.is_arriving && there.is_some() && recorded.bytes != there {
                self.miss(Invariant::I11, &*recorded.owner, "what its recording takes is not what the quota counts");
            }
            keys.push(key);
        }
        self.present(&folders.recordings, &keys, &lying)?;
        let sealed = self.snapshot.uploads.iter().filter_map(|upload| upload.recording.as_ref());
        let keep = keys.iter().chain(sealed).map(ToString::to_string).collect();
        self.strays("recordings", &lying, &keep);
        Ok(())
    }

    /// What is referred to is there and, if that is asked, as its name says.
    fn present(&mut self, root: &Path, keys: &[BlobKey], lying: &BTreeMap<String, Lying>) -> io::Result<()> {
        for key in keys {
            let name = key.to_string();
            let Some(file) = lying.get(&name) else {
                self.miss(Invariant::I4, name, "a record refers to it, and it is not there");
                continue;
            };
            self.counts.files += 1;
            self.counts.bytes += file.length;
            let read = self.scrutiny.contents && self.suspects.is_none_or(|suspects| suspects.contains(&name));
            if read && content(&root.join(&name))?.is_some_and(|content| content != key.content()) {
                self.miss(Invariant::I4, name, "its content is not what its name says");
            }
        }
        Ok(())
    }

    /// What lies there and nobody refers to, unless somebody works on it or it is young.
    fn strays(&mut self, folder: &str, lying: &BTreeMap<String, Lying>, keep: &BTreeSet<String>) {
        for (name, file) in lying {
            let owner = name.rsplit_once('/').map_or("", |(owner, _)| owner);
            let busy = self.snapshot.busy.iter().any(|busy| busy == owner);
            if keep.contains(name) || busy || file.is_young(self.scrutiny.grace) {
                continue;
            }
            let torn = name.contains('#');
            let (invariant, what) = if torn {
                (Invariant::I8, "a write that was killed left it")
            } else {
                (Invariant::I4, "no record refers to it")
            };
            self.miss(invariant, format!("{folder}/{name}"), what);
        }
    }

    fn uploads(&mut self) -> io::Result<()> {
        let Folders { uploads, recordings, .. } = self.folders;
        for upload in &self.snapshot.uploads {
            let mut lengths = folder::copies(upload, uploads, recordings).filter_map(|path| path.metadata().ok());
            if upload.received > lengths.next().map_or(0, |about| about.len()) {
                self.miss(
                    Invariant::I1,
                    format!("uploads/{}", upload.id),
                    "bytes that were acknowledged are not there",
                );
            }
        }
        let known: BTreeSet<String> = self.snapshot.uploads.iter().map(|upload| upload.id.to_string()).collect();
        for (name, file) in folder::files(uploads)? {
            if !known.contains(&name) && !file.is_young(self.scrutiny.grace) {
                self.miss(Invariant::I8, format!("uploads/{name}"), "no upload grows there");
            }
        }
        Ok(())
    }

    /// What runs keep for later is theirs; what they had begun goes when they end.
    fn cache(&mut self) -> io::Result<()> {
        if self.snapshot.at_work {
            return Ok(());
        }
        for (name, file) in folder::files(&self.folders.cache)? {
            if name.split('/').any(|part| part == "unfinished") && !file.is_young(self.scrutiny.grace) {
                self.miss(Invariant::I8, format!("cache/{name}"), "a run had begun it, and nobody goes on");
            }
        }
        Ok(())
    }
}

/// Nothing for a file that went in between.
fn content(path: &Path) -> io::Result<Option<Digest>> {
    match content_of(path) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        content => content.map(Some),
    }
}
