//! Files for those who cut and annotate, held to the rules of their formats.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

#[path = "../../report/tests/session/mod.rs"]
mod session;

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::{Document as Xml, Node};
use serde_json::Value;
use stepreel_core::{SessionRecord, Span, Word};
use stepreel_documents::{csv, edl, elan, label_studio};
use stepreel_testkit::naughty_strings;

/// A session in which utterances overlap, and whose words have times.
fn record() -> SessionRecord {
    let mut record = session::completed();
    let said = &mut record.transcript.utterances;
    assert!(said.len() >= 2, "the session has words");
    let first = said[0].span;
    said[1].span = Span::new(first.middle(), first.end() + std::time::Duration::from_secs(2)).expect("a span");
    said[0].words = vec![
        Word {
            span: Span::new(first.start(), first.middle()).expect("a span"),
            text: "Now".to_owned(),
            probability: None,
        },
        Word {
            span: Span::new(first.middle(), first.end()).expect("a span"),
            text: "<we>".to_owned(),
            probability: None,
        },
    ];
    record
}

/// What a line of an EDL's event says: its number and four timecodes in frames.
fn event(line: &str, rate: u64) -> Option<(u32, [u64; 4])> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [number, reel, channels, "C", times @ ..] = fields.as_slice() else { return None };
    assert!(number.len() == 3 && reel.len() <= 8 && ["V", "B"].contains(channels), "{line}");
    let frames = |code: &str| {
        let parts: Vec<u64> = code.split(':').map(|part| part.parse().expect("a number")).collect();
        assert!(code.len() == 11 && parts[1] < 60 && parts[2] < 60 && parts[3] < rate, "{code}");
        ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * rate + parts[3]
    };
    let times: Vec<u64> = times.iter().map(|code| frames(code)).collect();
    Some((number.parse().expect("a number"), times.try_into().expect("four timecodes")))
}

#[test]
fn an_edl_is_a_cut_without_gaps() {
    let record = record();
    let rate = record.recording.video.as_ref().and_then(|video| video.rate).expect("a rate").round() as u64;
    let edl = edl(&record);
    assert!(edl.is_ascii() && edl.starts_with("TITLE: Boiler service, unit 4\nFCM: NON-DROP FRAME\n"), "{edl}");
    let events: Vec<_> = edl.lines().filter_map(|line| event(line, rate)).collect();
    assert_eq!(events.len(), 5, "{edl}");
    let mut cut = 3600 * rate;
    for ((number, [from, to, start, end]), expected) in events.into_iter().zip(1..) {
        assert!(number == expected && from < to && to - from == end - start && start == cut, "event {number}");
        cut = end;
    }
    assert!(
        edl.contains("* COMMENT: Replace the ignition electrode") && edl.contains(" GREEN   Pull the ignition lead")
    );
    assert!(edl.contains("* FROM CLIP NAME: boiler service.mp4"), "{edl}");
}

/// The rows of a CSV, by RFC 4180.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = csv.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {
                assert_eq!(letters.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            letter => cell.push(letter),
        }
    }
    assert!(row.is_empty() && !quoted);
    rows
}

#[test]
fn a_csv_has_a_row_for_each_procedure_and_step() {
    let mut record = record();
    record.procedures[0].procedure_name = "=HYPERLINK(\"x\"), a \"trap\"".to_owned();
    let rows = rows(&csv(&record));
    assert!(rows.iter().all(|row| row.len() == 10), "{rows:?}");
    assert_eq!(rows[1][..6], ["procedure", "1", "", "'=HYPERLINK(\"x\"), a \"trap\"", "42.300", "171.800"]);
    assert_eq!(rows[2][..6], ["step", "1", "1", "Switch the boiler off at the control panel", "48.000", "52.000"]);
    assert_eq!(rows.iter().filter(|row| row[0] == "procedure").count(), 6);
    assert_eq!(rows.iter().filter(|row| row[6] == "excluded").count(), 3);
}

#[test]
fn a_label_studio_task_labels_frames_of_the_video() {
    let record = record();
    let tasks: Value = serde_json::from_str(&label_studio(&record)).expect("JSON");
    let task = &tasks[0];
    assert_eq!(task["data"]["transcript"].as_array().map(Vec::len), Some(record.transcript.utterances.len()));
    let results = task["predictions"][0]["result"].as_array().expect("a list");
    let mut kinds: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for result in results {
        let range = &result["value"]["ranges"][0];
        assert!(range["start"].as_u64() >= Some(1) && range["start"].as_u64() < range["end"].as_u64(), "{result}");
        assert_eq!(result["to_name"], "video");
        let id = result["id"].as_str().expect("an id");
        let kind = result["type"].as_str().expect("a type");
        assert!(kinds.entry(id).or_default().insert(kind), "{id} has two of {kind}");
    }
    assert!(kinds.values().all(|kinds| kinds.len() == 2), "every region has a label and a text");
    // 203.5 s at 29.97 frames a second, counted from 1.
    let second = results.iter().find(|result| result["id"] == "procedure-2").expect("a region");
    assert_eq!(second["value"]["ranges"][0]["start"], 6099, "{second}");
}

