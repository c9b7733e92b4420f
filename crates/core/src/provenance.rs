//! Which model, configuration and version made a value.

use serde::{Deserialize, Serialize};

use crate::{Device, Digest};

/// How a session was made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Version of Stepreel.
    pub version: String,
    /// The resolved configuration, as TOML.
    pub configuration: String,
    /// What each stage was, in the order of the flow.
    pub stages: Vec<StageProvenance>,
    /// What was used other than one would expect from the configuration, one sentence each.
    pub warnings: Vec<String>,
}

/// What one stage was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageProvenance {
    /// The stage, such as `encoder`.
    pub stage: String,
    /// The implementation, such as `onnx`.
    pub kind: String,
    /// Name of the model, if it has one.
    pub model: Option<String>,
    /// Content of the model, if it has one.
    pub model_sha256: Option<Digest>,
    /// Where it ran, where that is a choice.
    pub device: Option<Device>,
    /// What else changes its result, as one line: thresholds, sampling, versions of libraries.
    pub settings: String,
}
