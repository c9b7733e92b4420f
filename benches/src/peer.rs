//! The stack that somebody would put together in Python: `peer/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use serde::Deserialize;

use crate::arguments::{Size, own_file};
use crate::measure::Measured;
use crate::session::Session;
use crate::table::Row;
use crate::tool::{answer, finish};

/// The stack, installed, and the model that it recognises words with.
pub(crate) struct Peer {
    pub(crate) python: PathBuf,
    pub(crate) model: PathBuf,
    pub(crate) folder: PathBuf,
}

/// Seconds of its stages, one after the other.
#[derive(Deserialize)]
struct Times {
    boundaries: f64,
    words: f64,
    clips: f64,
}

impl Peer {
    /// The stack's stages against ours: the limits are our own times, and the ratio tells how many times as long it takes.
    pub(crate) fn measure(&self, session: &Session, measured: &Measured) -> Result<Vec<Row>> {
        let spans = self.folder.join("spans.json");
        fs::write(&spans, serde_json::to_vec(&measured.whole.spans)?)?;
        let mut command = Command::new(&self.python);
        command.arg(own_file("peer/peer.py")?).arg(&session.recording).arg(&self.model).arg(&spans).arg(&self.folder);
        let times: Times = serde_json::from_str(&answer(command.env("HF_HUB_OFFLINE", "1"))?)?;
        let [boundaries, words, clips] = [times.boundaries, times.words, times.clips].map(Duration::from_secs_f64);
        let whole = boundaries + words + clips;
        Ok(vec![
            Row::new("Python: whole", whole, "whole run", measured.whole.wall),
            Row::new("Python: boundaries", boundaries, "pictures", measured.whole.stage("pictures")?),
            Row::new("Python: words", words, "words", measured.whole.stage("words")?),
            Row::new("Python: clips", clips, "clips", measured.whole.stage("clips")?),
        ])
    }
}

/// A Python that has the stack's packages, in a folder of its own: some 650 MB, half a minute to install.
pub(crate) fn python(folder: &Path) -> Result<PathBuf> {
    let environment = folder.join("peer");
    let python = environment.join("bin/python");
    let wanted = own_file("peer/requirements.txt")?;
    let installed = environment.join("requirements.txt");
    if fs::read(&installed).ok() != Some(fs::read(&wanted)?) {
        finish(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
        finish(Command::new(&python).args(["-m", "pip", "install", "-q", "-r"]).arg(&wanted))?;
        fs::copy(wanted, installed)?;
    }
    Ok(python)
}

/// One model in two formats.
pub(crate) struct SizedWhisper {
    pub(crate) ggml: PathBuf,
    pub(crate) faster_whisper: PathBuf,
}

/// A Whisper of that size with random weights.
pub(crate) fn sized_whisper(folder: &Path, size: Size) -> Result<SizedWhisper> {
    let models = folder.join("models");
    let size = size.name();
    let ggml = models.join(format!("ggml-random-{size}.bin"));
    let faster_whisper = models.join(format!("random-{size}-int8"));
    if !ggml.is_file() || !faster_whisper.is_dir() {
        let mut command = Command::new(python(folder)?);
        finish(command.arg(own_file("peer/sized_whisper.py")?).arg(size).arg(&models).arg("--peer"))?;
    }
    Ok(SizedWhisper { ggml, faster_whisper })
}
