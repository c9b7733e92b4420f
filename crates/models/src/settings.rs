//! How models may be downloaded.

use serde::{Deserialize, Serialize};

/// The `[models]` table of a configuration. None of it changes a result: what is downloaded is checked by its hash.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Downloads nothing.
    pub offline: bool,
    /// Stands for the scheme and host of every address, such as `https://mirror.example/hub`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mirror: Option<String>,
    /// Hosts besides this machine that may be asked without encryption.
    pub allow_http: Vec<String>,
}
