use serde::{Deserialize, Serialize};

use crate::{Flat, FlatConfig, Scorer, WeakestLink, WeakestLinkConfig};

/// Which scorer, and its settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ScorerConfig {
    /// [`WeakestLink`].
    WeakestLink(Box<WeakestLinkConfig>),
    /// [`Flat`].
    Flat(FlatConfig),
}

impl ScorerConfig {
    /// The scorer.
    pub fn build(&self) -> Box<dyn Scorer> {
        match self {
            Self::WeakestLink(config) => Box::new(WeakestLink::new((**config).clone())),
            Self::Flat(FlatConfig {}) => Box::new(Flat::default()),
        }
    }
}

impl Default for ScorerConfig {
    fn default() -> Self {
        Self::WeakestLink(Box::default())
    }
}
