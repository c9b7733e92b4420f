//! Whether everything holds together, whatever was killed: records among each other, records and files.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use crate::{Sqlite, StoreError};

mod files;
mod folder;

pub(crate) use folder::{copies, wanted};

/// Where the files of an installation lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// What runs made.
    pub blobs: PathBuf,
    /// What was uploaded.
    pub recordings: PathBuf,
    /// What is still on its way.
    pub uploads: PathBuf,
    /// Results that are kept between runs.
    pub cache: PathBuf,
}

/// How thorough an audit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scrutiny {
    /// Whether the content of files is held against their names, which reads all of them.
    pub contents: bool,
    /// What nobody refers to may be so young: somebody may be about to.
    pub grace: Duration,
}

/// What an audit found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// What was looked at.
    pub counts: Counts,
    /// What doesn't hold.
    pub violations: Vec<Violation>,
}

/// How much was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Sessions.
    pub sessions: u64,
    /// Procedures.
    pub procedures: u64,
    /// Jobs.
    pub jobs: u64,
    /// Uploads, whatever became of them.
    pub uploads: u64,
    /// Blobs and recordings.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// One thing that doesn't hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Violation {
    /// Which of the things that have to hold.
    pub invariant: Invariant,
    /// The session, upload or file.
    pub subject: String,
    /// What is wrong with it.
    pub what: String,
}

/// What has to hold, as far as stored things show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Invariant {
    /// Every acknowledged byte of an upload is on disk.
    I1,
    /// Every session ends, or is going to, and says how.
    I2,
    /// A session's results are of one run, once.
    I3,
    /// What is referred to is there, as it was; what is there is referred to.
    I4,
    /// No write is of an epoch that is over.
    I6,
    /// No record of a tenant refers to what is another's.
    I7,
    /// Nothing half-done lies about.
    I8,
    /// What is approved has a score that stands, in a session that didn't fail.
    I9,
    /// What is searched for is what there is, in the status that it has.
    I10,
    /// What a quota counts is what is there.
    I11,
}

impl Violation {
    pub(crate) fn new(invariant: Invariant, subject: impl Into<String>, what: impl Into<String>) -> Self {
        Self { invariant, subject: subject.into(), what: what.into() }
    }
}

impl Invariant {
    /// Each of them.
    pub const ALL: [Self; 10] =
        [Self::I1, Self::I2, Self::I3, Self::I4, Self::I6, Self::I7, Self::I8, Self::I9, Self::I10, Self::I11];

    /// In a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::I1 => "every acknowledged byte of an upload is on disk",
            Self::I2 => "every session ends, or is going to, and says how",
            Self::I3 => "a session's results are of one run, once",
            Self::I4 => "what is referred to is there, as it was; what is there is referred to",
            Self::I6 => "no write is of an epoch that is over",
            Self::I7 => "no record of a tenant refers to what is another's",
            Self::I8 => "nothing half-done lies about",
            Self::I9 => "what is approved has a score that stands, in a session that didn't fail",
            Self::I10 => "what is searched for is what there is, in the status that it has",
            Self::I11 => "what a quota counts is what is there",
        }
    }
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::I1 => "I1",
            Self::I2 => "I2",
            Self::I3 => "I3",
            Self::I4 => "I4",
            Self::I6 => "I6",
            Self::I7 => "I7",
            Self::I8 => "I8",
            Self::I9 => "I9",
            Self::I10 => "I10",
            Self::I11 => "I11",
        })
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.invariant, self.subject, self.what)
    }
}

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// Checks an installation, also while it is at work: records are read at one moment and files after it, so that what seems wrong is
/// looked at again, and only what is still wrong then is told. Nothing is written.
///
/// # Errors
/// [`StoreError`] when records or folders can't be read.
pub async fn audit(store: &Sqlite, folders: &Folders, scrutiny: Scrutiny) -> Result<Audit, StoreError> {
    let first = look(store, folders, scrutiny, None).await?;
    if first.violations.is_empty() {
        return Ok(first);
    }
    tokio::time::sleep(PAUSE).await;
    let suspects = first.violations.iter().map(|violation| violation.subject.clone()).collect();
    let second = look(store, folders, scrutiny, Some(suspects)).await?;
    let still = first.violations.into_iter().filter(|violation| second.violations.contains(violation));
    Ok(Audit { counts: first.counts, violations: still.collect() })
}

/// One look; of files it reads, if it is to read contents, only those that are named, or all.
async fn look(
    store: &Sqlite,
    folders: &Folders,
    scrutiny: Scrutiny,
    suspects: Option<BTreeSet<String>>,
) -> Result<Audit, StoreError> {
    let snapshot = store.snapshot().await?;
    let folders = folders.clone();
    let looked = tokio::task::spawn_blocking(move || files::check(&snapshot, &folders, scrutiny, suspects.as_ref()));
    let mut audit = looked.await.map_err(|cause| StoreError::at("an audit", &cause))??;
    audit.violations.sort();
    audit.violations.dedup();
    Ok(audit)
}
