//! Labelled sessions, wherever they come from.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use stepreel_testkit::{Truth, transcripts};

/// The sessions to be run, by name, and where their recordings are.
#[derive(Debug)]
pub(crate) struct Sessions {
    pub(crate) truths: Vec<Truth>,
    folder: PathBuf,
}

impl Sessions {
    /// What lies at that path decides: `*.truth.json` in a folder, with or without recordings; else labelled transcripts.
    pub(crate) fn find(path: &Path) -> Result<Self> {
        let files = truth_files(path)?;
        let truths = match files.as_slice() {
            [] => transcripts(path)?,
            files => files.iter().map(|file| Truth::load(file)).collect::<Result<_, _>>()?,
        };
        let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
        let sessions = Self { truths, folder: folder.to_owned() };
        sessions.check().with_context(|| format!("can't run over {}", path.display()))?;
        Ok(sessions)
    }

    /// The recording of a session, if it has one.
    pub(crate) fn recording(&self, truth: &Truth) -> Option<PathBuf> {
        truth.recording.as_ref().map(|name| self.folder.join(name))
    }

    /// Whether any session has a recording.
    pub(crate) fn recorded(&self) -> bool {
        self.truths.iter().any(|truth| truth.recording.is_some())
    }

    fn check(&self) -> Result<()> {
        if self.truths.is_empty() {
            bail!("it has no labelled session: neither *.truth.json nor a transcript of docs/evaluation.md's formats");
        }
        let mut names = BTreeSet::new();
        match self.truths.iter().find(|truth| !names.insert(&truth.name)) {
            Some(twice) => bail!("two sessions are called {}: give each a name of its own", twice.name),
            None => Ok(()),
        }
    }
}

fn truth_files(path: &Path) -> Result<Vec<PathBuf>> {
    let is_truth = |path: &PathBuf| path.to_string_lossy().ends_with(".truth.json");
    if !path.is_dir() {
        return Ok(Some(path.to_owned()).filter(is_truth).into_iter().collect());
    }
    let entries = path.read_dir().with_context(|| format!("could not look into {}", path.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_truth).collect();
    files.sort();
    Ok(files)
}