fn all<'x>(eaf: &'x Xml<'x>, name: &'static str) -> impl Iterator<Item = Node<'x, 'x>> {
    eaf.descendants().filter(move |node| node.has_tag_name(name))
}

/// Checks what the schema of EAF 3.0 and ELAN itself ask.
fn holds_together(text: &str) {
    let eaf = Xml::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let root = eaf.root_element();
    assert!(root.has_tag_name("ANNOTATION_DOCUMENT"));
    for attribute in ["AUTHOR", "DATE", "FORMAT", "VERSION"] {
        assert!(root.has_attribute(attribute), "{attribute}");
    }
    assert!(chrono::DateTime::parse_from_rfc3339(root.attribute("DATE").unwrap_or_default()).is_ok());
    let order: Vec<&str> = root.children().filter(Node::is_element).map(|node| node.tag_name().name()).collect();
    let mut expected = order.clone();
    expected
        .sort_by_key(|name| ["HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE"].iter().position(|known| known == name));
    assert_eq!(order, expected);
    let slots: BTreeMap<&str, i64> = all(&eaf, "TIME_SLOT")
        .map(|slot| (slot.attribute("TIME_SLOT_ID").unwrap(), slot.attribute("TIME_VALUE").unwrap().parse().unwrap()))
        .collect();
    assert_eq!(slots.len(), all(&eaf, "TIME_SLOT").count(), "two slots have one id");
    let ids: BTreeSet<_> = all(&eaf, "ALIGNABLE_ANNOTATION").filter_map(|a| a.attribute("ANNOTATION_ID")).collect();
    assert_eq!(ids.len(), all(&eaf, "ALIGNABLE_ANNOTATION").count(), "two annotations have one id");
    let tiers: BTreeSet<_> = all(&eaf, "TIER").filter_map(|tier| tier.attribute("TIER_ID")).collect();
    assert_eq!(tiers.len(), all(&eaf, "TIER").count(), "two tiers have one name");
    for tier in all(&eaf, "TIER") {
        let mut free_from = 0;
        for annotation in tier.descendants().filter(|node| node.has_tag_name("ALIGNABLE_ANNOTATION")) {
            let [start, end] =
                ["TIME_SLOT_REF1", "TIME_SLOT_REF2"].map(|reference| slots[annotation.attribute(reference).unwrap()]);
            assert!(free_from <= start && start < end, "{:?}", tier.attribute("TIER_ID"));
            free_from = end;
        }
    }
}

#[test]
fn an_elan_file_holds_together() {
    let record = record();
    let text = elan(&record);
    holds_together(&text);
    let eaf = Xml::parse(&text).expect("XML");
    let tiers: Vec<_> = all(&eaf, "TIER").filter_map(|tier| tier.attribute("TIER_ID")).collect();
    let expected = ["Procedures", "Steps", "Utterances", "Words", "Finding AUDIO_DROPOUT", "Finding CAMERA_OCCLUDED"];
    assert_eq!(tiers, expected);
    let values: Vec<_> = all(&eaf, "ANNOTATION_VALUE").filter_map(|value| value.text()).collect();
    assert!(values.contains(&"Replace the ignition electrode") && values.contains(&"<we>"), "{values:?}");
}

#[test]
fn a_session_of_which_nothing_came_makes_files_all_the_same() {
    let record = session::failed();
    holds_together(&elan(&record));
    assert_eq!(rows(&csv(&record)).len(), 1);
    assert_eq!(edl(&record).lines().count(), 2);
    assert!(serde_json::from_str::<Value>(&label_studio(&record)).is_ok());
}

#[test]
fn no_text_breaks_a_file() {
    for text in naughty_strings() {
        let mut record = record();
        text.clone_into(&mut record.session.title);
        record.session.engineer = Some(text.clone());
        text.clone_into(&mut record.procedures[0].procedure_name);
        text.clone_into(&mut record.transcript.utterances[0].text);
        holds_together(&elan(&record));
        assert!(rows(&csv(&record)).iter().all(|row| row.len() == 10), "{text:?}");
        assert!(edl(&record).is_ascii(), "{text:?}");
        assert!(edl(&record).lines().filter(|line| event(line, 30).is_some()).count() == 5, "{text:?}");
    }
}
