//! Questions as a recogniser hears them.

use stepreel_testkit::Mishearing;

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
    let mut mishearing = Mishearing::new(10, question);
    let (before, after) = FRAMES[mishearing.below(FRAMES.len())];
    let spoken = format!("{before} {} {after}", question.to_lowercase());
    let plain: String = spoken.chars().filter(|letter| letter.is_alphanumeric() || *letter == ' ').collect();
    mishearing.hear(&plain, words)
}
