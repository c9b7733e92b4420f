//! Questions as a recogniser hears them.

use crate::guide::hash;

/// What people say around what they ask; without punctuation, as a recogniser writes it.
const FRAMES: &[(&str, &str)] = &[
    ("um so how do i go about a", ""),
    ("can you show me uh", "please"),
    ("is there a video of", ""),
    ("okay so what do i do for", "again"),
    ("hey i need to uh do", "like what is the first step"),
    ("what's the right way to do the um", "here"),
    ("erm has anybody done", "before"),
    ("right so", "how was that done"),
];

/// The question as it is spoken and heard: with what people say around it, and every tenth word wrong: half substitutions, a quarter each
/// deletions and insertions, by a seed.
pub(crate) fn heard(question: &str, words: &[String]) -> String {
    let mut random = Random(hash(question));
    let (before, after) = FRAMES[random.below(FRAMES.len())];
    let spoken = format!("{before} {} {after}", question.to_lowercase());
    let plain: String = spoken.chars().filter(|letter| letter.is_alphanumeric() || *letter == ' ').collect();
    let heard: Vec<String> = plain.split_whitespace().flat_map(|word| misheard(word, words, &mut random)).collect();
    heard.join(" ")
}

fn misheard(word: &str, words: &[String], random: &mut Random) -> Vec<String> {
    if random.below(100) >= 10 {
        return vec![word.to_owned()];
    }
    let other = words[random.below(words.len())].clone();
    match random.below(4) {
        0 => vec![],
        1 => vec![word.to_owned(), other],
        _ => vec![other],
    }
}

/// `SplitMix64` (Steele, Lea and Flood, 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }
}
