//! Word errors as a poor recogniser makes them, by a seed.

use crate::session::{Session, hash};

impl Session {
    /// The session as a recogniser with that share of word errors might hear it: half substitutions, a quarter each of deletions
    /// and insertions, by a seed.
    pub(crate) fn with_word_errors(&self, percent: u64) -> Self {
        let words: Vec<String> = self
            .procedures
            .iter()
            .flat_map(|p| &p.said)
            .flat_map(|text| text.split_whitespace())
            .map(str::to_owned)
            .collect();
        let mut random = Random(hash(&self.id));
        let mut noisy = self.clone();
        for text in noisy.procedures.iter_mut().flat_map(|procedure| &mut procedure.said) {
            let heard: Vec<String> =
                text.split_whitespace().flat_map(|word| misheard(word, &words, percent, &mut random)).collect();
            *text = heard.join(" ");
        }
        noisy
    }
}

fn misheard(word: &str, words: &[String], percent: u64, random: &mut Random) -> Vec<String> {
    if random.below(100) >= percent {
        return vec![word.to_owned()];
    }
    let other = words[random.below(words.len() as u64) as usize].clone();
    match random.below(4) {
        0 => vec![],
        1 => vec![word.to_owned(), other],
        _ => vec![other],
    }
}

/// `SplitMix64` (Steele, Lea and Flood, 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit.max(1)
    }
}
