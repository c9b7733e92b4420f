//! Which namer, as one table of a configuration.

use serde::{Deserialize, Serialize};
use stepreel_core::StageProvenance;

use crate::{Extractive, FirstWords, Namer};

/// Which namer to use and its settings; tagged by `kind`, unknown keys are refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NamerConfig {
    /// Chooses among and shortens what was said.
    Extractive(ExtractiveConfig),
    /// The first words of each passage: a baseline.
    FirstWords(FirstWordsConfig),
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

impl NamerConfig {
    /// The namer it describes.
    pub fn build(&self) -> Box<dyn Namer> {
        match self {
            Self::Extractive(config) => Box::new(Extractive::new(config.clone())),
            Self::FirstWords(FirstWordsConfig {}) => Box::new(FirstWords),
        }
    }
}

impl Default for NamerConfig {
    fn default() -> Self {
        Self::Extractive(ExtractiveConfig::default())
    }
}

impl Default for ExtractiveConfig {
    fn default() -> Self {
        Self { most_lines: 12 }
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
        ] {
            let config: NamerConfig = toml::from_str(table).unwrap();
            assert_eq!(config.build().provenance().kind, kind);
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
        let settings = |table| toml::from_str::<NamerConfig>(table).unwrap().build().provenance().settings;
        assert_ne!(settings("kind = 'extractive'"), settings("kind = 'extractive'\nmost_lines = 3"));
    }
}
