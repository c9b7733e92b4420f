use std::fs;
use std::path::PathBuf;

use serde_json::json;

use super::*;

fn file(folder: &tempfile::TempDir, lines: &str) -> PathBuf {
    let file = folder.path().join("sessions.jsonl");
    fs::write(&file, lines).unwrap();
    file
}

fn read(lines: &str) -> Result<Vec<Truth>, String> {
    let folder = tempfile::tempdir().unwrap();
    transcripts(&file(&folder, lines)).map_err(|error| std::error::Error::source(&error).unwrap().to_string())
}

fn span(start: f64, end: f64) -> Span {
    Span::from_seconds(start, end).unwrap()
}

#[track_caller]
fn check(line: &str, procedures: &[(&str, Span)], said: &[(&str, Span)]) {
    let truth = read(line).unwrap().remove(0);
    let found: Vec<_> = truth.procedures.iter().map(|p| (p.title.as_str(), p.span)).collect();
    let heard: Vec<_> = truth.utterances.iter().map(|said| (said.text.as_str(), said.span)).collect();
    assert_eq!((found.as_slice(), heard.as_slice()), (procedures, said));
    assert_eq!(truth.recording, None);
}

#[test]
fn formats_are_told_apart_by_their_keys() {
    check(
        r#"{"name": "a", "duration": 60, "procedures": [{"start": 1, "end": 9.5, "title": "Open it"}],
            "transcript": [{"start": 2, "end": 3, "text": "I open it."}]}"#
            .replace('\n', "")
            .as_str(),
        &[("Open it", span(1.0, 9.5))],
        &[("I open it.", span(2.0, 3.0))],
    );
    check(
        r#"{"session": "z", "duration": 60, "mode": "x", "procedures": [{"s": 1, "e": 9, "name": "open it"}],
            "transcript": [{"s": 2, "e": 2, "text": "Please.", "speaker": "instructor"}]}"#
            .replace('\n', "")
            .as_str(),
        &[("open it", span(1.0, 9.0))],
        &[("Please.", span(2.0, 2.05))],
    );
    check(
        &json!({"id": "s", "style": "explicit", "procedures": [{"title_imperative": "Open it"}], "utterances": [
            {"text": "a b c d e f g h i j k l m", "kind": "intro", "proc": 0, "pause_after_s": 4.0},
            {"text": "Done.", "kind": "outro_bare", "proc": 0, "pause_after_s": 1.0},
            {"text": "Hm.", "kind": "idle", "proc": null, "pause_after_s": 0.0}]})
        .to_string(),
        &[("Open it", span(1.0, 10.5))],
        &[("a b c d e f g h i j k l m", span(1.0, 6.0)), ("Done.", span(10.0, 10.5)), ("Hm.", span(11.5, 12.0))],
    );
}

#[test]
fn a_session_without_procedures_has_to_fail_for_it() {
    let truths = read("{\"name\": \"a\", \"duration\": 9, \"transcript\": [], \"procedures\": []}\n\n").unwrap();
    assert_eq!(truths.len(), 1);
    assert_eq!(truths[0].verdict, TrueVerdict::Failed(FindingCode::NoProcedures));
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let good = r#"{"name": "a", "duration": 9, "transcript": [], "procedures": []}"#;
    let marked = |marks: &str| format!(r#"{{"name": "a", "duration": 9, "transcript": [], "procedures": [{marks}]}}"#);
    for (line, told) in [
        ("{".to_owned(), "EOF while parsing an object at column 1"),
        (r#"{"steps": 3}"#.to_owned(), "neither `name`, `session` nor `utterances`"),
        (r#"{"name": "a", "duration": 9, "transcript": []}"#.to_owned(), "missing field `procedures`"),
        (marked(r#"{"start": 1, "end": 2, "titel": "x"}"#), "unknown field `titel`"),
        (marked(r#"{"start": 2, "end": 2}"#), "it has to end after it starts"),
        (marked(r#"{"start": 1000, "end": 2000}"#), "do not lie within `duration` 9"),
        (marked(r#"{"start": 1, "end": 5}, {"start": 4, "end": 6}"#), "0:01.0-0:05.0 and 0:04.0-0:06.0 overlap"),
    ] {
        let error = read(&format!("{good}\n\n{line}\n")).unwrap_err();
        assert!(error.starts_with("line 3: ") && error.contains(told), "{error}");
    }
}

#[test]
fn topics_of_tinyrec_end_where_the_next_starts() {
    let folder = tempfile::tempdir().unwrap();
    let entry = |start: f64, doc: Option<&str>| json!({"start": start, "end": start + 2.0, "doc": doc});
    let entries = [entry(0.0, Some("Hello.")), entry(1.0, None), entry(5.0, Some("So.")), entry(9.0, Some("Right."))];
    let write = |name: &str, value: Value| fs::write(folder.path().join(name), value.to_string()).unwrap();
    write("a.json", json!({"a": {"entries": entries}}));
    write("a_anno.json", json!({"a": {"coarse": [[0, 2, "Greeting"], [2, 3, "Work"]], "fine": []}}));
    let truths = transcripts(folder.path()).unwrap();
    let found: Vec<_> = truths[0].procedures.iter().map(|p| (p.title.as_str(), p.span)).collect();
    assert_eq!(found, [("Greeting", span(0.0, 5.0)), ("Work", span(5.0, 11.0))]);
    assert_eq!((truths[0].utterances.len(), truths[0].duration), (3, Time::from_seconds(11.0)));
}

#[test]
fn evidence_of_words_alone_has_nothing_but_words() {
    let truth = &read(
        r#"{"name": "a", "duration": 9, "transcript": [{"start": 1, "end": 2, "text": "Hm."}], "procedures": []}"#,
    )
    .unwrap()[0];
    let evidence = truth.words_alone();
    assert_eq!(evidence.span(), Some(span(0.0, 9.0)));
    assert_eq!(evidence.speech.spans(), [span(1.0, 2.0)]);
    assert!(evidence.embeddings.is_empty() && evidence.sound.is_none());
}
