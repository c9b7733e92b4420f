//! The program that is measured, and one run of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use stepreel_core::Span;
use stepreel_models::{FOLDER_VARIABLE, Library, Role};

use crate::peak::{self, Peak};
use crate::session::Session;

/// What recognises words, and how.
pub(crate) struct Model {
    /// A file that nobody but the user knows.
    brought: Option<PathBuf>,
    /// As the presets have it: more than one makes the small model that ships understand clearly more.
    pub(crate) beam_size: u32,
}

impl Model {
    pub(crate) fn shipped() -> Self {
        Self { brought: None, beam_size: 5 }
    }

    pub(crate) fn brought(path: &Path) -> Self {
        Self { brought: Some(path.to_owned()), beam_size: 1 }
    }

    fn name(&self) -> &'static str {
        if self.brought.is_some() { "measured" } else { "workshop-en" }
    }

    /// Its file.
    pub(crate) fn path(&self) -> Result<PathBuf> {
        match &self.brought {
            Some(path) => Ok(path.clone()),
            None => Ok(Library::discover()?.locate(Role::Speech, self.name())?.path),
        }
    }
}

/// Where a run has its words from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Words {
    /// From the model.
    Recognised,
    /// From captions, which takes no time: what is left is everything else.
    Captions,
}

/// One run.
pub(crate) struct Run {
    pub(crate) wall: Duration,
    pub(crate) peak: Peak,
    /// How long each stage took; those that run side by side overlap.
    pub(crate) stages: BTreeMap<String, Duration>,
    /// Where the work is that it found.
    pub(crate) spans: Vec<Span>,
}

impl Run {
    pub(crate) fn stage(&self, name: &str) -> Result<Duration> {
        self.stages.get(name).copied().with_context(|| format!("the run told of no stage {name}"))
    }
}

/// The program with its model, at work on one session.
pub(crate) struct Program<'a> {
    path: PathBuf,
    folder: &'a Path,
    session: &'a Session,
}

impl<'a> Program<'a> {
    pub(crate) fn new(folder: &'a Path, session: &'a Session, model: &Model) -> Result<Self> {
        let models = folder.join("models-measured");
        fs::create_dir_all(&models)?;
        if let Some(path) = &model.brought {
            fs::copy(path, models.join("ggml-measured.bin"))?;
        }
        let beam_size = model.beam_size;
        let words = format!(
            "[transcriber]\nkind = \"whisper\"\nmodel = \"{}\"\nlanguage = \"en\"\nbeam_size = {beam_size}\n",
            model.name()
        );
        fs::write(folder.join("recognised.toml"), words)?;
        fs::write(folder.join("captions.toml"), "[transcriber]\nkind = \"captions\"\n")?;
        Ok(Self { path: beside("stepreel")?, folder, session })
    }

    /// A run with an empty store.
    pub(crate) fn fresh(&self, words: Words) -> Result<Run> {
        let store = self.store(words);
        if store.exists() {
            fs::remove_dir_all(&store)?;
        }
        self.run(words)
    }

    /// A run like the one before it in which only that stage is done anew: nothing else is at work beside it.
    pub(crate) fn again(&self, stage: &str) -> Result<Run> {
        let cache = self.store(Words::Recognised).join("cache");
        let kept = format!("{stage}-");
        for file in files(&cache)? {
            if file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&kept)) {
                fs::remove_file(file)?;
            }
        }
        self.run(Words::Recognised)
    }

    fn store(&self, words: Words) -> PathBuf {
        self.folder.join(format!("store-{words:?}").to_lowercase())
    }

    fn run(&self, words: Words) -> Result<Run> {
        let mut command = Command::new(&self.path);
        command.arg("process").arg(&self.session.recording).arg("--json").arg("--store").arg(self.store(words));
        command.arg("--config").arg(self.folder.join(format!("{words:?}.toml").to_lowercase()));
        if matches!(words, Words::Captions) {
            command.arg("--captions").arg(&self.session.captions);
        }
        command.env(FOLDER_VARIABLE, self.folder.join("models-measured"));
        let began = Instant::now();
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let (output, peak) = peak::wait(child)?;
        let wall = began.elapsed();
        let told = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "the run failed: {told}");
        let printed: Printed = serde_json::from_slice(&output.stdout)?;
        let spans = printed.procedures.iter().filter_map(|row| Span::from_seconds(row.start_seconds, row.end_seconds));
        Ok(Run { wall, peak, stages: stages(&told), spans: spans.collect() })
    }
}

/// What is needed of the record that the program prints.
#[derive(Deserialize)]
struct Printed {
    procedures: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    start_seconds: f64,
    end_seconds: f64,
}

/// A program that was built together with this one.
pub(crate) fn beside(name: &str) -> Result<PathBuf> {
    let program = std::env::current_exe()?.with_file_name(name);
    ensure!(program.is_file(), "{} is missing: docs/performance.md tells how to build it", program.display());
    Ok(program)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir()? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    Ok(files)
}

/// Lines such as `pictures     12.3 s`.
fn stages(told: &str) -> BTreeMap<String, Duration> {
    let stage = |line: &str| {
        let mut words = line.split_whitespace();
        let (name, seconds) = (words.next()?, words.next()?.parse().ok()?);
        (words.next() == Some("s")).then(|| (name.to_owned(), Duration::from_secs_f64(seconds)))
    };
    told.lines().filter_map(stage).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_told_by_lines() {
        let told = "the encoder runs on cpu\nprobe         0.6 s\nwarning: a thing\nwords        12.5 s  (kept from an earlier run)\n";
        let seconds: Vec<_> = stages(told).into_iter().map(|(name, took)| (name, took.as_secs_f64())).collect();
        assert_eq!(seconds, [("probe".to_owned(), 0.6), ("words".to_owned(), 12.5)]);
    }
}
