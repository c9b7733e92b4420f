//! From a question in words to the procedures that answer it, with the sentence that fits best.
//!
//! It knows words: it understands a spoken question, keeps an index of documents, and ranks them. It knows no database, no HTTP and no
//! tenants: whoever has several keeps an [`Index`] for each, so that nothing of one counts in another's ranking.

mod alphabet;
mod question;
mod stem;
mod stop_words;

mod glossary;
mod sound;
mod spelling;

mod document;
mod embedding;
mod terms;

mod postings;
mod vocabulary;

mod concept;
mod index;
mod rank;
mod ranking;
mod sentence;
mod weights;

pub use document::Document;
pub use embedding::{Embedding, EncodingError, TextEncoder};
pub use glossary::{Glossary, GlossaryError};
pub use index::Index;
pub use question::{Question, Which};
pub use ranking::{CONSIDERED, CONSIDERED_BY_MEANING, Hit, Placed, Ranking};
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

    /// The best by their words, however sure: for who has a second opinion, and judges by both ([`Ranking::with_meaning`]).
    fn candidates(&self, question: &Question<'_>) -> Ranking;
}
