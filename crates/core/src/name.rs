//! What a procedure is called, and what that rests on.

use serde::{Deserialize, Serialize};

use crate::{Span, Time};

/// The name and description of one procedure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Name {
    /// Imperative, 2-8 words, sentence case, no full stop.
    pub title: String,
    /// What was done, step by step; may be empty.
    pub description: Vec<Line>,
    /// How many steps were told, whoever put them into words: that is what scores count.
    #[serde(default)]
    pub steps: usize,
    /// How sure the title is, 0-1.
    pub confidence: f32,
    /// How it was found.
    pub source: NameSource,
    /// Indices into the transcript's utterances that the title rests on; empty only for [`NameSource::Generic`].
    pub evidence: Vec<usize>,
    /// Who put it into words.
    #[serde(default)]
    pub author: Author,
    /// When the pictures were taken that the title rests on, where somebody looked at pictures.
    #[serde(default)]
    pub seen: Vec<Time>,
}

impl Name {
    /// A title that rests on what was said; without description and, so far, without confidence.
    pub fn new(title: impl Into<String>, source: NameSource, evidence: Vec<usize>) -> Self {
        Self {
            title: title.into(),
            description: Vec::new(),
            steps: 0,
            confidence: 0.0,
            source,
            evidence,
            author: Author::Engineer,
            seen: Vec::new(),
        }
    }
}

/// Who put a name into words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The engineer: title and description are what was said, shortened.
    #[default]
    Engineer,
    /// A language model, which was told what was said, and perhaps shown pictures.
    LanguageModel,
}

/// One line of a description.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// What was done or warned of.
    pub text: String,
    /// When.
    pub span: Span,
    /// Indices into the transcript's utterances that it rests on.
    pub evidence: Vec<usize>,
}

/// How a name was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameSource {
    /// The engineer announced the work.
    Announced,
    /// The engineer said what was finished.
    Closing,
    /// From what was said during the work.
    Inferred,
    /// Nothing said tells: a neutral name such as "Unnamed procedure 3".
    Generic,
}
