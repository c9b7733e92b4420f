//! A clip's still.

use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};
use stepreel_core::{Frame, Thumbnail, Time};
use stepreel_media::Recording;

use crate::ClipError;
use crate::whole_file::WholeFile;

/// Width in pixels of the widest thumbnail.
const WIDEST: u32 = 640;

const QUALITY: u8 = 85;

/// Writes the frame that `recording` shows at `time` to the file `to`: a JPEG, upright, at most 640 pixels wide and never
/// larger than the recording. Nothing, and no file, when no frame is shown then. `to` appears when it is whole.
///
/// # Errors
/// When the recording can't be decoded there, or the file can't be written.
pub fn write_thumbnail(recording: &Recording, time: Time, to: &Path) -> Result<Option<Thumbnail>, ClipError> {
    let frame = recording.frame_at(time, WIDEST).map_err(|cause| ClipError::Still { time, cause })?;
    frame.map(|frame| write(&frame, to)).transpose()
}

fn write(frame: &Frame, to: &Path) -> Result<Thumbnail, ClipError> {
    let file = WholeFile::beside(to)?;
    std::fs::write(file.path(), jpeg(frame)).map_err(|cause| ClipError::write(to, cause))?;
    file.finish()?;
    let (width, height) = (frame.picture.width() as u32, frame.picture.height() as u32);
    Ok(Thumbnail { time: frame.time, width, height })
}

pub(crate) fn jpeg(frame: &Frame) -> Vec<u8> {
    let (width, height) = (frame.picture.width() as u32, frame.picture.height() as u32);
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    let written = encoder.write_image(&frame.picture.to_rgb(), width, height, ExtendedColorType::Rgb8);
    written.expect("a picture as narrow as those that are asked for is a JPEG, and memory takes all that is written");
    jpeg
}
