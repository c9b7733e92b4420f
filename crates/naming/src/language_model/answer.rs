//! What a model answers, and whether it may be believed.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;
use stepreel_core::{Line, Passage, Span, Time, is_hidden};

use crate::lexicon::{self, Class};
use crate::title::{capitalised, has_title_length};
use crate::token::{Token, tokens};

/// The longest title and the longest step, in characters.
const LONGEST_TITLE: usize = 80;
const LONGEST_STEP: usize = 240;
/// The share of a step's words of content that must have been said in the utterances it cites.
const SAID: f64 = 0.8;

/// The answer as it has to be written; the schema that the model is given is made from it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Draft {
    title: String,
    evidence: Vec<usize>,
    pictures: Vec<usize>,
    steps: Vec<Step>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Step {
    text: String,
    evidence: Vec<usize>,
}

/// An answer all of which was checked.
pub(super) struct Answer {
    pub(super) title: String,
    evidence: Vec<usize>,
    pictures: Vec<usize>,
    steps: Vec<Step>,
}

/// What is wrong with an answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("it is no JSON object of the schema")]
    Schema(#[source] serde_json::Error),
    #[error("the title must be one line of 2 to 8 plain words")]
    Title,
    #[error("a step must be one plain line of at most {LONGEST_STEP} characters")]
    Step,
    #[error("there is no utterance or picture with the number {0}")]
    Citation(usize),
    #[error("the title rests on no utterance and no picture")]
    NoEvidence,
    #[error("a step cites no utterance")]
    NoStepEvidence,
    #[error("nobody said \"{0}\" in the utterances that are cited")]
    Unsaid(String),
}

impl Draft {
    /// The schema of an answer, without references, which some servers can't follow.
    pub(super) fn schema() -> serde_json::Value {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        });
        settings.into_generator().into_root_schema_for::<Self>().to_value()
    }
}

impl Answer {
    /// Reads what a model wrote about a passage: the first JSON object in it, as some models talk around theirs.
    pub(super) fn read(reply: &str, passage: &Passage<'_>) -> Result<Self, Refused> {
        let object = &reply[reply.find('{').unwrap_or(0)..];
        let draft = serde_json::Deserializer::from_str(object).into_iter().next();
        let draft: Draft = draft.unwrap_or_else(|| serde_json::from_str("")).map_err(Refused::Schema)?;
        let Draft { title, evidence, pictures, steps } = draft;
        let title = capitalised(title.trim().trim_end_matches('.'));
        let answer = Self { title, evidence, pictures, steps };
        answer.check(passage)?;
        Ok(answer)
    }

    fn check(&self, passage: &Passage<'_>) -> Result<(), Refused> {
        let line = |text: &str, longest: usize| is_plain(text) && text.chars().count() <= longest;
        if !line(&self.title, LONGEST_TITLE) || !has_title_length(&self.title) {
            return Err(Refused::Title);
        }
        cited(&self.evidence, passage.utterances.len())?;
        cited(&self.pictures, passage.stills.len())?;
        if self.evidence.is_empty() && self.pictures.is_empty() {
            return Err(Refused::NoEvidence);
        }
        // What is seen in a picture was perhaps never said.
        if self.pictures.is_empty() {
            self.title_was_said(passage)?;
        }
        self.steps.iter().try_for_each(|step| {
            if !line(&step.text, LONGEST_STEP) {
                return Err(Refused::Step);
            }
            step.check(passage)
        })
    }

    /// Every word of content after the verb was said where the title cites.
    fn title_was_said(&self, passage: &Passage<'_>) -> Result<(), Refused> {
        let said = stems(passage, &self.evidence);
        let unsaid =
            tokens(&self.title).into_iter().skip(1).find(|word| is_content(word) && !said.contains(&word.stem));
        unsaid.map_or(Ok(()), |word| Err(Refused::Unsaid(word.lower)))
    }

    /// Indices into the transcript that the title rests on.
    pub(super) fn evidence(&self, passage: &Passage<'_>) -> Vec<usize> {
        indices(&self.evidence, passage)
    }

    /// When the pictures were taken that the title rests on.
    pub(super) fn seen(&self, passage: &Passage<'_>) -> Vec<Time> {
        self.pictures.iter().collect::<BTreeSet<_>>().into_iter().map(|&number| passage.stills[number].time).collect()
    }

    /// The steps as lines of a description: each lies where its utterances do.
    pub(super) fn lines(&self, passage: &Passage<'_>, most: usize) -> Vec<Line> {
        let line = |step: &Step| {
            let spans = step.evidence.iter().map(|&number| passage.utterances[number].1.span);
            let span = spans.reduce(Span::hull)?.intersection(passage.segment.span)?;
            Some(Line { text: capitalised(step.text.trim()), span, evidence: indices(&step.evidence, passage) })
        };
        let mut lines: Vec<Line> = self.steps.iter().filter_map(line).take(most).collect();
        lines.sort_by_key(|line| line.span);
        lines
    }
}

impl Step {
    fn check(&self, passage: &Passage<'_>) -> Result<(), Refused> {
        cited(&self.evidence, passage.utterances.len())?;
        if self.evidence.is_empty() {
            return Err(Refused::NoStepEvidence);
        }
        let said = stems(passage, &self.evidence);
        let words: Vec<Token> = tokens(&self.text).into_iter().filter(is_content).collect();
        let unsaid: Vec<&Token> = words.iter().filter(|word| !said.contains(&word.stem)).collect();
        // A number that nobody said is no slip of style.
        let invented = unsaid.iter().find(|word| word.lower.chars().any(|c| c.is_ascii_digit()));
        let too_many = unsaid.len() as f64 > (1.0 - SAID) * words.len() as f64;
        let wrong = invented.or_else(|| unsaid.first().filter(|_| too_many));
        wrong.map_or(Ok(()), |word| Err(Refused::Unsaid(word.lower.clone())))
    }
}

fn cited(numbers: &[usize], count: usize) -> Result<(), Refused> {
    numbers.iter().find(|&&number| number >= count).map_or(Ok(()), |&number| Err(Refused::Citation(number)))
}

fn indices(numbers: &[usize], passage: &Passage<'_>) -> Vec<usize> {
    numbers.iter().map(|&number| passage.utterances[number].0).collect::<BTreeSet<_>>().into_iter().collect()
}

fn stems(passage: &Passage<'_>, numbers: &[usize]) -> BTreeSet<String> {
    let cited = numbers.iter().map(|&number| passage.utterances[number].1.text.as_str());
    cited.flat_map(tokens).map(|word| word.stem).collect()
}

/// Words that name or do something; the others may be put as the model likes.
fn is_content(word: &Token) -> bool {
    let light = [
        Class::Determiner,
        Class::Pronoun,
        Class::Auxiliary,
        Class::Preposition,
        Class::Particle,
        Class::Conjunction,
        Class::Sequence,
        Class::Adverb,
    ];
    !lexicon::is_any(&word.lower, &light)
}

/// A line that a page, a terminal and a file name can show: no control characters, nothing that reorders text, no markup, no address.
fn is_plain(text: &str) -> bool {
    let odd = |c: char| {
        is_hidden(c)
            || matches!(c, '<' | '>' | '{' | '}' | '[' | ']' | '|' | '\\' | '`' | '*' | '_' | '#' | '@')
            || matches!(c, '\u{200c}' | '\u{200d}')
    };
    let lower = text.to_lowercase();
    !text.trim().is_empty() && !text.contains(odd) && !lower.contains("://") && !lower.contains("www.")
}
