//! Pictures of what is seen in a clip, for documents.

use std::path::Path;

use stepreel_clipping::still_of;
use stepreel_core::{BoundaryConfidence, PictureReading, Segment, Span, Still};
use stepreel_media::{Recording, Sampling};
use stepreel_scoring::PictureMeter;

use crate::{Config, ProcessError};

/// Width in pixels of the widest picture: 300 dots an inch at the width that documents show it in.
const WIDEST: u32 = 800;

/// The best frame of each of those stretches of a clip, as thumbnails are chosen, in order; none for a stretch without a frame. Decoders are
/// confined as the configuration says.
///
/// # Errors
/// When the clip can't be read.
pub fn illustrate(config: &Config, clip: &Path, scenes: &[Span]) -> Result<Vec<Option<Still>>, ProcessError> {
    if scenes.is_empty() {
        return Ok(Vec::new());
    }
    let recording = Recording::open_confined(clip, config.decoding.confinement)?;
    let readings = readings(&recording)?;
    let still = |&scene| still_of(&recording, &readings, &stretch(scene), WIDEST).map_err(ProcessError::Clip);
    scenes.iter().map(still).collect()
}

/// The quality of frames all over the clip: one decode, however many stretches there are.
fn readings(recording: &Recording) -> Result<Vec<PictureReading>, ProcessError> {
    let Some(plan) = recording.plan(&Sampling::default()) else { return Ok(Vec::new()) };
    let mut meter = PictureMeter::new();
    let samples = recording.frames(&plan)?;
    samples.map(|sample| sample.map(|sample| meter.read(&sample)).map_err(ProcessError::Source)).collect()
}

fn stretch(span: Span) -> Segment {
    Segment::new(span, BoundaryConfidence { start: 1.0, end: 1.0 })
}
