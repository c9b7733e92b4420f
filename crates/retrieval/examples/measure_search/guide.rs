//! Guides as narrated procedures.

use std::error::Error;
use std::path::Path;

use serde_json::Value;
use stepreel_core::{BoundaryConfidence, Name, Passage, ProcedureId, Segment, Span, Utterance};
use stepreel_naming::{Extractive, Namer};
use stepreel_retrieval::Document;
use stepreel_testkit::fingerprint;
use stepreel_testkit::title_metric::{Reference, score_title};
use uuid::Uuid;

/// A guide, as somebody would tell it.
pub(crate) struct Guide {
    pub key: ProcedureId,
    pub half: &'static str,
    /// The human title without the device's name.
    pub title: String,
    /// The human title.
    pub whole_title: String,
    /// Whether at least half of the title's object is said in it: others can't be found by their words.
    pub is_told: bool,
    pub said: Vec<String>,
    /// What the product makes of it.
    pub name: Name,
}

/// All guides; with what announces each where there is such a sentence, if so asked.
pub(crate) fn guides(data: &Path, announced: bool) -> Result<Vec<Guide>, Box<dyn Error + Send + Sync>> {
    let text = std::fs::read_to_string(data.join("naming/public.jsonl"))?;
    text.lines().map(|line| guide(&serde_json::from_str(line)?, announced)).collect()
}

fn guide(row: &Value, announced: bool) -> Result<Guide, Box<dyn Error + Send + Sync>> {
    let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let (id, spoken) = (text("id"), text("spoken_text"));
    let intro = row["intro_sentence"].as_str().filter(|_| announced);
    let sentences = intro.into_iter().chain(spoken.split_inclusive(". "));
    let said: Vec<String> = sentences.map(|sentence| sentence.trim().to_owned()).collect();
    Ok(Guide {
        key: ProcedureId(Uuid::from_u128(u128::from(fingerprint(&id)))),
        half: half(&id),
        title: text("title_core"),
        whole_title: text("human_title"),
        is_told: row["object_in_steps"].as_f64().unwrap_or(0.0) >= 0.5,
        name: name(&said)?,
        said,
    })
}

/// The product's own name and steps, five seconds a sentence.
fn name(said: &[String]) -> Result<Name, Box<dyn Error + Send + Sync>> {
    let at = |index: usize| Span::from_seconds(5.0 * index as f64, 5.0 * (index + 1) as f64);
    let utterances: Option<Vec<Utterance>> =
        said.iter().enumerate().map(|(index, text)| Some(utterance(text, at(index)?))).collect();
    let utterances = utterances.ok_or("five seconds are not empty")?;
    let whole = Span::from_seconds(0.0, 5.0 * said.len().max(1) as f64).ok_or("it is not empty")?;
    let segment = Segment::new(whole, BoundaryConfidence { start: 1.0, end: 1.0 });
    let passage = Passage::new(&segment, utterances.iter().enumerate().collect());
    Extractive::default().name(&[passage])?.pop().ok_or_else(|| "one passage has one name".into())
}

fn utterance(text: &str, span: Span) -> Utterance {
    Utterance { span, text: text.to_owned(), words: Vec::new(), log_probability: None, no_speech: None, reliable: true }
}

impl Guide {
    pub(crate) fn document(&self) -> Document<'_> {
        Document {
            title: &self.name.title,
            steps: self.name.description.iter().map(|line| line.text.as_str()).collect(),
            said: self.said.iter().map(String::as_str).collect(),
        }
    }

    /// Whether the other is about the same things: the titles' words without verbs are the same.
    pub(crate) fn is_about_the_same(&self, other: &Self) -> bool {
        let reference = Reference { title: &self.title, ..Reference::default() };
        self.key == other.key || score_title(&other.title, &reference).object_f1 == 1.0
    }
}

/// The half that a text belongs to.
pub(crate) fn half(id: &str) -> &'static str {
    if fingerprint(id).is_multiple_of(2) { "dev" } else { "report" }
}
