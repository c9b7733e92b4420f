//! What is asked, as it was typed or heard.

use crate::Glossary;
use crate::alphabet::words;
use crate::glossary::Kinship;
use crate::stem::stem;
use crate::stop_words::{frames, is_stop_word};

/// Words of a question that are looked at; what is longer is a story.
const LONGEST: usize = 64;

/// A question.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// As typed or heard: fillers, slips and missing punctuation are expected.
    pub text: &'a str,
    /// At most so many answers.
    pub limit: usize,
    /// Of which documents.
    pub which: Which,
    /// Words that mean the same besides those of most trades.
    pub glossary: Option<&'a Glossary>,
}

/// Which documents are looked through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// The approved ones.
    #[default]
    Approved,
    /// The excluded ones, too.
    All,
}

impl<'a> Question<'a> {
    /// For the best ten approved documents.
    pub fn new(text: &'a str) -> Self {
        Self { text, limit: 10, which: Which::Approved, glossary: None }
    }

    /// The words that say what is looked for, and what else could be said for them.
    pub(crate) fn understood(&self) -> Vec<Wanted> {
        let said: Vec<String> = words(self.text).map(|word| word.text).take(LONGEST).collect();
        let said = without_frames(&said);
        let stems: Vec<String> = said.iter().map(|word| stem(word)).collect();
        let mut wanted: Vec<Option<Wanted>> =
            said.iter().zip(&stems).map(|(word, stem)| Wanted::word(word, stem)).collect();
        let glossaries = [Some(Glossary::common()), self.glossary];
        for meant in glossaries.into_iter().flatten().flat_map(|glossary| glossary.meant(&stems)) {
            let says = |place: &usize| wanted[*place].is_some();
            let mut places: Vec<usize> = meant.places.iter().copied().filter(says).collect();
            if places.is_empty() {
                // A phrase of words that say nothing by themselves says something.
                places.push(meant.places[0]);
            }
            for at in places {
                let word = wanted[at].get_or_insert_with(|| Wanted::new(&said[at], &stems[at]));
                word.others.extend(meant.others.iter().cloned());
            }
        }
        join_neighbours(&mut wanted, &said);
        let mut distinct: Vec<Wanted> = Vec::new();
        for word in wanted.into_iter().flatten() {
            if distinct.iter().all(|other| other.stem != word.stem) {
                distinct.push(word);
            }
        }
        distinct
    }
}

/// A word that says what is looked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wanted {
    /// As it was said.
    pub(crate) word: String,
    pub(crate) stem: String,
    /// Phrases that mean the same, with how near each is.
    pub(crate) others: Vec<(Vec<String>, Kinship)>,
}

impl Wanted {
    fn word(word: &str, stem: &str) -> Option<Self> {
        // A letter by itself is what is left of a word, or nothing.
        let says = !is_stop_word(word) && (word.len() > 1 || word.bytes().all(|letter| letter.is_ascii_digit()));
        says.then(|| Self::new(word, stem))
    }

    fn new(word: &str, stem: &str) -> Self {
        Self { word: word.to_owned(), stem: stem.to_owned(), others: Vec::new() }
    }
}

/// "Dish washer" may be written as one word.
fn join_neighbours(wanted: &mut [Option<Wanted>], said: &[String]) {
    for at in 1..wanted.len() {
        let joined = vec![stem(&format!("{}{}", said[at - 1], said[at]))];
        if let [Some(one), Some(other)] = &mut wanted[at - 1..=at] {
            one.others.push((joined.clone(), Kinship::Same));
            other.others.push((joined, Kinship::Same));
        }
    }
}

/// Takes out the words that only ask.
fn without_frames(words: &[String]) -> Vec<String> {
    let mut rest = words;
    let mut kept = Vec::new();
    while let Some((first, after)) = rest.split_first() {
        let frame =
            frames().iter().find(|frame| frame.len() <= rest.len() && rest.iter().zip(*frame).all(|(a, b)| a == b));
        if let Some(frame) = frame {
            rest = &rest[frame.len()..];
            continue;
        }
        if kept.last() != Some(first) {
            kept.push(first.clone());
        }
        rest = after;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let understood = Question::new(text).understood();
        let found: Vec<&str> = understood.iter().map(|wanted| wanted.word.as_str()).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn only_words_that_say_what_is_looked_for_are_kept() {
        check("um so how do i uh replace the the front brake pads on this one", &["replace", "front", "brake", "pads"]);
        check("Is there a video of somebody bleeding a radiator?", &["bleeding", "radiator"]);
        check("how do I do that", &[]);
        check("", &[]);
        check("battery battery batteries", &["battery"]);
    }

    #[test]
    fn a_split_verb_is_understood_as_one() {
        let understood = Question::new("how do i take the back cover off").understood();
        let taken = understood.iter().find(|wanted| wanted.word == "take").unwrap();
        assert!(taken.others.iter().any(|(phrase, _)| phrase == &["remov"]));
    }

    #[test]
    fn endless_questions_are_cut() {
        assert!(Question::new(&"valve pump ".repeat(100_000)).understood().len() <= LONGEST);
    }
}
