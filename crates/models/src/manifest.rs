//! What each model name stands for.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use stepreel_core::Digest;

use crate::ImageInput;
use crate::written::Written;

/// All models known by name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Manifest(BTreeMap<String, Entry>);

/// One model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Entry {
    /// What it is for.
    pub role: Role,
    /// What it is, in a sentence.
    pub summary: String,
    /// Its files, at least one; the first is the one that is loaded.
    pub files: Vec<ModelFile>,
    /// SPDX name of its licence.
    pub licence: String,
    /// Where it comes from.
    pub source: String,
    /// What pictures it takes, if it is an encoder.
    pub input: Option<ImageInput>,
    /// Samples a second of the sound that it takes, if it takes sound.
    pub sample_rate: Option<u32>,
    /// What running it takes, in megabytes, where that is known.
    pub memory_mb: Option<u32>,
    /// How fast it is, where that was measured.
    pub speed: Option<String>,
    /// Whether it only shows that a stage works, and is taken unasked only where there is nothing better.
    pub demonstration: bool,
}

/// A file of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelFile {
    /// Where it lies below a folder of models.
    pub path: PathBuf,
    /// Its size; not known of every file before it was downloaded.
    pub bytes: Option<u64>,
    /// Its content; without it, the first download is pinned.
    pub sha256: Option<Digest>,
    /// Whether this project has had the file and found size and hash as they are here.
    pub verified: bool,
    /// Where it can be had, the first that answers.
    pub urls: Vec<String>,
}

/// What a model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Frames to vectors.
    Encoder,
    /// Sound to words.
    Speech,
    /// Sound to where somebody speaks.
    VoiceActivity,
    /// Texts to vectors.
    TextEncoder,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Encoder, Self::Speech, Self::VoiceActivity, Self::TextEncoder];

    /// How it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Encoder => "encoder",
            Self::Speech => "speech",
            Self::VoiceActivity => "voice_activity",
            Self::TextEncoder => "text_encoder",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|role| role.name() == text);
        found.ok_or_else(|| format!("a role is one of {}", Self::ALL.map(Self::name).join(", ")))
    }
}

impl Entry {
    /// The file that is loaded.
    ///
    /// # Panics
    /// Never: an entry is not read without a file.
    pub fn main_file(&self) -> &ModelFile {
        self.files.first().expect("an entry has at least one file")
    }

    /// Size of all its files, where it is known.
    pub fn bytes(&self) -> Option<u64> {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Whether it can be downloaded.
    pub fn can_be_pulled(&self) -> bool {
        self.files.iter().all(|file| !file.urls.is_empty())
    }
}

impl Manifest {
    /// The models that this version of Stepreel knows.
    ///
    /// # Panics
    /// Never: a test parses the text that is built in.
    pub fn known() -> Self {
        Self::parse(include_str!("../../../models/models.toml")).expect("a test parses the same text")
    }

    /// Reads a manifest; what is wrong is said in one line.
    ///
    /// # Errors
    /// When it is no TOML, has an unknown key, or says of a model what can't be.
    pub fn parse(text: &str) -> Result<Self, String> {
        let manifest: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |at| text[..at.start].matches('\n').count() + 1);
            format!("line {line}: {}", error.message().replace('\n', " "))
        })?;
        let bad = manifest.0.keys().find(|name| !is_name(name));
        bad.map_or(Ok(manifest.clone()), |name| Err(format!("\"{name}\" is no name for a model: {NAME_RULE}")))
    }

    /// The model of that name and role.
    pub fn entry(&self, role: Role, name: &str) -> Option<&Entry> {
        self.named(name).filter(|entry| entry.role == role)
    }

    /// The model of that name.
    pub fn named(&self, name: &str) -> Option<&Entry> {
        self.0.get(name)
    }

    /// All models with their names, in order of name.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.0.iter().map(|(name, entry)| (name.as_str(), entry))
    }

    pub(crate) fn insert(&mut self, name: &str, entry: Entry) {
        self.0.insert(name.to_owned(), entry);
    }

    pub(crate) fn to_toml(&self) -> String {
        toml::to_string(self).expect("every entry has a form in TOML, as a test shows")
    }
}

/// What a model may be called.
pub(crate) const NAME_RULE: &str =
    "a name has up to 64 letters, digits, dots, dashes and underscores, and begins with a letter or digit";

/// Names become names of files and folders.
pub(crate) fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    name.len() <= 64 && name.chars().all(plain) && name.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// A path stays below the folder that it is put into.
pub(crate) fn stays_below(path: &Path) -> bool {
    use std::path::Component::Normal;
    path.components().next().is_some() && path.components().all(|part| matches!(part, Normal(_)))
}
