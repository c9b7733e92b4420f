//! What a configuration says about clips.

use serde::{Deserialize, Serialize};
use stepreel_media::Encoding;

use crate::{Clipper, Reencode};

/// How clips are cut: the `[clipper]` table of a configuration, by its `kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ClipperConfig {
    /// Every frame is encoded again: exact to the frame on every recording that decodes.
    Reencode(Encoding),
}

impl Default for ClipperConfig {
    fn default() -> Self {
        Self::Reencode(Encoding::default())
    }
}

impl ClipperConfig {
    /// The clipper that this describes.
    pub fn build(&self) -> Box<dyn Clipper> {
        match *self {
            Self::Reencode(encoding) => Box::new(Reencode::new(encoding)),
        }
    }
}

#[cfg(test)]
mod tests {
    use stepreel_media::{Crf, Preset};

    use super::*;

    fn check(text: &str, expected: Option<Encoding>) {
        let config = toml::from_str::<ClipperConfig>(text).ok();
        assert_eq!(config, expected.map(ClipperConfig::Reencode), "{text}");
    }

    #[test]
    fn what_is_not_said_keeps_its_default() {
        check(r#"kind = "reencode""#, Some(Encoding::default()));
        let fast = Encoding { preset: Preset::Ultrafast, ..Encoding::default() };
        check("kind = \"reencode\"\npreset = \"ultrafast\"", Some(fast));
        let good = Encoding { crf: Crf::new(18).unwrap(), ..Encoding::default() };
        check("kind = \"reencode\"\ncrf = 18", Some(good));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for text in ["kind = \"copy\"", "crf = 20", "kind = \"reencode\"\ncrf = 0", "kind = \"reencode\"\nbitrate = 5"]
        {
            check(text, None);
        }
    }

    #[test]
    fn a_configuration_survives_being_written() {
        let text = toml::to_string(&ClipperConfig::default()).unwrap();
        assert_eq!(toml::from_str::<ClipperConfig>(&text).unwrap(), ClipperConfig::default());
    }
}
