//! Word errors as a poor recogniser makes them, by a seed.

use stepreel_testkit::Mishearing;

use crate::session::Session;

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
        let mut mishearing = Mishearing::new(percent, &self.id);
        let mut noisy = self.clone();
        for text in noisy.procedures.iter_mut().flat_map(|procedure| &mut procedure.said) {
            *text = mishearing.hear(text, &words);
        }
        noisy
    }
}
