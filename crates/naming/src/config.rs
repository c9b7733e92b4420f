//! Which namer, as one table of a configuration.

use serde::{Deserialize, Serialize};
use stepreel_core::StageProvenance;

use crate::{Extractive, FirstWords, LanguageModel, NameError, Namer};

/// Which namer to use and its settings; tagged by `kind`, unknown keys are refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NamerConfig {
    /// Chooses among and shortens what was said.
    Extractive(ExtractiveConfig),
    /// The first words of each passage: a baseline.
    FirstWords(FirstWordsConfig),
    /// A language model words what was said, checked against it.
    LanguageModel(LanguageModelConfig),
}

/// Settings of [`Extractive`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExtractiveConfig {
    /// The most lines of a description; 0 leaves descriptions empty.
    pub most_lines: usize,
}

/// Settings of [`FirstWords`]: there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstWordsConfig {}

/// Settings of [`LanguageModel`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguageModelConfig {
    /// Where an OpenAI-compatible server is: `http://localhost:11434/v1` for Ollama on this machine.
    pub address: String,
    /// The model's name there.
    pub model: String,
    /// The environment variable that holds the key; none is sent without it.
    #[serde(default)]
    pub key_variable: Option<String>,
    /// How long one answer may take.
    #[serde(default = "default_timeout")]
    pub timeout_seconds: u64,
    /// How many pictures of each stretch of work are shown to the model; 0 for one that can't see.
    #[serde(default)]
    pub pictures: usize,
    /// The most lines of a description.
    #[serde(default = "default_most_lines")]
    pub most_lines: usize,
}

impl LanguageModelConfig {
    /// Of the names that stay where the model's can't be used.
    pub(crate) fn extractive(&self) -> ExtractiveConfig {
        ExtractiveConfig { most_lines: self.most_lines }
    }
}

fn default_timeout() -> u64 {
    60
}

fn default_most_lines() -> usize {
    12
}

impl NamerConfig {
    /// The namer it describes.
    ///
    /// # Errors
    /// When a language model is described by no address, or by a key that isn't there.
    pub fn build(&self) -> Result<Box<dyn Namer>, NameError> {
        Ok(match self {
            Self::Extractive(config) => Box::new(Extractive::new(config.clone())),
            Self::FirstWords(FirstWordsConfig {}) => Box::new(FirstWords),
            Self::LanguageModel(config) => Box::new(LanguageModel::new(config.clone())?),
        })
    }
}

impl Default for NamerConfig {
    fn default() -> Self {
        Self::Extractive(ExtractiveConfig::default())
    }
}

impl Default for ExtractiveConfig {
    fn default() -> Self {
        Self { most_lines: default_most_lines() }
    }
}

pub(crate) fn provenance(kind: &str, settings: String) -> StageProvenance {
    StageProvenance {
        stage: "namer".to_owned(),
        kind: kind.to_owned(),
        model: None,
        model_sha256: None,
        device: None,
        settings,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_chooses_the_namer() {
        for (table, kind) in [
            ("kind = 'extractive'", "extractive"),
            ("kind = 'extractive'\nmost_lines = 3", "extractive"),
            ("kind = 'first_words'", "first_words"),
            ("kind = 'language_model'\naddress = 'http://localhost:11434/v1'\nmodel = 'm'", "language_model"),
        ] {
            let config: NamerConfig = toml::from_str(table).unwrap();
            assert_eq!(config.build().unwrap().provenance().kind, kind);
        }
    }

    #[test]
    fn unknown_keys_and_kinds_are_refused() {
        for table in
            ["kind = 'oracle'", "most_lines = 3", "kind = 'extractive'\nlines = 3", "kind = 'first_words'\nlines = 3"]
        {
            assert!(toml::from_str::<NamerConfig>(table).is_err(), "{table}");
        }
    }

    #[test]
    fn the_settings_are_in_the_provenance() {
        let settings = |table| toml::from_str::<NamerConfig>(table).unwrap().build().unwrap().provenance().settings;
        assert_ne!(settings("kind = 'extractive'"), settings("kind = 'extractive'\nmost_lines = 3"));
    }
}
