//! What each model name stands for.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use stepreel_core::Digest;

/// All models known by name.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Manifest(BTreeMap<String, Entry>);

/// One model.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What it is for.
    pub role: Role,
    /// What it is, in a sentence.
    pub summary: String,
    /// Its file, relative to a folder of models.
    pub file: PathBuf,
    /// Size of the file.
    pub bytes: u64,
    /// Content of the file.
    pub sha256: Digest,
    /// SPDX name of its licence.
    pub licence: String,
    /// Where it comes from.
    pub source: String,
    /// What pictures it takes, if it is an encoder.
    pub input: Option<ImageInput>,
}

/// What a model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Frames to vectors.
    Encoder,
    /// Sound to words.
    Speech,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// How an encoder wants its pictures: RGB, each channel as `(value - mean) / deviation` with values 0-255.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageInput {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Order of the axes.
    pub layout: Layout,
    /// What is taken off each channel.
    pub mean: [f32; 3],
    /// What each channel is divided by.
    pub deviation: [f32; 3],
    /// Values in the vector that comes out.
    pub dimensions: usize,
}

/// Order of a picture tensor's axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Batch, channel, row, column.
    Nchw,
    /// Batch, row, column, channel.
    Nhwc,
}

impl Manifest {
    /// The models that this version of Stepreel knows.
    ///
    /// # Panics
    /// Never: a test parses the text that is built in.
    pub fn known() -> Self {
        toml::from_str(include_str!("../../../models/models.toml")).expect("a test parses the same text")
    }

    /// The model of that name and role.
    pub fn entry(&self, role: Role, name: &str) -> Option<&Entry> {
        self.0.get(name).filter(|entry| entry.role == role)
    }

    /// All models with their names, in order of name.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.0.iter().map(|(name, entry)| (name.as_str(), entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoder_says_what_it_takes() {
        let manifest = Manifest::known();
        assert!(manifest.entries().next().is_some());
        for (name, entry) in manifest.entries() {
            assert_eq!(entry.input.is_some(), entry.role == Role::Encoder, "{name}");
        }
    }

    #[test]
    fn a_name_counts_only_for_its_role() {
        let manifest = Manifest::known();
        assert!(manifest.entry(Role::Encoder, "mobilenet-v1").is_some());
        assert!(manifest.entry(Role::Speech, "mobilenet-v1").is_none());
    }
}
