//! A procedure as it is searched.

use std::collections::BTreeMap;

use crate::Terms;
use crate::alphabet::words;
use crate::stem::stem;
use crate::stop_words::is_stop_word;
use crate::terms::{Counts, FIELDS};

/// Words of what was said that a text encoder reads at once: what is longer blurs.
const PASSAGE: usize = 70;

/// What is known of a procedure in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document<'a> {
    /// What it is called.
    pub title: &'a str,
    /// What was done, a line a step.
    pub steps: Vec<&'a str>,
    /// What was said during it.
    pub said: Vec<&'a str>,
}

impl Document<'_> {
    /// Its words as they are searched for: stems, with how often each stands in which part.
    pub fn terms(&self) -> Terms {
        let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
        let mut lengths = [0_u32; FIELDS];
        let fields: [&[&str]; FIELDS] = [&[self.title], &self.steps, &self.said];
        for (field, texts) in fields.into_iter().enumerate() {
            for word in texts.iter().flat_map(|text| words(text)).filter(|word| !is_stop_word(&word.text)) {
                counts.entry(stem(&word.text)).or_default().add(field);
                lengths[field] += 1;
            }
        }
        Terms::new(lengths, &counts)
    }

    /// Its texts that a text encoder makes a vector of each: the title, if it has one, and every 70 words that were said.
    pub fn passages(&self) -> Vec<String> {
        let words: Vec<&str> = self.said.iter().flat_map(|text| text.split_whitespace()).collect();
        let title = (!self.title.is_empty()).then(|| self.title.to_owned());
        title.into_iter().chain(words.chunks(PASSAGE).map(|words| words.join(" "))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_narration_is_read_in_pieces() {
        let said = "one two three four five six seven eight nine ten ".repeat(15);
        let document = Document { title: "Bleed the radiator", said: vec![&said[..200], &said[200..]], steps: vec![] };
        let passages = document.passages();
        let words: Vec<usize> = passages.iter().map(|passage| passage.split_whitespace().count()).collect();
        assert_eq!(words[0], 3);
        assert!(words.len() > 2 && words[1..].iter().all(|count| *count <= PASSAGE), "{words:?}");
        assert!(passages[1..].join(" ").starts_with(said[..150].trim()), "nothing is left out");
        assert!(Document::default().passages().is_empty());
    }
}
