//! `TinyRec` (published with Augmend's `TreeSeg`, 2024): recognised speech of people who tell what they do at their screens, with the
//! topics that people found in it. Of its two levels the coarse one counts.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use stepreel_core::{Span, Time};

use super::{at_least_a_moment, procedure, utterance, words_only};
use crate::{TestkitError, TrueProcedure, TrueUtterance, Truth};

/// What happened, whether said or not; topics count all of it.
#[derive(Deserialize)]
struct Entry {
    start: f64,
    end: f64,
    #[serde(rename = "doc")]
    said: Option<String>,
}

#[derive(Deserialize)]
struct Session {
    entries: Vec<Entry>,
}

/// The first and the last entry of a topic, and what it is called.
type Topic = (usize, usize, String);

#[derive(Deserialize)]
struct Annotation {
    coarse: Vec<Topic>,
}

/// The sessions of a folder, by name: `<name>.json` and `<name>_anno.json`.
pub(super) fn sessions(folder: &Path) -> Result<Vec<Truth>, TestkitError> {
    let entries = folder.read_dir().map_err(TestkitError::file(folder))?;
    let files = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = files.filter_map(|file| Some(file.strip_suffix(ANNOTATION)?.to_owned())).collect();
    names.sort();
    names.iter().map(|name| session(folder, name)).collect()
}

/// The end of an annotation's file name.
const ANNOTATION: &str = "_anno.json";

fn session(folder: &Path, name: &str) -> Result<Truth, TestkitError> {
    let Annotation { coarse } = member(&folder.join(format!("{name}{ANNOTATION}")), name)?;
    let Session { entries } = member(&folder.join(format!("{name}.json")), name)?;
    let procedures = (0..coarse.len()).filter_map(|index| topic(&coarse[index..], &entries)).collect();
    let utterances: Vec<TrueUtterance> = entries.into_iter().filter_map(Entry::utterance).collect();
    let duration = utterances.iter().map(|said| said.span.end()).max().unwrap_or(Time::ZERO);
    Ok(words_only(name.to_owned(), duration, procedures, utterances))
}

/// The value under the session's name, the only one of such a file.
fn member<T: DeserializeOwned>(path: &Path, name: &str) -> Result<T, TestkitError> {
    let text = fs::read_to_string(path).map_err(TestkitError::file(path))?;
    let mut members: BTreeMap<String, T> = serde_json::from_str(&text).map_err(TestkitError::content(path))?;
    members.remove(name).ok_or_else(|| TestkitError::content(path)(format!("it has nothing under \"{name}\"")))
}

/// The first of those topics. Some topics overlap the next: they end where it starts.
fn topic(topics: &[Topic], entries: &[Entry]) -> Option<TrueProcedure> {
    let said = |topic: &Topic| entries.get(topic.0..=topic.1).and_then(spoken);
    let here = said(topics.first()?)?;
    let end = topics.get(1).and_then(said).map_or(here.end(), |next| here.end().min(next.start()));
    Some(procedure(topics[0].2.clone(), Span::new(here.start(), end)?))
}

/// From the first to the last word.
fn spoken(entries: &[Entry]) -> Option<Span> {
    entries.iter().filter(|entry| entry.said.is_some()).filter_map(Entry::span).reduce(Span::hull)
}

impl Entry {
    fn span(&self) -> Option<Span> {
        at_least_a_moment(self.start, self.end)
    }

    fn utterance(self) -> Option<TrueUtterance> {
        let span = self.span()?;
        Some(utterance(self.said?, span))
    }
}
