//! What the user wants: one TOML file is one experiment.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use stepreel_clipping::ClipperConfig;
use stepreel_core::{DeviceChoice, Role};
use stepreel_media::{Confinement, Sampling};
use stepreel_models::Settings;
use stepreel_naming::NamerConfig;
use stepreel_scoring::{Policy, ScorerConfig};
use stepreel_segmentation::{EncoderConfig, SegmenterConfig};
use stepreel_transcription::{TranscriberConfig, VoiceActivityConfig};

use crate::KeptResults;

/// A table per stage; what is left out has its default, and an unknown key is an error.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Which sessions are processed.
    pub sessions: Sessions,
    /// Which frames are looked at.
    pub frames: Sampling,
    /// How decoders are kept from doing harm.
    pub decoding: Decoding,
    /// What turns frames into vectors.
    pub encoder: EncoderConfig,
    /// What finds speech.
    pub voice_activity: VoiceActivityConfig,
    /// What recognises words.
    pub transcriber: TranscriberConfig,
    /// What finds the stretches of work.
    pub segmenter: SegmenterConfig,
    /// What names them.
    pub namer: NamerConfig,
    /// What cuts them out.
    pub clipper: ClipperConfig,
    /// What scores them.
    pub scorer: ScorerConfig,
    /// What follows from measurements and scores.
    pub policy: Policy,
    /// How much is kept of what the stages made, for the next run.
    pub kept_results: KeptResults,
    /// How models may be downloaded, when the user asks for it.
    pub models: Settings,
    /// Where models run.
    pub inference: InferenceConfig,
}

/// Which sessions are processed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sessions {
    /// The roles whose sessions are extracted; those of others are stored, with the finding `NOT_EXTRACTED`.
    pub extract_roles: Vec<Role>,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { extract_roles: vec![Role::Trainer] }
    }
}

impl Sessions {
    /// Whether procedures are looked for in sessions of that role.
    pub fn extracts(&self, role: Role) -> bool {
        self.extract_roles.contains(&role)
    }
}

/// How decoders are kept from doing harm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Decoding {
    /// How they are confined.
    pub confinement: Confinement,
}

/// Where models run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InferenceConfig {
    /// The device of every model that is big enough to care: the frame encoder and the speech model.
    pub device: DeviceChoice,
}

/// A configuration can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file can't be read.
    #[error("could not read the configuration {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The file says something that no configuration says.
    #[error("the configuration {} is wrong: {what}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Line, key and what was expected.
        what: String,
    },
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// When it can't be read, or has an unknown key or a value of the wrong kind.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text =
            std::fs::read_to_string(path).map_err(|cause| ConfigError::Unreadable { path: path.to_owned(), cause })?;
        Self::parse(&text).map_err(|what| ConfigError::Wrong { path: path.to_owned(), what })
    }

    /// Reads a configuration out of TOML text; what is wrong is said in one line.
    ///
    /// # Errors
    /// When it has an unknown key or a value of the wrong kind.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |at| text[..at.start].matches('\n').count() + 1);
            format!("line {line}: {}", error.message().replace('\n', " "))
        })
    }

    /// The whole configuration, defaults included, as TOML.
    ///
    /// # Panics
    /// Never: a test shows that every setting has a form in TOML.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("every setting has a form in TOML, as a test shows")
    }
}

#[cfg(test)]
mod tests {
    use stepreel_core::Device;

    use super::*;

    #[test]
    fn the_default_survives_its_own_text() {
        let text = Config::default().to_toml();
        assert_eq!(Config::parse(&text).unwrap(), Config::default(), "{text}");
        assert_eq!(Config::parse("").unwrap(), Config::default());
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error = Config::parse("[frames]\nwidth = 320\nheigth = 200\n").unwrap_err();
        assert!(error.contains("line 3") && error.contains("heigth"), "{error}");
        for text in ["[camera]\n", "[policy]\napprove = 3\n", "[encoder]\nkind = \"onnx\"\nmodle = \"x\"\n"] {
            assert!(Config::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_confinement_is_one_of_those_that_there_are() {
        let text = |word: &str| format!("[decoding]\nconfinement = \"{word}\"\n");
        let read = |word| Config::parse(&text(word)).map(|config| config.decoding.confinement);
        assert_eq!(Config::default().decoding.confinement, Confinement::REQUIRED);
        assert_eq!(read("available"), Ok(Confinement::AVAILABLE));
        assert_eq!(read("none"), Ok(Confinement::NONE));
        assert!(Config::parse(&text("none")).unwrap().to_toml().contains(&text("none")));
        let error = read("perhaps").unwrap_err();
        assert!(error.contains("line 2") && error.contains("perhaps") && error.contains("available"), "{error}");
    }

    #[test]
    fn a_device_is_one_of_those_that_there_are() {
        let device = |text: &str| Config::parse(&format!("[inference]\ndevice = \"{text}\"\n"));
        let choice = |text| device(text).unwrap().inference.device;
        assert_eq!(choice("cpu"), DeviceChoice::default());
        assert_eq!(choice("cuda:1"), DeviceChoice::Only(Device::Cuda(1)));
        assert_eq!(choice("auto"), DeviceChoice::Auto);
        assert!(device("cuda:1").unwrap().to_toml().contains("[inference]\ndevice = \"cuda:1\""));
        for wrong in ["cuda:x", "gpu"] {
            let error = device(wrong).unwrap_err();
            assert!(error.contains("line 2") && error.contains(wrong) && error.contains("cuda:0"), "{error}");
        }
    }
}
