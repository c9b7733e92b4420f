use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::json_lines::{from_value, json_lines};
use crate::{LineKind, Script, ScriptLine, ScriptedProcedure, Style, TestkitError};

/// Reads the scripted sessions of a `narrations/*.jsonl` of the test data: one JSON object a line.
///
/// Their text comes from sources that allow evaluation only: nothing of it is committed, shipped or trained on.
///
/// # Errors
/// When the file can't be read, or a line is no session.
pub fn narrations(path: &Path) -> Result<Vec<Script>, TestkitError> {
    json_lines(path, script)
}

/// One session.
pub(crate) fn script(value: Value) -> Result<Script, String> {
    from_value::<Session>(value).map(Script::from)
}

#[derive(Deserialize)]
struct Session {
    id: String,
    style: Style,
    #[serde(default)]
    tts: Option<Speech>,
    procedures: Vec<Procedure>,
    utterances: Vec<Line>,
}

#[derive(Deserialize)]
struct Speech {
    rate: f64,
}

#[derive(Deserialize)]
struct Procedure {
    title_imperative: String,
}

#[derive(Deserialize)]
struct Line {
    text: String,
    kind: LineKind,
    proc: Option<usize>,
    pause_after_s: f64,
}

impl From<Session> for Script {
    fn from(session: Session) -> Self {
        let procedures = session.procedures.into_iter();
        Self {
            id: session.id,
            style: session.style,
            pace: session.tts.map_or(1.0, |speech| speech.rate),
            procedures: procedures.map(|p| ScriptedProcedure { title: p.title_imperative, place: None }).collect(),
            lines: session.utterances.into_iter().map(ScriptLine::from).collect(),
        }
    }
}

impl From<Line> for ScriptLine {
    fn from(line: Line) -> Self {
        Self { text: line.text, kind: line.kind, procedure: line.proc, pause_after: line.pause_after_s }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_session_becomes_a_script() {
        let script = script(json!({
            "id": "s", "style": "implicit_idle", "tts": {"speaker_seed": 1, "rate": 1.08}, "est_minutes": 4,
            "procedures": [{"title_imperative": "Change the oil", "human_title": "x"}],
            "utterances": [{"i": 0, "text": "Hello.", "kind": "outro_bare", "proc": 0, "pause_after_s": 1.5}],
        }))
        .unwrap();
        assert_eq!((script.style, script.pace), (Style::ImplicitIdle, 1.08));
        assert_eq!(script.procedures[0].title, "Change the oil");
        assert_eq!(script.lines[0].kind, LineKind::OutroBare);
        assert!(script.closes(0) && !script.announces(0));
    }
}
