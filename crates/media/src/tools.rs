//! Whether ffmpeg and ffprobe are there, and which.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::MediaError;
use crate::child::{Call, Tool};

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
    let call = Call::new(tool, Duration::from_secs(20)).flag("-version");
    let said = call.collect(64 * 1024).map_err(|error| MediaError::from_child(tool.name().as_ref(), error))?;
    let said = String::from_utf8_lossy(&said);
    Ok(said.split_whitespace().nth(2).unwrap_or("unknown").to_owned())
}
