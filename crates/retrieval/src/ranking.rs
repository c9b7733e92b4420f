//! What was found, and what else counts in its order besides its words.

use std::collections::HashMap;

use stepreel_core::ProcedureId;

use crate::rank::BESIDE;
use crate::{Fit, Found, Weights};

/// How many of the best by all their words are worth a look at their sentences.
pub const CONSIDERED: usize = 20;

/// How many are worth a look at what they mean.
pub const CONSIDERED_BY_MEANING: usize = 50;

/// How much a document's best sentence counts beside all its words. Chosen on the same half of labelled questions as [`Weights`].
const SENTENCE: f32 = 0.4;

/// How much surer an answer is for being near in meaning. Chosen on that half, as all that is said of meaning here.
const NEARNESS: f32 = 0.5;

/// From how sure an answer is by words and meaning, it is one.
const ENOUGH: f32 = 0.7;

/// How far down a list two places hardly differ (Cormack, Clarke and Buettcher, "Reciprocal rank fusion outperforms Condorcet and
/// individual rank learning methods", 2009).
const RANK_SCALE: f32 = 60.0;

/// How much a place by words counts of one by meaning.
const BY_WORDS: f32 = 2.0;

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
    /// How sure one may be by its words that it is an answer at all; [`Weights::enough`] is.
    pub confidence: f32,
    /// The words of the question that it has, or that it has other words for.
    pub matched: Vec<String>,
}

/// A document among the answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed<S> {
    /// What was found.
    pub hit: Hit,
    /// The sentence that fits best, with whatever the caller knows it by.
    pub sentence: Option<(S, Fit)>,
    /// Its place by words, from 1.
    pub by_words: u32,
    /// Its place by meaning, from 1, where that is known.
    pub by_meaning: Option<u32>,
}

impl Ranking {
    /// The best so many when the sentence of each that fits best counts, too: what was asked for in one breath is more of an answer than
    /// its words here and there. The sentences come as the hits do.
    pub fn by_sentence<S>(self, sentences: Vec<Option<(S, Fit)>>, limit: usize) -> Vec<Placed<S>> {
        let mut placed = self.placed(sentences);
        placed.truncate(limit);
        placed
    }

    /// The best so many of the candidates when the sentence counts, and how near each is in meaning to what was asked, -1 to 1, as far
    /// as that is known; sentences and nearness come as the hits do. Only those that both together are sure of.
    pub fn with_meaning<S>(
        self,
        sentences: Vec<Option<(S, Fit)>>,
        nearness: &[Option<f32>],
        limit: usize,
    ) -> Vec<Placed<S>> {
        let near: HashMap<ProcedureId, f32> =
            self.hits.iter().zip(nearness).filter_map(|(hit, near)| Some((hit.key, (*near)?))).collect();
        let mut placed = self.placed(sentences);
        let mut by_meaning: Vec<(ProcedureId, f32)> = near.iter().map(|(key, near)| (*key, *near)).collect();
        by_meaning.sort_by(|one, other| other.1.total_cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        for (place, (key, _)) in (1..).zip(by_meaning) {
            if let Some(found) = placed.iter_mut().find(|found| found.hit.key == key) {
                found.by_meaning = Some(place);
            }
        }
        let sureness = |found: &Placed<S>| sureness(&found.hit, near.get(&found.hit.key).copied());
        let surest = placed.iter().map(sureness).fold(0.0, f32::max);
        placed.retain(|found| surest >= ENOUGH && sureness(found) >= BESIDE * ENOUGH);
        // The sort is stable: of equals, the better by words comes first.
        placed.sort_by(|one, other| fused(other).total_cmp(&fused(one)));
        placed.truncate(limit);
        placed
    }

    /// All by words and sentence, best first.
    fn placed<S>(self, sentences: Vec<Option<(S, Fit)>>) -> Vec<Placed<S>> {
        let asked = self.asked.whole();
        let weighed = self.hits.into_iter().zip(sentences).map(|(hit, sentence)| {
            let own = sentence.as_ref().map_or(0.0, |(_, fit)| fit.worth / asked);
            let hit = Hit { relevance: (hit.relevance + SENTENCE * own) / (1.0 + SENTENCE), ..hit };
            Placed { hit, sentence, by_words: 0, by_meaning: None }
        });
        let mut weighed: Vec<_> = weighed.collect();
        weighed.sort_by(|one, other| {
            other.hit.relevance.total_cmp(&one.hit.relevance).then_with(|| one.hit.key.cmp(&other.hit.key))
        });
        for (place, found) in (1..).zip(&mut weighed) {
            found.by_words = place;
        }
        weighed
    }
}

/// How sure one may be that it is an answer, by both. Where its meaning is not known, its words have to say more, so that one that is
/// just sure enough by itself is just sure enough here.
fn sureness(hit: &Hit, near: Option<f32>) -> f32 {
    hit.confidence + near.map_or(ENOUGH - Weights::default().enough, |near| NEARNESS * near)
}

/// Both places in one number. What has no place by meaning has that by words there.
fn fused<S>(found: &Placed<S>) -> f32 {
    let share = |place: u32| 1.0 / (RANK_SCALE + place as f32);
    BY_WORDS * share(found.by_words) + share(found.by_meaning.unwrap_or(found.by_words))
}
