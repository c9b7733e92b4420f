//! What the whole session speaks of, against which a passage stands out.

use std::collections::{BTreeMap, BTreeSet};

use crate::sentence::Sentence;

/// In how many passages of a session each stem occurs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Background {
    passages: usize,
    with_stem: BTreeMap<String, usize>,
}

impl Background {
    /// Counts over the passages of a session.
    pub(crate) fn of(passages: &[Vec<Sentence>]) -> Self {
        let mut background = Self { passages: passages.len(), ..Self::default() };
        for passage in passages {
            let stems: BTreeSet<&String> =
                passage.iter().flat_map(|sentence| &sentence.tokens).map(|token| &token.stem).collect();
            for stem in stems {
                *background.with_stem.entry(stem.clone()).or_insert(0) += 1;
            }
        }
        background
    }

    /// How much a phrase belongs to few passages: 1 for one only, half that for all. Below three passages nothing can be told.
    pub(crate) fn rarity(&self, stems: &[String]) -> f32 {
        if self.passages < 3 {
            return 1.0;
        }
        let others = |stem: &String| self.with_stem.get(stem).copied().unwrap_or(1).saturating_sub(1) as f32;
        let share = stems.iter().map(others).sum::<f32>() / (stems.len() * (self.passages - 1)) as f32;
        1.0 - 0.5 * share
    }
}
