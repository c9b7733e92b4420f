//! What a configuration says about clips.

use serde::{Deserialize, Serialize};
use stepreel_media::Encoding;

use crate::{Clipper, Reencode, SmartCut, SmartCutSettings};

/// How clips are cut: the `[clipper]` table of a configuration, by its `kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ClipperConfig {
    /// Groups of pictures are copied where that is exact; else every frame is encoded again.
    SmartCut(SmartCutSettings),
    /// Every frame is encoded again: exact to the frame on every recording that decodes.
    Reencode(Encoding),
}

impl Default for ClipperConfig {
    fn default() -> Self {
        Self::SmartCut(SmartCutSettings::default())
    }
}

impl ClipperConfig {
    /// The clipper that this describes.
    pub fn build(&self) -> Box<dyn Clipper> {
        match *self {
            Self::SmartCut(settings) => Box::new(SmartCut::new(settings)),
            Self::Reencode(encoding) => Box::new(Reencode::new(encoding)),
        }
    }
}

#[cfg(test)]
mod tests {
    use stepreel_media::{Crf, Preset};

    use super::*;
    use crate::Hevc;

    fn check(text: &str, expected: Option<ClipperConfig>) {
        assert_eq!(toml::from_str(text).ok(), expected, "{text}");
    }

    #[test]
    fn what_is_not_said_keeps_its_default() {
        let reencode = |encoding| Some(ClipperConfig::Reencode(encoding));
        check(r#"kind = "reencode""#, reencode(Encoding::default()));
        let fast = Encoding { preset: Preset::Ultrafast, ..Encoding::default() };
        check("kind = \"reencode\"\npreset = \"ultrafast\"", reencode(fast));
        let good = Encoding { crf: Crf::new(18).unwrap(), ..Encoding::default() };
        check("kind = \"reencode\"\ncrf = 18", reencode(good));
        check(r#"kind = "smart_cut""#, Some(ClipperConfig::default()));
        let hevc = SmartCutSettings { hevc: Hevc::Copy, ..SmartCutSettings::default() };
        check("kind = \"smart_cut\"\nhevc = \"copy\"", Some(ClipperConfig::SmartCut(hevc)));
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
