use stepreel_core::{Procedure, Segment, SessionRecord, Span, Time, Utterance};

/// What was said during a procedure: the utterances that may be quoted, and the lines that were made of them.
pub(crate) struct Said<'a> {
    /// Each with its index in the transcript.
    pub(crate) utterances: Vec<(usize, &'a Utterance)>,
    pub(crate) lines: &'a [stepreel_core::Line],
    clip: Span,
}

impl<'a> Said<'a> {
    pub(crate) fn during(record: &'a SessionRecord, procedure: &'a Procedure) -> Self {
        let segment = Segment {
            span: procedure.span,
            interruptions: procedure.interruptions.clone(),
            confidence: procedure.confidence,
        };
        let held = |(_, utterance): &(usize, &Utterance)| segment.holds(utterance.span.middle());
        Self {
            utterances: record.transcript.reliable().filter(held).collect(),
            lines: &procedure.name.description,
            clip: procedure.clip.real,
        }
    }

    /// A time of the recording on the clip's own timeline.
    pub(crate) fn on_clip(&self, time: Time) -> Time {
        Time::ZERO + time.since(self.clip.start())
    }
}

/// The words of a text in lower case: what stands between spaces, without the punctuation around it.
pub(crate) fn words(text: &str) -> Vec<String> {
    let bare =
        |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '#').replace('’', "'").to_lowercase();
    text.split_whitespace().map(bare).filter(|word| !word.is_empty()).collect()
}
