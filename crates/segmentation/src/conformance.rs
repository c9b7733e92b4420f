//! The contracts of [`Segmenter`] and [`FrameEncoder`] as code, for every implementation and wrapper.
//!
//! A test calls [`check_segmenter`] or [`check_encoder`] with an implementation.

mod sessions;

use stepreel_core::{Evidence, Picture, Segment, Segmentation, Span};

use crate::{FrameEncoder, Segmenter};

pub use sessions::{nothing, sessions, words_only};

/// Checks all of [`Segmenter`]'s contract.
///
/// # Panics
/// When a sentence of it does not hold.
pub fn check_segmenter(segmenter: &dyn Segmenter) {
    segments_lie_in_order_inside_the_session(segmenter);
    a_session_of_no_length_has_no_segments(segmenter);
    no_work_gives_no_segments(segmenter);
    assert_eq!(segmenter.provenance().stage, "segmenter");
}

/// Segments are in order, do not overlap, and lie inside the recording, whichever modality is missing; the same evidence gives
/// the same segments.
///
/// # Panics
/// When it isn't so.
pub fn segments_lie_in_order_inside_the_session(segmenter: &dyn Segmenter) {
    for evidence in sessions() {
        check_session(segmenter, &evidence);
    }
}

/// The same of one session.
///
/// # Panics
/// When it isn't so.
pub fn check_session(segmenter: &dyn Segmenter, evidence: &Evidence) {
    let found = segmenter.segment(evidence);
    assert_eq!(found, segmenter.segment(evidence), "the same evidence gives the same segments");
    let spans: Vec<Span> = found.segments.iter().map(|segment| segment.span).collect();
    in_order(&spans, evidence.span());
    found.segments.iter().for_each(segment_is_sound);
}

/// A recording without length gives no segments, whatever else is known.
///
/// # Panics
/// When it does.
pub fn a_session_of_no_length_has_no_segments(segmenter: &dyn Segmenter) {
    for evidence in sessions() {
        let evidence = Evidence { recording: nothing(0.0).recording, ..evidence };
        assert_eq!(segmenter.segment(&evidence), Segmentation::default());
    }
}

/// Where nothing is seen or heard there is no work: a session is never just cut into parts.
///
/// # Panics
/// When there is.
pub fn no_work_gives_no_segments(segmenter: &dyn Segmenter) {
    for evidence in [nothing(1.0), nothing(600.0), nothing(36_000.0), words_only(Vec::new(), 600.0)] {
        assert_eq!(segmenter.segment(&evidence), Segmentation::default());
    }
}

fn segment_is_sound(segment: &Segment) {
    in_order(&segment.interruptions, Some(segment.span));
    for sure in [segment.confidence.start, segment.confidence.end] {
        assert!((0.0..=1.0).contains(&sure), "a confidence is 0-1: {segment:?}");
    }
}

fn in_order(spans: &[Span], whole: Option<Span>) {
    assert!(spans.windows(2).all(|pair| pair[0].end() <= pair[1].start()), "in order, without overlap: {spans:?}");
    let inside = |span: &Span| whole.is_some_and(|whole| whole.hull(*span) == whole);
    assert!(spans.iter().all(inside), "inside {whole:?}: {spans:?}");
}

/// Checks all of [`FrameEncoder`]'s contract.
///
/// # Panics
/// When a sentence of it does not hold.
pub fn check_encoder(encoder: &dyn FrameEncoder) {
    let pictures = pictures();
    let vectors = encode(encoder, &pictures.iter().collect::<Vec<_>>());
    assert_eq!(vectors.len(), pictures.len(), "one vector a picture");
    for (vector, picture) in vectors.iter().zip(&pictures) {
        assert_eq!(vector.len(), vectors[0].len(), "all vectors have as many values");
        is_of_unit_length(vector);
        assert!(encode(encoder, &[picture]) == [vector.clone()], "in order, whatever the rest of the batch is");
    }
    assert!(vectors[0] != vectors[1], "pictures that differ have vectors that differ");
    assert!(encode(encoder, &[]).is_empty(), "an empty batch gives an empty answer");
    assert_eq!(encoder.provenance().stage, "encoder");
}

fn is_of_unit_length(vector: &[f32]) {
    let length = vector.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt();
    assert!((length - 1.0).abs() < 1e-4, "a vector has finite values and unit length, not {length}");
}

fn encode(encoder: &dyn FrameEncoder, pictures: &[&Picture]) -> Vec<Vec<f32>> {
    encoder.encode(pictures).expect("an encoder takes any picture")
}

/// Of several sizes: a slope, its reverse, black, white, and the smallest there is.
fn pictures() -> Vec<Picture> {
    let slope = |x: usize, y: usize| (x * 3 + y) as u8;
    vec![
        picture((64, 48), slope),
        picture((64, 48), |x, y| 255 - slope(x, y)),
        picture((320, 180), |_, _| 0),
        picture((48, 64), |_, _| 255),
        picture((2, 2), slope),
    ]
}

fn picture((width, height): (usize, usize), level: impl Fn(usize, usize) -> u8) -> Picture {
    let level = &level;
    let rgb: Vec<u8> = (0..height).flat_map(|y| (0..width).flat_map(move |x| [level(x, y); 3])).collect();
    Picture::from_rgb(width, height, &rgb).expect("even sizes and three bytes a pixel")
}
