//! Labelled sessions of which only the words are known.

mod holoassist;
mod labelled;
mod narration;
mod tinyrec;

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use stepreel_core::{Evidence, FindingCode, RecordingInfo, Span, Time};

use crate::json_lines::{from_value, json_lines};
use crate::{TestkitError, TrueProcedure, TrueUtterance, TrueVerdict, Truth};

/// Reads labelled transcripts: JSON lines of a format of one's own, of `HoloAssist`'s rebuilt sessions or of scripted narrations, told
/// apart by their keys; or a folder in the format of `TinyRec`. `docs/evaluation.md` describes them.
///
/// # Errors
/// When a file can't be read, or a line is no session: the error names both.
pub fn transcripts(path: &Path) -> Result<Vec<Truth>, TestkitError> {
    if path.is_dir() { tinyrec::sessions(path) } else { json_lines(path, session) }
}

fn session(value: Value) -> Result<Truth, String> {
    let has = |key: &str| value.get(key).is_some();
    let read = if has("session") {
        from_value(value).map(holoassist::truth)
    } else if has("utterances") {
        crate::narrations::script(value).map(narration::truth)
    } else if has("name") {
        from_value(value).and_then(labelled::truth)
    } else {
        Err("it has neither `name`, `session` nor `utterances`".to_owned())
    };
    read.map_err(|what| format!("it is no labelled transcript (docs/evaluation.md has the formats): {what}"))
}

/// A session of words only. One without procedures has to fail for it.
fn words_only(
    name: String,
    duration: Time,
    procedures: Vec<TrueProcedure>,
    mut utterances: Vec<TrueUtterance>,
) -> Truth {
    let verdict = match procedures.as_slice() {
        [] => TrueVerdict::Failed(FindingCode::NoProcedures),
        _ => TrueVerdict::Completed,
    };
    utterances.sort_by_key(|said| said.span);
    Truth {
        name,
        recording: None,
        recipe: None,
        duration,
        speaker: None,
        procedures,
        utterances,
        faults: Vec::new(),
        verdict,
    }
}

fn procedure(title: String, span: Span) -> TrueProcedure {
    TrueProcedure { title, span, interruptions: [].into_iter().collect(), announced: false, closed: false, place: None }
}

fn utterance(text: String, span: Span) -> TrueUtterance {
    TrueUtterance { span, text, kind: None, procedure: None }
}

/// A span that begins and ends then, of a moment at least: some transcripts have words that take no time.
fn at_least_a_moment(start: f64, end: f64) -> Option<Span> {
    Span::from_seconds(start, end.max(start + 0.05))
}

impl Truth {
    /// All that its words alone tell: nothing is seen, and nothing heard besides.
    pub fn words_alone(&self) -> Evidence {
        let transcript = self.transcript();
        let recording = RecordingInfo {
            container: String::new(),
            duration: self.duration.since(Time::ZERO),
            declared_duration: None,
            container_start: Time::ZERO,
            bytes: 0,
            video: None,
            audio: None,
            subtitles: Vec::new(),
        };
        Evidence {
            recording,
            embeddings: Vec::new(),
            pictures: Vec::new(),
            sound: None,
            speech: transcript.utterances.iter().map(|said| said.span).collect(),
            transcript,
        }
    }
}

/// Words a second of somebody who tells what he does.
const PACE: f64 = 2.6;

/// How long it takes to say that.
fn speaking_time(text: &str) -> Duration {
    Duration::from_secs_f64((text.split_whitespace().count() as f64 / PACE).max(0.5))
}

#[cfg(test)]
mod tests;
