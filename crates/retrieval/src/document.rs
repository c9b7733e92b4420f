//! A procedure as it is searched.

use std::collections::BTreeMap;

use crate::Terms;
use crate::alphabet::words;
use crate::stem::stem;
use crate::stop_words::is_stop_word;
use crate::terms::{Counts, FIELDS};

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
}
