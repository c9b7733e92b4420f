//! Labelled sessions of the shared test data, as evidence of words only.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use stepreel_core::Span;
use stepreel_segmentation::conformance::words_only;

use super::metrics::Labelled;

/// The shared test data: `STEPREEL_DATA`, else beside the checkout.
fn data(path: &str) -> PathBuf {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    std::env::var_os("STEPREEL_DATA").map_or(PathBuf::from(beside), PathBuf::from).join(path)
}

fn lines(path: &str) -> Vec<Value> {
    let text = fs::read_to_string(data(path)).expect("the shared test data is there");
    text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The rebuilt `HoloAssist` sessions: timed human transcripts and marked procedures.
pub(crate) fn holoassist() -> Vec<Labelled> {
    let mut sessions = lines("sessions/holoassist-dev.jsonl");
    sessions.sort_by_key(|session| text(&session["session"]));
    sessions.iter().map(holoassist_session).collect()
}

fn holoassist_session(session: &Value) -> Labelled {
    let span =
        |value: &Value| Span::from_seconds(number(&value["s"]), number(&value["e"]).max(number(&value["s"]) + 0.05));
    let said = list(&session["transcript"]).iter().filter_map(|line| Some((span(line)?, text(&line["text"]))));
    Labelled {
        name: text(&session["session"]),
        style: text(&session["mode"]),
        evidence: words_only(said.collect(), number(&session["duration"])),
        procedures: list(&session["procedures"]).iter().filter_map(span).collect(),
    }
}

/// Scripted sessions: speech at 2.6 words a second and the pauses of the script.
pub(crate) fn narrations(path: &str) -> Vec<Labelled> {
    lines(path).iter().map(narration).collect()
}

fn narration(session: &Value) -> Labelled {
    let mut clock = 1.0;
    let mut said = Vec::new();
    for utterance in list(&session["utterances"]) {
        let words = text(&utterance["text"]);
        let end = clock + (words.split_whitespace().count() as f64 / 2.6).max(0.5);
        said.push((Span::from_seconds(clock, end).expect("words take time"), words));
        clock = end + number(&utterance["pause_after_s"]);
    }
    let index = |value: &Value| number(value) as usize;
    let procedure = |value: &Value| said[index(&value["utt_first"])].0.hull(said[index(&value["utt_last"])].0);
    let procedures = list(&session["procedures"]).iter().map(procedure).collect();
    Labelled {
        name: text(&session["id"]),
        style: text(&session["style"]),
        evidence: words_only(said, clock),
        procedures,
    }
}

/// Noisy transcripts of narrated work sessions, with the coarse topic of each utterance.
pub(crate) fn tinyrec() -> Vec<(Labelled, Vec<usize>)> {
    let folder = fs::read_dir(data("transcripts/tinyrec")).expect("the shared test data is there");
    let mut names: Vec<String> = folder
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok()?.strip_suffix("_anno.json").map(str::to_owned))
        .collect();
    names.sort();
    names.iter().map(|name| tinyrec_session(name)).collect()
}

fn tinyrec_session(name: &str) -> (Labelled, Vec<usize>) {
    let read = |file: String| -> Value {
        let text = fs::read_to_string(data("transcripts/tinyrec").join(file)).expect("the shared test data is there");
        serde_json::from_str(&text).expect("JSON")
    };
    let (session, marked) = (read(format!("{name}.json")), read(format!("{name}_anno.json")));
    let topics = list(&marked[name]["coarse"]);
    let topic = |index: usize| topics.iter().rposition(|topic| number(&topic[0]) <= index as f64).unwrap_or(0);
    let entries = list(&session[name]["entries"]).iter().enumerate().filter(|(_, entry)| entry["doc"].is_string());
    let mut said: Vec<(Span, String, usize)> = entries
        .filter_map(|(index, entry)| {
            let (start, end) = (number(&entry["start"]), number(&entry["end"]));
            Some((Span::from_seconds(start, end.max(start + 0.05))?, text(&entry["doc"]), topic(index)))
        })
        .collect();
    said.sort_by_key(|(span, ..)| *span);
    let labels = said.iter().map(|(.., topic)| *topic).collect();
    let end = said.iter().map(|(span, ..)| span.end().seconds()).fold(0.0, f64::max);
    let evidence = words_only(said.into_iter().map(|(span, text, _)| (span, text)).collect(), end);
    (Labelled { name: name.to_owned(), style: String::new(), evidence, procedures: Vec::new() }, labels)
}
