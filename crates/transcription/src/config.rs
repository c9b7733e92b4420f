//! What a configuration can ask for.

use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

use stepreel_core::Device;
use stepreel_inference::Runtime;
use stepreel_models::{Library, Role};

use crate::{Earshot, EnergyGate, Gate, Guards, OnnxVoice, Silero, TranscribeError, VoiceActivity, WhisperSettings};

/// Which voice activity detector to use, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum VoiceActivityConfig {
    /// [`Silero`]: the default.
    Silero(Gate),
    /// [`Earshot`]: seven times as fast, and takes loud machines for voices.
    Earshot(Gate),
    /// [`EnergyGate`]: whatever stands out of the background counts as speech.
    Energy(Gate),
    /// [`OnnxVoice`]: a model in ONNX format.
    Onnx(OnnxVoiceConfig),
}

/// A model that hears voices, and how its scores are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnnxVoiceConfig {
    /// Its name among the models.
    pub model: String,
    /// When speech begins and ends.
    #[serde(default)]
    pub gate: Gate,
}

impl VoiceActivityConfig {
    /// The detector that is meant; ONNX Runtime is loaded when one needs it.
    ///
    /// # Errors
    /// When the model or ONNX Runtime can't be had, or the model takes and gives something else.
    pub fn build(&self, models: &Library) -> Result<Box<dyn VoiceActivity>, TranscribeError> {
        Ok(match self {
            Self::Silero(gate) => Box::new(Silero::new(gate.clone())),
            Self::Earshot(gate) => Box::new(Earshot::new(gate.clone())),
            Self::Energy(gate) => Box::new(EnergyGate::new(gate.clone())),
            Self::Onnx(OnnxVoiceConfig { model, gate }) => {
                let located = models.locate(Role::VoiceActivity, model);
                let located = located.map_err(|error| TranscribeError::voice(model, error))?;
                // Its steps are tiny and follow each other: on a GPU it would wait for copies.
                let engine = Runtime::load(None).and_then(|runtime| runtime.on(Device::Cpu));
                let engine = engine.map_err(|error| TranscribeError::voice(model, error))?;
                Box::new(OnnxVoice::load(engine, &located, gate.clone())?)
            }
        })
    }
}

impl Default for VoiceActivityConfig {
    fn default() -> Self {
        Self::Silero(Gate::default())
    }
}

/// Where words come from. In a file, `settings` stand beside `kind` and `model`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Table", into = "Table")]
pub enum TranscriberConfig {
    /// Whisper when a model is at hand, else captions when there are any.
    Auto {
        /// Name of the model; any that is at hand when none is named.
        model: Option<String>,
        /// How to run it.
        settings: WhisperSettings,
    },
    /// Whisper.
    Whisper {
        /// Name of the model.
        model: String,
        /// How to run it.
        settings: WhisperSettings,
    },
    /// Captions inside the recording or beside it.
    Captions,
    /// Nowhere.
    None,
}

impl Default for TranscriberConfig {
    fn default() -> Self {
        Self::Auto { model: None, settings: WhisperSettings::default() }
    }
}

/// The configuration as it is written: serde can't both flatten settings and refuse unknown keys, so they are spelt out.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Table {
    Auto(WhisperTable),
    Whisper(WhisperTable),
    Captions(NoKeys),
    None(NoKeys),
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoKeys {}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WhisperTable {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    threads: Option<NonZeroUsize>,
    #[serde(default)]
    glossary: Vec<String>,
    #[serde(default = "one")]
    beam_size: NonZeroUsize,
    #[serde(default = "fall_back")]
    temperature_step: f32,
    #[serde(default)]
    guards: Guards,
}

fn one() -> NonZeroUsize {
    WhisperSettings::default().beam_size
}

fn fall_back() -> f32 {
    WhisperSettings::default().temperature_step
}

impl WhisperTable {
    fn new(model: Option<String>, settings: WhisperSettings) -> Self {
        let WhisperSettings { language, threads, glossary, beam_size, temperature_step, guards } = settings;
        Self { model, language, threads, glossary, beam_size, temperature_step, guards }
    }

    fn split(self) -> (Option<String>, WhisperSettings) {
        let Self { model, language, threads, glossary, beam_size, temperature_step, guards } = self;
        (model, WhisperSettings { language, threads, glossary, beam_size, temperature_step, guards })
    }
}

impl TryFrom<Table> for TranscriberConfig {
    type Error = &'static str;

    fn try_from(table: Table) -> Result<Self, Self::Error> {
        Ok(match table {
            Table::Auto(table) => {
                let (model, settings) = table.split();
                Self::Auto { model, settings }
            }
            Table::Whisper(table) => {
                let (model, settings) = table.split();
                Self::Whisper { model: model.ok_or("a transcriber of kind \"whisper\" names its model")?, settings }
            }
            Table::Captions(_) => Self::Captions,
            Table::None(_) => Self::None,
        })
    }
}

impl From<TranscriberConfig> for Table {
    fn from(config: TranscriberConfig) -> Self {
        match config {
            TranscriberConfig::Auto { model, settings } => Self::Auto(WhisperTable::new(model, settings)),
            TranscriberConfig::Whisper { model, settings } => Self::Whisper(WhisperTable::new(Some(model), settings)),
            TranscriberConfig::Captions => Self::Captions(NoKeys {}),
            TranscriberConfig::None => Self::None(NoKeys {}),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<TranscriberConfig, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn settings_stand_beside_the_kind() {
        let config = read(r#"{"kind":"whisper","model":"base.en","threads":3,"glossary":["gas valve"]}"#).unwrap();
        let TranscriberConfig::Whisper { model, settings } = config else { panic!("another kind") };
        assert_eq!((model.as_str(), settings.threads.map(NonZeroUsize::get)), ("base.en", Some(3)));
        assert_eq!(settings.glossary, ["gas valve"]);
        assert_eq!(settings.guards, Guards::default());
    }

    #[test]
    fn unknown_keys_and_kinds_are_refused() {
        for bad in [
            r#"{"kind":"whisper","model":"tiny","glosary":[]}"#,
            r#"{"kind":"captions","model":"tiny"}"#,
            r#"{"kind":"telepathy"}"#,
            r#"{"kind":"auto","threads":0}"#,
            r#"{"kind":"auto","guards":{"highest_temper":1}}"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        for bad in [r#"{"kind":"silero","onsett":1}"#, r#"{"kind":"onnx"}"#, r#"{"kind":"onnx","model":"a","gat":{}}"#]
        {
            assert!(serde_json::from_str::<VoiceActivityConfig>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn whisper_without_a_model_says_what_is_missing() {
        assert!(read(r#"{"kind":"whisper"}"#).unwrap_err().contains("names its model"));
    }

    #[test]
    fn every_kind_survives_being_written() {
        let whisper = TranscriberConfig::Whisper { model: "tiny".into(), settings: WhisperSettings::default() };
        for config in [TranscriberConfig::default(), whisper, TranscriberConfig::Captions, TranscriberConfig::None] {
            assert_eq!(read(&serde_json::to_string(&config).unwrap()).unwrap(), config);
        }
    }
}
