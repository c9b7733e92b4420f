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

/// How many of the best by all their words are worth a look at their sentences.
pub const CONSIDERED: usize = 20;

/// How much a document's best sentence counts beside all its words. Chosen on the same half of labelled questions as [`Weights`].
const SENTENCE: f32 = 0.4;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Ranking {
    /// Best first.
    pub hits: Vec<Hit>,
    /// What the question was taken to ask for, to look for the sentence that fits it best.
    pub asked: Found,
}

impl Ranking {
    /// The best so many when the sentence of each that fits best counts, too: what was asked for in one breath is more of an answer than
    /// its words here and there. The sentences come as the hits do, each with whatever the caller knows it by.
    pub fn by_sentence<S>(self, sentences: Vec<Option<(S, Fit)>>, limit: usize) -> Vec<(Hit, Option<(S, Fit)>)> {
        let asked = self.asked.whole();
        let share = |fit: &Fit| fit.worth / asked;
        let weighed = self.hits.into_iter().zip(sentences).map(|(hit, sentence)| {
            let own = sentence.as_ref().map_or(0.0, |(_, fit)| share(fit));
            (Hit { relevance: (hit.relevance + SENTENCE * own) / (1.0 + SENTENCE), ..hit }, sentence)
        });
        let mut weighed: Vec<_> = weighed.collect();
        weighed.sort_by(|(one, _), (other, _)| {
            other.relevance.total_cmp(&one.relevance).then_with(|| one.key.cmp(&other.key))
        });
        weighed.truncate(limit);
        weighed
    }
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
