//! What was said, line by line.

use askama::Template;
use stepreel_core::{Procedure, SessionRecord, Utterance};

use crate::wording;

#[derive(Template)]
#[template(path = "transcript.html")]
pub(super) struct Lines<'a> {
    pub(super) lines: Vec<Said<'a>>,
}

pub(super) struct Said<'a> {
    pub(super) clock: String,
    pub(super) text: &'a str,
    pub(super) reliable: bool,
    /// The procedure that it is in.
    pub(super) procedure: Option<u32>,
    /// Where to hear it.
    pub(super) heard: Option<Heard>,
}

/// A player, and how many seconds into what it plays.
pub(super) struct Heard {
    /// What follows `clip-` in its id.
    pub(super) clip: String,
    pub(super) at: f64,
}

impl<'a> Lines<'a> {
    /// Each line plays the clip that it is in, if it is in one.
    pub(super) fn in_clips(record: &'a SessionRecord) -> Self {
        Self::all(record, |line, procedure| procedure.map(|procedure| in_clip(line, procedure)))
    }

    /// Each line plays the recording.
    pub(super) fn in_recording(record: &'a SessionRecord) -> Self {
        Self::all(record, |line, _| Some(Heard { clip: "recording".to_owned(), at: line.span.start().seconds() }))
    }

    /// Only what was said in that procedure; each line plays its clip.
    pub(super) fn of(record: &'a SessionRecord, ordinal: u32) -> Self {
        let mut all = Self::in_clips(record);
        all.lines.retain(|line| line.procedure == Some(ordinal));
        // They all are.
        all.lines.iter_mut().for_each(|line| line.procedure = None);
        all
    }

    fn all(record: &'a SessionRecord, heard: impl Fn(&Utterance, Option<&Procedure>) -> Option<Heard>) -> Self {
        let said = |line: &'a Utterance| {
            let procedure = record.procedures.iter().find(|procedure| procedure.span.contains(line.span.middle()));
            Said {
                clock: wording::clock(line.span.start()),
                text: &line.text,
                reliable: line.reliable,
                procedure: procedure.map(|procedure| procedure.ordinal),
                heard: heard(line, procedure),
            }
        };
        Self { lines: record.transcript.utterances.iter().map(said).collect() }
    }
}

fn in_clip(line: &Utterance, procedure: &Procedure) -> Heard {
    let at = line.span.start().since(procedure.clip.real.start()).as_secs_f64();
    Heard { clip: procedure.ordinal.to_string(), at }
}
