//! The sentence that fits a question best.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::alphabet::{Word, words};
use crate::concept::Concept;
use crate::stem::stem;

/// What a question was taken to ask for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    parts: Vec<Part>,
    /// The letters with which any of that may begin.
    initials: Vec<char>,
}

/// A word of the question.
#[derive(Clone, Debug, PartialEq)]
struct Part {
    rarity: f32,
    /// What may stand for it, with what that counts.
    members: Vec<(Vec<String>, f32)>,
}

/// How a text fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// What it has of what was asked for; comparable within one question only.
    pub worth: f32,
    /// The words in it that were asked for: their bytes, in order.
    pub words: Vec<Range<usize>>,
}

impl Found {
    pub(crate) fn new(concepts: &[Concept], rarities: &[f32]) -> Self {
        let part = |(concept, rarity): (&Concept, &f32)| Part {
            rarity: *rarity,
            members: concept.members.iter().map(|member| (member.stems.clone(), member.weight)).collect(),
        };
        let parts: Vec<Part> = concepts.iter().zip(rarities).map(part).collect();
        let stems = parts.iter().flat_map(|part| &part.members).flat_map(|(stems, _)| stems);
        let initials: BTreeSet<char> = stems.filter_map(|stem| stem.chars().next()).collect();
        Self { initials: initials.into_iter().collect(), parts }
    }

    /// What a text is worth that has all of it.
    pub(crate) fn whole(&self) -> f32 {
        self.parts.iter().map(|part| part.rarity).sum()
    }

    /// How a text fits; nothing if it has none of the words.
    pub fn fit(&self, text: &str) -> Option<Fit> {
        // A stem begins as its word does, so that most words needn't be brought to theirs.
        let may_stand = |word: &Word| word.text.chars().next().is_some_and(|first| self.initials.contains(&first));
        let said: Vec<(String, Range<usize>)> =
            words(text).filter(may_stand).map(|word| (stem(&word.text), word.place)).collect();
        let mut fit = Fit { worth: 0.0, words: Vec::new() };
        for part in &self.parts {
            if let Some((stems, weight)) = part.best(&said) {
                fit.worth += part.rarity * weight;
                fit.words.extend(said.iter().filter(|(stem, _)| stems.contains(stem)).map(|(_, place)| place.clone()));
            }
        }
        fit.words.sort_by_key(|place| place.start);
        fit.words.dedup();
        (fit.worth > 0.0).then_some(fit)
    }

    /// Which of the texts fits best, the first of those that fit alike, and how.
    pub fn best<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Option<(usize, Fit)> {
        let fits = texts.into_iter().enumerate().filter_map(|(at, text)| Some((at, self.fit(text)?)));
        fits.reduce(|best, next| if next.1.worth > best.1.worth { next } else { best })
    }
}

impl Part {
    /// What stands for it in a text and counts most.
    fn best(&self, said: &[(String, Range<usize>)]) -> Option<(&[String], f32)> {
        let stands = |stems: &[String]| stems.iter().all(|stem| said.iter().any(|(there, _)| there == stem));
        let there = self.members.iter().filter(|(stems, _)| stands(stems));
        there
            .map(|(stems, weight)| (stems.as_slice(), *weight))
            .reduce(|best, next| if next.1 > best.1 { next } else { best })
    }
}

/// The sentences of a text: their bytes, without the space around them.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let ends = matches!(letter, '.' | '?' | '!') && letters.peek().is_none_or(|(_, next)| next.is_whitespace());
        if ends {
            push(&mut sentences, text, start..at + letter.len_utf8());
            start = at + letter.len_utf8();
        }
    }
    push(&mut sentences, text, start..text.len());
    sentences
}

fn push(sentences: &mut Vec<Range<usize>>, text: &str, place: Range<usize>) {
    let sentence = &text[place.clone()];
    let start = place.start + (sentence.len() - sentence.trim_start().len());
    let end = start + sentence.trim().len();
    if start < end {
        sentences.push(start..end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_at_their_full_stop() {
        let text = " So. It takes 1.5 litres, right?  And  ";
        let found: Vec<&str> = sentences(text).into_iter().map(|place| &text[place]).collect();
        assert_eq!(found, ["So.", "It takes 1.5 litres, right?", "And"]);
        assert!(sentences("  ").is_empty());
    }
}
