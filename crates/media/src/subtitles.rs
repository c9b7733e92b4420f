//! Text tracks inside a recording.

use std::time::Duration;

use stepreel_core::SubtitleStream;

use crate::MediaError;
use crate::child::Tool;
use crate::recording::Recording;

/// Bytes of the longest text that is read: some days of talk.
const CAP: usize = 16 * 1024 * 1024;

/// A text track as WebVTT. ffmpeg itself shifts its times by the container's start, in every container that has such tracks.
pub(crate) fn read(recording: &Recording, stream: &SubtitleStream) -> Result<String, MediaError> {
    let call = recording
        .call(Tool::Ffmpeg, Duration::from_mins(2))
        .input(recording.path())
        .map(stream.index)
        .option("-f", "webvtt")
        .output_pipe();
    let text = call.collect(CAP).map_err(|error| MediaError::from_child(recording.path(), error))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
