//! What was said, line by line.

use stepreel_core::{Procedure, SessionRecord, Utterance};

use super::wording;

pub(super) struct Said<'a> {
    pub(super) clock: String,
    pub(super) text: &'a str,
    pub(super) reliable: bool,
    /// Where to hear it.
    pub(super) clip: Option<Heard>,
}

/// A procedure, and how many seconds into its clip.
pub(super) struct Heard {
    pub(super) ordinal: u32,
    pub(super) at: f64,
}

impl<'a> Said<'a> {
    pub(super) fn all(record: &'a SessionRecord) -> Vec<Self> {
        record.transcript.utterances.iter().map(|utterance| Self::new(utterance, &record.procedures)).collect()
    }

    fn new(utterance: &'a Utterance, procedures: &[Procedure]) -> Self {
        let heard_in = procedures.iter().find(|procedure| procedure.span.contains(utterance.span.middle()));
        Self {
            clock: wording::clock(utterance.span.start()),
            text: &utterance.text,
            reliable: utterance.reliable,
            clip: heard_in.map(|procedure| Heard {
                ordinal: procedure.ordinal,
                at: utterance.span.start().since(procedure.clip.real.start()).as_secs_f64(),
            }),
        }
    }
}
