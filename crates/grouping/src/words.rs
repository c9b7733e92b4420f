use std::collections::BTreeMap;

use rust_stemmers::{Algorithm, Stemmer};

/// Words that say nothing of the job, in the order of the alphabet.
const EMPTY: &[&str] = &[
    "a", "about", "again", "all", "also", "am", "an", "and", "another", "any", "are", "as", "at", "back", "be",
    "because", "been", "being", "bit", "but", "by", "can", "can't", "could", "did", "do", "does", "doing", "don't",
    "done", "down", "for", "from", "get", "getting", "go", "going", "gonna", "good", "got", "had", "has", "have",
    "having", "he", "her", "here", "his", "how", "i", "i'll", "i'm", "i've", "if", "in", "into", "is", "it", "it's",
    "its", "just", "know", "let", "let's", "like", "little", "look", "make", "may", "might", "more", "most", "must",
    "my", "need", "next", "nice", "no", "not", "now", "of", "off", "oh", "ok", "okay", "on", "one", "only", "onto",
    "or", "other", "our", "out", "over", "put", "really", "right", "same", "see", "shall", "she", "should", "so",
    "some", "still", "sure", "take", "than", "that", "that's", "the", "their", "them", "then", "there", "there's",
    "these", "they", "thing", "things", "think", "this", "those", "three", "to", "too", "two", "uh", "um", "under",
    "up", "us", "very", "want", "was", "way", "we", "we'll", "we're", "well", "were", "what", "when", "where", "which",
    "who", "why", "will", "with", "without", "would", "yeah", "yes", "you", "you'll", "you're", "your",
];

/// How often each stem stands in a text; words that say nothing left out.
pub(crate) fn stems(text: &str) -> BTreeMap<String, usize> {
    let stemmer = Stemmer::create(Algorithm::English);
    let lower = text.to_lowercase().replace('’', "'");
    let words = lower.split(|c: char| !c.is_alphanumeric() && c != '\'').map(|word| word.trim_matches('\''));
    let mut stems = BTreeMap::new();
    for word in words.filter(|word| word.chars().nth(1).is_some() && EMPTY.binary_search(word).is_err()) {
        *stems.entry(stemmer.stem(word).into_owned()).or_insert(0) += 1;
    }
    stems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_say_what_is_done_to_what() {
        let said = stems("Okay, so we're loosening the screws, and I’ll loosen that screw.");
        assert_eq!(said.into_iter().collect::<Vec<_>>(), [("loosen".to_owned(), 2), ("screw".to_owned(), 2)]);
    }

    #[test]
    fn the_list_is_in_order() {
        assert!(EMPTY.is_sorted());
    }
}
