//! All documents of one owner, in memory.

use std::collections::HashMap;

use stepreel_core::ProcedureId;

use crate::concept::Concept;
use crate::postings::Postings;
use crate::rank;
use crate::sentence::Found;
use crate::terms::{DamagedTerms, FIELDS, Terms};
use crate::vocabulary::Vocabulary;
use crate::{Question, Ranking, Retriever, Weights};

/// All documents of one owner, in memory: some hundred bytes for each.
///
/// Documents that were taken out leave their place behind; see [`Index::waste`].
#[derive(Clone, Debug, Default)]
pub struct Index {
    pub(crate) weights: Weights,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) postings: Vec<Postings>,
    pub(crate) documents: Vec<Entry>,
    places: HashMap<ProcedureId, u32>,
    /// Words in the parts of all documents that are there.
    totals: [u64; FIELDS],
}

/// A document of an index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) key: ProcedureId,
    pub(crate) lengths: [u16; FIELDS],
    pub(crate) standing: Standing,
}

/// Whether a document may be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It was taken out.
    Gone,
    /// Only by who asks for all.
    Excluded,
    /// It may.
    Approved,
}

impl Index {
    /// An empty one that ranks by those weights.
    pub fn weighted(weights: Weights) -> Self {
        Self { weights, ..Self::default() }
    }

    /// Puts a document in; one of the same key is replaced.
    ///
    /// # Errors
    /// When its terms can't be read; nothing has changed then.
    pub fn put(&mut self, key: ProcedureId, approved: bool, terms: &Terms) -> Result<(), DamagedTerms> {
        let lengths = terms.lengths()?;
        terms.each(|_, _| {})?;
        self.remove(key);
        let place = self.documents.len() as u32;
        terms.each(|stem, counts| {
            let term = self.vocabulary.take_in(stem) as usize;
            if term == self.postings.len() {
                self.postings.push(Postings::default());
            }
            self.postings[term].push(place, counts);
        })?;
        let standing = if approved { Standing::Approved } else { Standing::Excluded };
        self.documents.push(Entry { key, lengths, standing });
        self.places.insert(key, place);
        for (total, length) in self.totals.iter_mut().zip(lengths) {
            *total += u64::from(length);
        }
        Ok(())
    }

    /// Takes a document out, if it is there.
    pub fn remove(&mut self, key: ProcedureId) {
        let Some(place) = self.places.remove(&key) else { return };
        let entry = &mut self.documents[place as usize];
        entry.standing = Standing::Gone;
        for (total, length) in self.totals.iter_mut().zip(entry.lengths) {
            *total -= u64::from(length);
        }
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// How many places of documents that are gone it holds. When they are many, an index of those that are there takes less room.
    pub fn waste(&self) -> usize {
        self.documents.len() - self.places.len()
    }

    /// How long each part is in the mean; never zero.
    pub(crate) fn mean_lengths(&self) -> [f32; FIELDS] {
        let count = self.len().max(1) as f32;
        self.totals.map(|total| (total as f32 / count).max(1.0))
    }
}

impl Index {
    fn ranking(&self, question: &Question<'_>, enough: Option<f32>) -> Ranking {
        let wanted = question.understood();
        let concepts: Vec<Concept> =
            wanted.iter().map(|wanted| Concept::of(wanted, &self.vocabulary, &self.weights)).collect();
        let ranked = rank::rank(self, &concepts);
        Ranking {
            hits: ranked.hits(self, &concepts, question, enough),
            asked: Found::new(&concepts, ranked.rarities()),
        }
    }
}

impl Retriever for Index {
    fn search(&self, question: &Question<'_>) -> Ranking {
        self.ranking(question, Some(self.weights.enough))
    }

    fn candidates(&self, question: &Question<'_>) -> Ranking {
        self.ranking(question, None)
    }
}
