//! What the user asks for, and what it means.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Parser, ValueEnum};

use crate::peer::{Peer, python, sized_whisper};
use crate::program::Model;
use crate::session::Format;

#[derive(Parser)]
#[command(about, max_term_width = 110)]
pub(crate) struct Arguments {
    /// Length of the recording
    #[arg(long, default_value_t = 20)]
    minutes: u32,
    /// Rows of its pictures
    #[arg(long, default_value_t = 720, value_parser = clap::value_parser!(u32).range(2..=2160))]
    height: u32,
    /// A Whisper model in ggml's format [default: the small one that ships]
    #[arg(long, value_name = "FILE", conflicts_with = "sized")]
    model: Option<PathBuf>,
    /// A Whisper of that size with random weights, made for this; it writes half a minute of speech into each window
    #[arg(long, value_name = "SIZE")]
    sized: Option<Size>,
    /// Also measure a stack of Python packages, installed into a folder of its own
    #[arg(long)]
    peer: bool,
    /// The model of --model for faster-whisper, as a folder; with --sized it is made
    #[arg(long, value_name = "FOLDER", requires = "peer")]
    peer_model: Option<PathBuf>,
    /// Two minutes of recording, the best of three tries, and an error where a budget is broken
    #[arg(long, conflicts_with_all = ["minutes", "peer"])]
    pub(crate) short: bool,
    /// Folder for the recordings, which are kept for the next time, and for everything else
    #[arg(long, default_value = "target/bench")]
    pub(crate) folder: PathBuf,
}

/// A size of Whisper.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Size {
    /// 384 wide, 4 layers
    Tiny,
    /// 512 wide, 6 layers
    Base,
    /// 1280 wide, 32 layers before and 4 after; for a machine with a GPU
    LargeV3Turbo,
}

impl Size {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Tiny => "tiny",
            Self::Base => "base",
            Self::LargeV3Turbo => "large-v3-turbo",
        }
    }
}

impl Arguments {
    pub(crate) fn format(&self) -> Format {
        Format { height: self.height, minutes: (!self.short).then_some(self.minutes) }
    }

    pub(crate) fn tries(&self) -> usize {
        if self.short { 3 } else { 1 }
    }

    /// The model that is measured; one of random weights is made where it is missing.
    pub(crate) fn model(&self) -> Result<Model> {
        Ok(match (&self.model, self.sized) {
            (Some(path), _) => Model::brought(path),
            (None, Some(size)) => Model::brought(&sized_whisper(&self.folder, size)?.ggml),
            (None, None) => Model::shipped(),
        })
    }

    /// The stack to compare with, if it is asked for.
    pub(crate) fn peer(&self) -> Result<Option<Peer>> {
        if !self.peer {
            return Ok(None);
        }
        let model = match (&self.peer_model, self.sized) {
            (Some(folder), _) => folder.clone(),
            (None, Some(size)) => sized_whisper(&self.folder, size)?.faster_whisper,
            (None, None) => bail!("with which model? --peer takes --sized, or --model and --peer-model"),
        };
        Ok(Some(Peer { python: python(&self.folder)?, model, folder: self.folder.clone() }))
    }
}

/// A file of this crate, in the checkout that it was built in.
pub(crate) fn own_file(name: &str) -> Result<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    path.canonicalize().with_context(|| format!("{} is missing", path.display()))
}
