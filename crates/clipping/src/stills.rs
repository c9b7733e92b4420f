//! Pictures of stretches of work, for whoever names or describes them.

use stepreel_core::{PictureReading, Segment, Span, Still};
use stepreel_media::Recording;

use crate::thumbnail::jpeg;
use crate::{ClipError, best_frame};

/// Width in pixels of the widest still: models that see scale pictures to about that.
const WIDEST: u32 = 512;

/// At most `count` stills of `segment`, in order of time: the best frame of each of so many equal parts of it. A part without a
/// frame has none.
///
/// # Errors
/// When the recording can't be decoded there.
pub fn stills(
    recording: &Recording,
    readings: &[PictureReading],
    segment: &Segment,
    count: usize,
) -> Result<Vec<Still>, ClipError> {
    let found = parts(segment, count).map(|part| still_of(recording, readings, &part, WIDEST));
    found.filter_map(Result::transpose).collect()
}

/// The best frame of a stretch of work, at most `widest` pixels wide; nothing for a stretch without a frame.
///
/// # Errors
/// When the recording can't be decoded there.
pub fn still_of(
    recording: &Recording,
    readings: &[PictureReading],
    stretch: &Segment,
    widest: u32,
) -> Result<Option<Still>, ClipError> {
    let Some(time) = best_frame(readings, stretch) else { return Ok(None) };
    let frame = recording.frame_at(time, widest).map_err(|cause| ClipError::Still { time, cause })?;
    Ok(frame.map(|frame| Still { time: frame.time, jpeg: jpeg(&frame) }))
}

/// A segment in equal parts.
fn parts(segment: &Segment, count: usize) -> impl Iterator<Item = Segment> {
    let cut = move |at: usize| segment.span.start() + segment.span.duration().mul_f64(at as f64 / count as f64);
    let part = move |at| Some(Segment { span: Span::new(cut(at), cut(at + 1))?, ..segment.clone() });
    (0..count).filter_map(part)
}

#[cfg(test)]
mod tests {
    use stepreel_core::BoundaryConfidence;

    use super::*;

    #[test]
    fn parts_tile_the_segment() {
        let sure = BoundaryConfidence { start: 1.0, end: 1.0 };
        let segment = Segment::new(Span::from_seconds(10.0, 40.0).unwrap(), sure);
        let spans: Vec<Span> = parts(&segment, 3).map(|part| part.span).collect();
        let expected = [(10.0, 20.0), (20.0, 30.0), (30.0, 40.0)];
        assert_eq!(spans, expected.map(|(start, end)| Span::from_seconds(start, end).unwrap()));
        assert_eq!(parts(&segment, 0).count(), 0);
    }
}
