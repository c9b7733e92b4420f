//! From what was said during a stretch of work to its name and description, each with the evidence it rests on.
//!
//! It chooses among and shortens what was said; it never invents, never writes a time, and knows nothing of pictures or scores.

use stepreel_core::{Name, Passage, StageProvenance};

/// Names stretches of work.
///
/// # Contract
/// One name a passage, in order. Titles have 2-8 words and differ from each other. Every line of a description lies in its passage's segment
/// and cites utterances of that passage. The same passages give the same names. A passage without words gets a [`stepreel_core::NameSource::Generic`] name.
pub trait Namer: Send + Sync {
    /// The names of those passages, which are all of one session.
    ///
    /// # Errors
    /// When a model or service behind it fails for good.
    fn name(&self, passages: &[Passage<'_>]) -> Result<Vec<Name>, NameError>;

    /// How many pictures of a passage it wants to see; more or fewer than that may come.
    fn pictures(&self) -> usize {
        0
    }

    /// What this namer is.
    fn provenance(&self) -> StageProvenance;
}

mod config;

mod clean;
mod sentence;
mod token;

mod inflection;
mod lexicon;
mod verb;

mod frame;
mod noun_phrase;
mod verb_object;

mod announcement;
mod closing;
mod cue;
mod proposal;
mod role;
mod topic;

mod background;
mod candidate;
mod keyphrase;
mod verb_choice;

mod description;
mod distinct;
mod title;

mod extractive;
mod first_words;
mod language_model;

pub mod conformance;
#[cfg(test)]
mod testing;

pub use config::{ExtractiveConfig, FirstWordsConfig, LanguageModelConfig, NamerConfig};
pub use extractive::Extractive;
pub use first_words::FirstWords;
pub use language_model::LanguageModel;

/// Naming failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// A language model is looked for at no address.
    #[error("the language model's address is no http or https address: {address:?}")]
    Address {
        /// As it was given.
        address: String,
    },
    /// The key is in no variable.
    #[error(
        "the environment variable {variable} holds no key for the language model: set it, or leave key_variable out"
    )]
    NoKey {
        /// Its name.
        variable: String,
    },
}

/// An error with all that is behind it.
fn whole(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
