//! From a question in words to the procedures that answer it, with the sentence that fits best.
//!
//! It knows words: it understands a spoken question, keeps an index of documents, and ranks them. It knows no database, no HTTP and no
//! tenants: whoever has several keeps an [`Index`] for each, so that nothing of one counts in another's ranking.

use stepreel_core::ProcedureId;

mod alphabet;
mod question;
mod stem;
mod stop_words;

mod glossary;
mod sound;
mod spelling;

mod document;
mod terms;

mod postings;
mod vocabulary;

mod concept;
mod index;
mod rank;
mod sentence;
mod weights;

pub use document::Document;
pub use glossary::{Glossary, GlossaryError};
pub use index::Index;
pub use question::{Question, Which};
pub use sentence::{Fit, Found, sentences};
pub use terms::{ANALYSIS, DamagedTerms, Terms};
pub use weights::Weights;

/// Finds documents by what is asked.
///
/// # Contract
/// 1. What is found comes best first, no more than the question wants, no document twice.
/// 2. Nothing comes unless a document is a sure enough answer: a question about something else finds nothing rather than something weak.
/// 3. Only approved documents come, unless the question is for all.
/// 4. The answer depends on the question and the documents alone: not on the order in which they came, nor on any that are gone.
pub trait Retriever: Send + Sync {
    /// The documents that answer it.
    fn search(&self, question: &Question<'_>) -> Ranking;
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Ranking {
    /// Best first.
    pub hits: Vec<Hit>,
    /// What the question was taken to ask for, to look for the sentence that fits it best.
    pub asked: Found,
}

/// A document that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Which.
    pub key: ProcedureId,
    /// How well it fits, 0-1: how strongly it has what was asked for.
    pub relevance: f32,
    /// How much of what was asked for it has, 0-1: each word by its rarity.
    pub coverage: f32,
    /// The words of the question that it has, or that it has other words for.
    pub matched: Vec<String>,
}
