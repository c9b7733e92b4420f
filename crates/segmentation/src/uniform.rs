//! Equal parts.

use stepreel_core::{BoundaryConfidence, Evidence, Segment, Segmentation, Span, StageProvenance, Time};

use crate::{Segmenter, UniformConfig};

/// Cuts a session into equal parts without looking at it: the baseline that a segmenter has to beat. What it gives are no
/// findings of work, so it fails the contract's last sentence by design and its confidence is zero.
#[derive(Clone, Copy, Debug)]
pub struct Uniform {
    config: UniformConfig,
}

impl Uniform {
    /// With those settings.
    pub fn new(config: UniformConfig) -> Self {
        Self { config }
    }
}

impl Segmenter for Uniform {
    fn segment(&self, evidence: &Evidence) -> Segmentation {
        let count = self.config.count.max(1);
        let part = |session: Span, index: usize| {
            let edge = |index: usize| session.start().seconds() + session.seconds() * index as f64 / count as f64;
            Span::new(Time::from_seconds(edge(index)), Time::from_seconds(edge(index + 1)).min(session.end()))
        };
        let unsure = BoundaryConfidence { start: 0.0, end: 0.0 };
        let parts =
            evidence.span().into_iter().flat_map(|session| (0..count).filter_map(move |index| part(session, index)));
        Segmentation { segments: parts.map(|span| Segment::new(span, unsure)).collect() }
    }

    fn provenance(&self) -> StageProvenance {
        StageProvenance {
            stage: "segmenter".to_owned(),
            kind: "uniform".to_owned(),
            model: None,
            model_sha256: None,
            device: None,
            settings: format!("count {}", self.config.count),
        }
    }
}
