//! What tests of this crate are made of.

use stepreel_core::{BoundaryConfidence, Segment, Span, Utterance};

use crate::sentence::Sentence;

/// One utterance a text, ten seconds each, from zero on.
pub(crate) fn utterances(texts: &[&str]) -> Vec<Utterance> {
    texts
        .iter()
        .enumerate()
        .map(|(at, text)| Utterance {
            span: span(at, at + 1),
            text: (*text).to_owned(),
            words: Vec::new(),
            log_probability: None,
            no_speech: None,
            reliable: true,
        })
        .collect()
}

/// A segment that holds that many such utterances.
pub(crate) fn segment(utterances: usize) -> Segment {
    Segment::new(span(0, utterances.max(1)), BoundaryConfidence { start: 1.0, end: 1.0 })
}

/// One sentence alone.
pub(crate) fn sentence(text: &str) -> Sentence {
    Sentence::parse(text.to_owned(), span(0, 1), vec![0])
}

fn span(from: usize, to: usize) -> Span {
    Span::from_seconds(from as f64 * 10.0, to as f64 * 10.0).expect("utterances have a length")
}
