//! A word of a question with all that may stand for it in the documents.

use crate::Weights;
use crate::glossary::Kinship;
use crate::question::Wanted;
use crate::stop_words::is_stop_word;
use crate::vocabulary::{Term, Vocabulary};

/// Slips that are followed up for one word.
const MOST_SLIPS: usize = 8;

/// What is looked for with one word.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Concept {
    /// As it was said.
    pub(crate) word: String,
    /// Whether it is a word of some trade.
    pub(crate) is_of_trade: bool,
    /// What may stand for it in the documents, the nearest first.
    pub(crate) members: Vec<Member>,
}

/// A stem that stands for a word, or several that have to stand in one document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Member {
    pub(crate) stems: Vec<String>,
    pub(crate) terms: Vec<Term>,
    /// What it counts beside the word itself.
    pub(crate) weight: f32,
}

impl Concept {
    pub(crate) fn of(wanted: &Wanted, vocabulary: &Vocabulary, weights: &Weights) -> Self {
        let is_of_trade = wanted.others.iter().any(|(_, kinship)| *kinship == Kinship::Near);
        let mut concept = Self { word: wanted.word.clone(), is_of_trade, members: Vec::new() };
        let known = vocabulary.get(&wanted.stem).is_some();
        concept.add(vocabulary, std::slice::from_ref(&wanted.stem), 1.0);
        for (phrase, kinship) in &wanted.others {
            let weight = if *kinship == Kinship::Same { 1.0 } else { weights.near };
            concept.add(vocabulary, phrase, weight);
        }
        if !known {
            for slip in vocabulary.spelled_like(&wanted.stem).into_iter().take(MOST_SLIPS) {
                concept.add(vocabulary, &[slip], weights.slip);
            }
        }
        for alike in vocabulary.sounding_like(&wanted.stem).into_iter().take(MOST_SLIPS) {
            concept.add(vocabulary, &[alike], if known { weights.sound } else { weights.slip });
        }
        concept.members.sort_by(|one, other| other.weight.total_cmp(&one.weight));
        concept
    }

    /// Adds what the documents have; of two ways to the same stems the better counts.
    fn add(&mut self, vocabulary: &Vocabulary, stems: &[String], weight: f32) {
        let terms: Option<Vec<Term>> = stems.iter().map(|stem| vocabulary.get(stem)).collect();
        let Some(terms) = terms.filter(|_| weight > 0.0 && !stems.iter().any(|stem| is_stop_word(stem))) else {
            return;
        };
        match self.members.iter_mut().find(|member| member.terms == terms) {
            Some(member) => member.weight = member.weight.max(weight),
            None => self.members.push(Member { stems: stems.to_vec(), terms, weight }),
        }
    }
}
