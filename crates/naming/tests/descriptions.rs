//! Descriptions of real narrations: they hold what was said, all the numbers of it, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use rust_stemmers::{Algorithm, Stemmer};
use serde_json::Value;
use stepreel_core::{BoundaryConfidence, Line, Name, Passage, Segment, Span, Utterance};
use stepreel_naming::{Extractive, ExtractiveConfig, Namer};

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn no_line_says_what_was_not_said() {
    for described in narrations() {
        for line in &described.name.description {
            let heard = stems(&described.said(line));
            let added: Vec<String> = stems(&line.text).difference(&heard).cloned().collect();
            assert!(added.is_empty(), "{added:?} in {:?} of {:?}", line.text, described.said(line));
        }
    }
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn numbers_and_what_to_mind_survive() {
    for described in narrations() {
        for (at, lines) in described.lines_by_utterance() {
            let said = &described.utterances[at].text;
            let written: BTreeSet<String> = lines.iter().flat_map(|line| numbers(&line.text)).collect();
            let lost: Vec<String> = numbers(said).difference(&written).cloned().collect();
            assert!(lost.is_empty(), "{lost:?} of {said:?} in {lines:?}");
        }
    }
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn lines_are_in_order_and_lie_where_they_were_said() {
    let mut all = 0;
    for described in narrations() {
        let lines = &described.name.description;
        all += lines.len();
        assert!(lines.is_sorted_by_key(|line| line.span.start()), "{lines:?}");
        for line in lines {
            let heard = line.evidence.iter().map(|&at| described.utterances[at].span).reduce(Span::hull);
            assert_eq!(heard.map(|heard| heard.hull(line.span)), heard, "{line:?}");
        }
    }
    assert!(all > 1000, "only {all} lines were looked at");
}

/// A passage and what was made of it.
struct Described {
    utterances: Vec<Utterance>,
    name: Name,
}

impl Described {
    fn said(&self, line: &Line) -> String {
        line.evidence.iter().map(|&at| self.utterances[at].text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// The lines that rest on an utterance, for utterances that are one sentence.
    fn lines_by_utterance(&self) -> BTreeMap<usize, Vec<&Line>> {
        let mut lines: BTreeMap<usize, Vec<&Line>> = BTreeMap::new();
        for line in &self.name.description {
            for &at in &line.evidence {
                lines.entry(at).or_default().push(line);
            }
        }
        lines.retain(|&at, _| !self.utterances[at].text.trim_end_matches(['.', '!', '?']).contains(['.', '!', '?']));
        lines
    }
}

fn narrations() -> Vec<Described> {
    let data = std::env::var_os("STEPREEL_DATA").map_or_else(|| PathBuf::from("../../../shared/data"), PathBuf::from);
    let text = std::fs::read_to_string(data.join("narrations/public.jsonl")).expect("the narrations are there");
    let sessions = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line is a session"));
    sessions.flat_map(|session| procedures(&session)).collect()
}

fn procedures(session: &Value) -> Vec<Described> {
    let list = |key: &str| session[key].as_array().map_or(&[][..], Vec::as_slice);
    let procedure = |procedure: &Value| {
        let own = list("utterances").iter().filter(|said| said["proc"] == procedure["order"]);
        described(own.enumerate().map(|(at, said)| utterance(said["text"].as_str().unwrap_or(""), at)).collect())
    };
    list("procedures").iter().map(procedure).collect()
}

fn described(utterances: Vec<Utterance>) -> Described {
    let segment = Segment::new(span(0, utterances.len().max(1)), BoundaryConfidence { start: 1.0, end: 1.0 });
    let passage = Passage::new(&segment, utterances.iter().enumerate().collect());
    let names = Extractive::new(ExtractiveConfig { most_lines: usize::MAX }).name(&[passage]);
    let name = names.expect("an extractive namer never fails").remove(0);
    Described { utterances, name }
}

fn utterance(text: &str, at: usize) -> Utterance {
    Utterance {
        span: span(at, at + 1),
        text: text.to_owned(),
        words: Vec::new(),
        log_probability: None,
        no_speech: None,
        reliable: true,
    }
}

fn span(from: usize, to: usize) -> Span {
    Span::from_seconds(from as f64 * 5.0, to as f64 * 5.0).expect("five seconds are not empty")
}

/// The stems of words, but for "the", which a line may put in place of "my".
fn stems(text: &str) -> BTreeSet<String> {
    let stemmer = Stemmer::create(Algorithm::English);
    words(text).filter(|word| word != "the").map(|word| undoubled(&stemmer.stem(&word))).collect()
}

/// The stemmer makes "ad" of "adding", but not of "add".
fn undoubled(stem: &str) -> String {
    let mut letters: Vec<char> = stem.chars().collect();
    letters.dedup();
    letters.into_iter().collect()
}

fn numbers(text: &str) -> BTreeSet<String> {
    words(text).filter(|word| word.starts_with(|c: char| c.is_ascii_digit())).collect()
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}
