//! Whether ffmpeg and ffprobe are there, and which.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::child::{Call, Tool};
use crate::{Confinement, MediaError};

/// The versions of the programs that do the decoding, as they print them, such as `5.1.9-0+deb12u1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolVersions {
    /// Version of ffmpeg.
    pub ffmpeg: String,
    /// Version of ffprobe.
    pub ffprobe: String,
}

/// As one line: `ffmpeg 5.1.9-0+deb12u1, ffprobe 5.1.9-0+deb12u1`.
impl fmt::Display for ToolVersions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ffmpeg {}, ffprobe {}", self.ffmpeg, self.ffprobe)
    }
}

/// The versions of ffmpeg and ffprobe.
///
/// # Errors
/// [`MediaError::ToolMissing`] when one of them is not installed.
pub fn tool_versions() -> Result<ToolVersions, MediaError> {
    Ok(ToolVersions { ffmpeg: version(Tool::Ffmpeg)?, ffprobe: version(Tool::Ffprobe)? })
}

fn version(tool: Tool) -> Result<String, MediaError> {
    // It reads nothing of a recording.
    let call = Call::new(tool, Duration::from_secs(20)).confined_by(Confinement::NONE).flag("-version");
    let said = call.collect(64 * 1024).map_err(|error| MediaError::from_child(tool.name().as_ref(), error))?;
    let said = String::from_utf8_lossy(&said);
    Ok(said.split_whitespace().nth(2).unwrap_or("unknown").to_owned())
}

/// A hole in ffmpeg that is publicly known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct KnownHole {
    /// Its name in the list of common vulnerabilities.
    pub id: &'static str,
    /// Where it is.
    pub part: &'static str,
    /// The first version of each line that is without it.
    pub fixed_in: &'static [[u32; 3]],
    /// What keeps recordings away from it here.
    pub kept_away_by: &'static str,
}

/// Holes that recordings could lead to, the newest first.
const HOLES: [KnownHole; 1] = [KnownHole {
    id: "CVE-2026-8461",
    part: "the decoder magicyuv (heap overflow, reached by a thumbnail)",
    fixed_in: &[[8, 1, 2], [8, 0, 3], [7, 1, 5]],
    kept_away_by: "it is not on the list of decoders",
}];

/// As one line, with what keeps recordings away from it.
impl fmt::Display for KnownHole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fixed: Vec<String> =
            self.fixed_in.iter().map(|[major, minor, patch]| format!("{major}.{minor}.{patch}")).collect();
        write!(
            f,
            "{} in {}, fixed in {}, unless your system has fixed it under an older number; ",
            self.id,
            self.part,
            fixed.join(", ")
        )?;
        write!(f, "kept away: {}", self.kept_away_by)
    }
}

/// The holes that this ffmpeg has by its version, or may have where its version tells nothing.
pub fn known_holes(tools: &ToolVersions) -> Vec<KnownHole> {
    let has = |hole: &KnownHole| [&tools.ffmpeg, &tools.ffprobe].iter().any(|version| !is_fixed(hole, version));
    HOLES.into_iter().filter(has).collect()
}

/// Whether a version is of a line that has the fix, or of a later one.
fn is_fixed(hole: &KnownHole, version: &str) -> bool {
    let numbers = version.split(|c: char| !c.is_ascii_digit()).map_while(|number| number.parse().ok());
    let mut known = [0_u32; 3];
    known.iter_mut().zip(numbers).for_each(|(place, number)| *place = number);
    let newest = hole.fixed_in.iter().max().is_some_and(|fixed| known >= *fixed);
    newest || hole.fixed_in.iter().any(|fixed| known[..2] == fixed[..2] && known[2] >= fixed[2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_is_known_by_the_version() {
        for (version, open) in [
            ("5.1.9-0+deb12u1", true),
            ("7.1.4", true),
            ("7.1.5-1", false),
            ("8.0.2", true),
            ("8.0.3", false),
            ("8.1.1", true),
            ("8.1.2", false),
            ("9.0", false),
            ("N-117545-g1234567", true),
        ] {
            let tools = ToolVersions { ffmpeg: version.into(), ffprobe: version.into() };
            assert_eq!(known_holes(&tools).len(), usize::from(open), "{version}");
        }
    }
}
