//! How the pictures of a clip are compressed.

use serde::{Deserialize, Serialize};

/// How x264 compresses the pictures of a clip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Encoding {
    /// How much work goes into making the file smaller.
    pub preset: Preset,
    /// How good the pictures are.
    pub crf: Crf,
}

/// x264's presets, from the fastest to the one that makes the smallest file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// The least work; files are much larger.
    Ultrafast,
    /// Less work than the default; files are larger.
    Superfast,
    /// What a processor manages while somebody waits: the default.
    #[default]
    Veryfast,
    /// A little more work than the default.
    Faster,
    /// More work again.
    Fast,
    /// x264's own default.
    Medium,
    /// For a machine with time to spare.
    Slow,
}

impl Preset {
    /// As x264 calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ultrafast => "ultrafast",
            Self::Superfast => "superfast",
            Self::Veryfast => "veryfast",
            Self::Faster => "faster",
            Self::Fast => "fast",
            Self::Medium => "medium",
            Self::Slow => "slow",
        }
    }
}

/// x264's constant rate factor, 1 (best) to 51 (worst); 18 is hard to tell from the source. Zero is left out: it would be
/// lossless, in a profile that browsers don't play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub struct Crf(u8);

impl Crf {
    /// That rate factor; nothing outside 1-51.
    pub fn new(value: u8) -> Option<Self> {
        (1..=51).contains(&value).then_some(Self(value))
    }

    /// Its value, 1-51.
    pub const fn value(self) -> u8 {
        self.0
    }
}

/// 21: between x264's own 23 and 18, because small parts and labels matter.
impl Default for Crf {
    fn default() -> Self {
        Self(21)
    }
}

impl From<Crf> for u8 {
    fn from(crf: Crf) -> Self {
        crf.0
    }
}

impl TryFrom<u8> for Crf {
    type Error = &'static str;

    fn try_from(value: u8) -> Result<Self, Self::Error> {
        Self::new(value).ok_or("a crf lies in 1 to 51")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_factor_out_of_range_is_refused() {
        for (text, good) in [("1", true), ("51", true), ("0", false), ("52", false), ("-3", false)] {
            assert_eq!(serde_json::from_str::<Crf>(text).is_ok(), good, "{text}");
        }
    }

    #[test]
    fn presets_are_written_as_x264_calls_them() {
        for preset in [Preset::Ultrafast, Preset::Superfast, Preset::Veryfast, Preset::Faster, Preset::Slow] {
            assert_eq!(serde_json::to_string(&preset).unwrap(), format!("\"{}\"", preset.name()));
        }
    }
}
