//! Spans of work, as the segmenter found them.

use serde::{Deserialize, Serialize};

use crate::{Span, Time, Utterance};

/// What a segmenter makes of a session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Segmentation {
    /// The stretches of work in order, without overlap. Whatever lies between them is idle.
    pub segments: Vec<Segment>,
}

/// One stretch of work: what becomes a procedure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// From its first to its last moment.
    pub span: Span,
    /// Idle stretches inside, over which it was joined again; in order, inside `span`.
    pub interruptions: Vec<Span>,
    /// How sure its start and its end are.
    pub confidence: BoundaryConfidence,
}

impl Segment {
    /// A segment without interruptions.
    pub fn new(span: Span, confidence: BoundaryConfidence) -> Self {
        Self { span, interruptions: Vec::new(), confidence }
    }

    /// Whether `time` belongs to it, and to none of its interruptions.
    pub fn holds(&self, time: Time) -> bool {
        self.span.contains(time) && !self.interruptions.iter().any(|gap| gap.contains(time))
    }
}

/// How sure the two boundaries of a segment are, 0-1 each.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoundaryConfidence {
    /// Of the start.
    pub start: f32,
    /// Of the end.
    pub end: f32,
}

/// A small picture of what was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Still {
    /// When it is shown.
    pub time: Time,
    /// The picture, upright, as a JPEG.
    pub jpeg: Vec<u8>,
}

/// A segment, what was said in it, and perhaps what was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage<'a> {
    /// The stretch of work.
    pub segment: &'a Segment,
    /// The reliable utterances, in order, each with its index in the transcript.
    pub utterances: Vec<(usize, &'a Utterance)>,
    /// Pictures of it in order of time, where the namer looks at some.
    pub stills: Vec<Still>,
}

impl<'a> Passage<'a> {
    /// A segment and what was said in it.
    pub fn new(segment: &'a Segment, utterances: Vec<(usize, &'a Utterance)>) -> Self {
        Self { segment, utterances, stills: Vec::new() }
    }
}
