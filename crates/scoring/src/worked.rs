//! The part of a session that a procedure takes.

use stepreel_core::{FindingCode, PictureReading, SoundTrack, SpanSet, Utterance};

use crate::Subject;

/// A procedure's time without its interruptions, and what was measured in it.
#[derive(Debug)]
pub(crate) struct Worked<'a> {
    pub(crate) subject: &'a Subject<'a>,
    pub(crate) parts: SpanSet,
}

impl<'a> Worked<'a> {
    pub(crate) fn new(subject: &'a Subject<'a>) -> Self {
        let interruptions: SpanSet = subject.segment.interruptions.iter().copied().collect();
        Self { parts: interruptions.gaps(subject.segment.span), subject }
    }

    /// The share of its time that `spans` cover, 0-1.
    pub(crate) fn share(&self, spans: &SpanSet) -> f64 {
        let seconds = self.parts.duration().as_secs_f64();
        if seconds > 0.0 { spans.intersection(&self.parts).duration().as_secs_f64() / seconds } else { 0.0 }
    }

    /// Where in its time there are findings with one of those codes.
    pub(crate) fn found(&self, codes: &[FindingCode]) -> SpanSet {
        let ranges = codes.iter().flat_map(|&code| self.subject.findings.ranges(code).spans().to_vec());
        ranges.collect::<SpanSet>().intersection(&self.parts)
    }

    /// The readings of its pictures with their index in the evidence, without those in `hidden`.
    pub(crate) fn pictures(&self, hidden: &SpanSet) -> Vec<(usize, &'a PictureReading)> {
        let inside = |reading: &PictureReading| {
            let time = reading.time;
            self.subject.segment.holds(time) && !hidden.spans().iter().any(|span| span.contains(time))
        };
        self.subject.evidence.pictures.iter().enumerate().filter(|(_, reading)| inside(reading)).collect()
    }

    /// The indices of the sound's hops in `spans` of its time.
    pub(crate) fn hops(&self, sound: &'a SoundTrack, spans: &SpanSet) -> Vec<usize> {
        spans.intersection(&self.parts).spans().iter().flat_map(|&span| sound.hops(span)).collect()
    }

    /// What was said in it, whether recognised reliably or not.
    pub(crate) fn utterances(&self) -> impl Iterator<Item = &'a Utterance> {
        let utterances = self.subject.evidence.transcript.utterances.iter();
        utterances.filter(|utterance| self.subject.segment.holds(utterance.span.middle()))
    }
}
