//! Chapters and JSON.

use serde_json::Value;
use stepreel_core::{ProcedureStatus, SessionRecord, Span, is_hidden};
use stepreel_report::{chapters_vtt, chapters_youtube, json, json_line};
use stepreel_testkit::{big_list_of_naughty_strings, naughty_strings};

mod session;

/// A session of `length` seconds with procedures at these seconds.
fn with_procedures(length: u64, procedures: &[(f64, f64, &str)]) -> SessionRecord {
    let mut record = session::completed();
    let template = record.procedures.swap_remove(0);
    record.recording.duration = std::time::Duration::from_secs(length);
    record.procedures = procedures
        .iter()
        .zip(1..)
        .map(|(&(start, end, name), ordinal)| stepreel_core::Procedure {
            ordinal,
            procedure_name: name.to_owned(),
            span: Span::from_seconds(start, end).expect("a span"),
            ..template.clone()
        })
        .collect();
    record
}

#[test]
fn chapters_follow_youtubes_rules() {
    let check = |length, procedures: &[(f64, f64, &str)], expected: &[&str]| {
        let list = chapters_youtube(&with_procedures(length, procedures));
        assert_eq!(list.lines().collect::<Vec<_>>(), expected);
    };
    check(100, &[], &[]);
    check(
        4000,
        &[(20.4, 60.0, "One"), (3700.9, 3900.0, "Two")],
        &[
            "0:00 Before the first procedure",
            "0:20 One",
            "1:00 Between procedures",
            "1:01:40 Two",
            "1:05:00 After the last procedure",
        ],
    );
    check(100, &[(0.0, 40.0, "One"), (45.0, 98.0, "Two")], &["0:00 One", "0:45 Two"]);
    check(100, &[(4.0, 40.0, "One"), (40.0, 98.0, "Two")], &["0:00 One", "0:40 Two"]);
    check(
        100,
        &[(20.0, 24.0, "Short"), (60.0, 95.0, "Last")],
        &["0:00 Before the first procedure", "0:20 Short", "0:30 Between procedures", "1:00 Last"],
    );
    check(100, &[(0.0, 30.0, "One"), (30.0, 35.0, "Tiny"), (35.0, 95.0, "Two")], &["0:00 One", "0:30 Tiny; Two"]);
    check(100, &[(0.0, 92.0, "One"), (92.0, 99.0, "Tiny")], &["0:00 One; Tiny"]);
    check(
        100,
        &[(0.0, 60.0, "Use <b>\nboth"), (80.0, 99.0, "Two")],
        &["0:00 Use ‹b› both", "1:00 Between procedures", "1:20 Two"],
    );
}

#[test]
fn chapters_are_cues_with_the_names_of_the_approved() {
    let mut record =
        with_procedures(4000, &[(1.5, 60.0, "Fix <it> & go\n--> on"), (70.0, 80.0, "Bad"), (3700.25, 3800.0, "Two")]);
    record.procedures[1].status = ProcedureStatus::Excluded;
    assert_eq!(
        chapters_vtt(&record),
        "WEBVTT\n\n1\n00:00:01.500 --> 00:01:00.000\nFix &lt;it&gt; &amp; go --&gt; on\n\n\
         3\n01:01:40.250 --> 01:03:20.000\nTwo\n"
    );
}

#[test]
fn a_record_in_one_line_is_the_same_record() {
    let line = json_line(&session::completed());
    assert!(!line.contains('\n'), "{line}");
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(parsed(&line), parsed(&json(&session::completed())));
}

#[test]
fn fields_are_named_as_in_the_interface() {
    let value: Value = serde_json::from_str(&json(&session::completed())).unwrap();
    let has = |object: &Value, names: &[&str]| {
        for name in names {
            assert!(object.get(name).is_some(), "{name} is missing");
        }
    };
    has(&value, &["session", "procedures", "recording", "transcript", "provenance"]);
    has(
        &value["session"],
        &[
            "id",
            "tenant_id",
            "title",
            "engineer",
            "role",
            "started_at",
            "completed_at",
            "duration_seconds",
            "video_url",
            "status",
            "outcome",
            "findings",
            "score",
            "summary",
            "created_at",
        ],
    );
    has(
        &value["procedures"][0],
        &[
            "procedure_name",
            "description",
            "video_url",
            "thumbnail_url",
            "duration_seconds",
            "status",
            "created_at",
            "id",
            "tenant_id",
            "session_id",
            "ordinal",
            "start_seconds",
            "end_seconds",
            "start_confidence",
            "end_confidence",
            "score",
            "evidence",
        ],
    );
    assert_eq!(value["procedures"][1]["start_seconds"], 203.5);
    assert_eq!(value["procedures"][1]["score"]["total"], 88);
    assert_eq!(value["session"]["status"], "completed");
    assert!(!value.to_string().contains("marketplace"));
}

/// Checks that chapters keep their structure, and JSON what was written, with that title; and that none of it controls a terminal.
fn stays_in_its_place(title: &str) {
    let record = with_procedures(100, &[(0.0, 40.0, title), (50.0, 98.0, title)]);
    let (vtt, list, line, pretty) =
        (chapters_vtt(&record), chapters_youtube(&record), json_line(&record), json(&record));
    for text in [&vtt, &list, &line, &pretty] {
        assert!(!text.chars().any(|c| c != '\n' && is_hidden(c)), "{title:?} in {text:?}");
    }
    let blocks: Vec<_> = vtt.trim_end().split("\n\n").collect();
    let cues = blocks.iter().skip(1).map(|block| block.lines().count());
    assert_eq!((blocks.len(), cues.collect::<Vec<_>>()), (3, vec![3, 3]), "{title:?} in {vtt:?}");
    assert_eq!(vtt.matches("-->").count(), 2, "{title:?} in {vtt:?}");
    assert_eq!(list.lines().count(), 3, "{title:?} in {list:?}");
    for text in [line, pretty] {
        let read: Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(read["procedures"][0]["procedure_name"], title);
    }
}

#[test]
fn no_title_leaves_its_place() {
    naughty_strings().iter().for_each(|title| stays_in_its_place(title));
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn no_title_of_the_big_list_leaves_its_place() {
    big_list_of_naughty_strings().expect("the list is there").iter().for_each(|title| stays_in_its_place(title));
}
