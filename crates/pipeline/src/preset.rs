//! Configurations that ship, by name.

use std::fmt;
use std::str::FromStr;

use crate::Config;

/// A configuration that ships: `models/presets/<name>.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Only models that ship.
    Offline,
    /// As little time as possible.
    Fast,
    /// A processor's time for an English session.
    Balanced,
    /// The largest models.
    Best,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Offline, Self::Fast, Self::Balanced, Self::Best];

    /// How it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Fast => "fast",
            Self::Balanced => "balanced",
            Self::Best => "best",
        }
    }

    /// What it says.
    ///
    /// # Panics
    /// Never: a test reads every one.
    pub fn config(self) -> Config {
        Config::parse(self.text()).expect("a test reads the same text")
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Offline => include_str!("../../../models/presets/offline.toml"),
            Self::Fast => include_str!("../../../models/presets/fast.toml"),
            Self::Balanced => include_str!("../../../models/presets/balanced.toml"),
            Self::Best => include_str!("../../../models/presets/best.toml"),
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Preset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|preset| preset.name() == text);
        found.ok_or_else(|| format!("a preset is one of {}", Self::ALL.map(Self::name).join(", ")))
    }
}
