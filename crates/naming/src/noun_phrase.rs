//! Noun phrases by closed-class words: everything between a determiner and the next word that cannot belong.

use std::ops::Range;

use crate::inflection::Inflection;
use crate::lexicon::{self, Class};
use crate::sentence::Sentence;
use crate::token::Gap;
use crate::verb::Verb;

/// A noun phrase of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NounPhrase {
    /// The determiner before it, if any.
    pub determiner: Option<usize>,
    /// Its words without the determiner; never empty.
    pub words: Range<usize>,
}

impl NounPhrase {
    /// The phrase that starts at that word, with or without a determiner.
    pub(crate) fn at(sentence: &Sentence, start: usize) -> Option<Self> {
        let first = start
            + sentence.tokens[start.min(sentence.tokens.len())..]
                .iter()
                .take_while(|token| opens(&token.lower))
                .count();
        let end = run_end(sentence, first, first > start);
        let named = (first..end).any(|at| is_naming(sentence.lower(at)));
        let determiner = (first > start).then(|| first - 1);
        let verbal =
            determiner.is_none() && named && turns_verb(sentence, first) && sentence.tokens[first].gap == Gap::Space;
        (named && !verbal).then_some(Self { determiner, words: first..end })
    }

    /// Where it may end, shortest first, when what is joined to it counts: "the pads *and rotors*", "the gain *on an amplifier*".
    pub(crate) fn extents(&self, sentence: &Sentence) -> Vec<usize> {
        let mut extents = vec![self.words.end];
        let mut end = self.words.end;
        while sentence.tokens[end - 1].gap == Gap::Space
            && let Some(next) = joined(sentence, end)
        {
            extents.push(next);
            end = next;
        }
        extents
    }

    /// Its last word, which says what the thing is.
    pub(crate) fn head<'a>(&self, sentence: &'a Sentence) -> &'a str {
        sentence.lower(self.words.end - 1)
    }

    /// Whether it names a thing, not the work itself: "the drain plug", but not "the second job" or "job number two".
    pub(crate) fn is_thing(&self, sentence: &Sentence) -> bool {
        const BESIDE: &[Class] = &[Class::AboutWork, Class::Adjective, Class::Sequence, Class::Number, Class::Measure];
        let words = || self.words.clone().map(|at| sentence.lower(at));
        !words().any(|word| lexicon::is(word, Class::AboutWork)) || !words().all(|word| lexicon::is_any(word, BESIDE))
    }
}

/// Every noun phrase of a sentence whose verbs are known, in order.
pub(crate) fn noun_phrases(sentence: &Sentence) -> Vec<NounPhrase> {
    let is_verb = |at: usize| sentence.acts.iter().any(|act| act.at == at);
    let mut phrases = Vec::new();
    let mut at = 0;
    while at < sentence.tokens.len() {
        match NounPhrase::at(sentence, at).filter(|_| !is_verb(at)) {
            Some(mut phrase) => {
                phrase.words.end = phrase.words.clone().find(|&at| is_verb(at)).unwrap_or(phrase.words.end);
                at = phrase.words.end.max(at + 1);
                phrases.extend(Some(phrase).filter(|phrase| !phrase.words.is_empty()));
            }
            None => at += 1,
        }
    }
    phrases
}

fn opens(word: &str) -> bool {
    lexicon::is(word, Class::Determiner)
}

/// Whether the word can be what the phrase is about, rather than a number or a mark.
fn is_naming(word: &str) -> bool {
    word.chars().any(char::is_alphabetic)
        && (lexicon::is(word, Class::AboutWork) || !lexicon::is_any(word, &[Class::Number, Class::Measure]))
}

fn run_end(sentence: &Sentence, first: usize, determined: bool) -> usize {
    let mut end = first;
    if determined && is_placing(sentence, first) {
        end += 1;
    }
    while let Some(token) = sentence.tokens.get(end) {
        if !lexicon::is_nominal(&token.lower) || (end > first && turns_verb(sentence, end)) {
            break;
        }
        end += 1;
        if token.gap > Gap::Space {
            break;
        }
    }
    end
}

/// Whether a word that is a preposition elsewhere stands before a noun: "the *inside* cover", "the *back* wheel".
fn is_placing(sentence: &Sentence, at: usize) -> bool {
    let word = sentence.lower(at);
    (lexicon::is_any(word, &[Class::Particle, Class::TellsApart, Class::Place])
        || lexicon::is(word, Class::Adverb) && !word.ends_with("ly"))
        && sentence.tokens.get(at).is_some_and(|token| token.gap == Gap::Space)
        && lexicon::is_nominal(sentence.lower(at + 1))
}

/// Whether the word after a noun starts to say what happens to it: "the screws *holding the* panel", "the tab *located on* top", "the belt *left
/// to* do".
fn turns_verb(sentence: &Sentence, at: usize) -> bool {
    let next = sentence.lower(at + 1);
    let word = sentence.lower(at);
    match Verb::listed(word).map(|verb| verb.inflection) {
        Some(Inflection::Gerund) => {
            let light = Verb::listed(word).is_some_and(|verb| verb.is_light());
            let after_many =
                at.checked_sub(1).is_some_and(|before| lexicon::singular(sentence.lower(before)).is_some());
            lexicon::is_any(next, &[Class::Determiner, Class::Pronoun])
                || light && lexicon::is(next, Class::Particle)
                || after_many && !next.is_empty()
        }
        Some(Inflection::Past) => next.is_empty() || !lexicon::is_nominal(next),
        Some(Inflection::Third) => lexicon::is(next, Class::Determiner),
        Some(Inflection::Base) => lexicon::is_any(next, &[Class::Article, Class::Possessive]),
        None => word.ends_with("ed") && lexicon::is(next, Class::Preposition) || word == "left" && next == "to",
    }
}

/// Where the phrase that is joined by the word at `at` ends.
fn joined(sentence: &Sentence, at: usize) -> Option<usize> {
    let link = sentence.lower(at);
    if lexicon::is(link, Class::Article) {
        // Nothing joins two things directly: what did was misheard, but for "the coil a good clean".
        let stands = |phrase: &NounPhrase| phrase.is_thing(sentence) && Verb::nominal(phrase.head(sentence)).is_none();
        return NounPhrase::at(sentence, at).filter(stands).map(|phrase| phrase.words.end);
    }
    let coordinates = matches!(link, "and" | "or");
    if !coordinates
        && !matches!(
            link,
            "of" | "on"
                | "in"
                | "for"
                | "from"
                | "with"
                | "by"
                | "to"
                | "under"
                | "behind"
                | "inside"
                | "between"
                | "near"
                | "above"
                | "below"
                | "without"
                | "into"
                | "onto"
                | "at"
        )
    {
        return None;
    }
    let phrase = NounPhrase::at(sentence, at + 1)?;
    let first = sentence.lower(at + 1);
    let starts_clause = coordinates
        && Verb::listed(first).is_some()
        && lexicon::is_any(sentence.lower(at + 2), &[Class::Determiner, Class::Pronoun]);
    let verbal = Verb::listed(first).is_some_and(|verb| !coordinates && verb.inflection == Inflection::Gerund);
    let purpose = link == "to" && Verb::listed(first).is_some_and(|verb| verb.inflection == Inflection::Base);
    (phrase.is_thing(sentence) && !starts_clause && !verbal && !purpose).then_some(phrase.words.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sentence;

    fn check(said: &str, expected: &[&str]) {
        let sentence = sentence(said);
        let phrases: Vec<&str> = sentence.phrases.iter().cloned().map(|phrase| sentence.slice(phrase.words)).collect();
        assert_eq!(phrases, expected, "{said}");
    }

    #[test]
    fn noun_phrases_end_at_closed_class_words() {
        check("The screws holding the front panel are loose.", &["screws", "front panel", "loose"]);
        check("On the trucker's hitch.", &["trucker's hitch"]);
        check("The new disk goes into the rack.", &["new disk", "rack"]);
        check("It is all of them.", &[]);
        check("The tab located on top of the fuel sending unit.", &["tab", "top", "fuel sending unit"]);
    }

    #[test]
    fn joined_phrases_are_one_object() {
        for (said, expected) in [
            ("the brake pads and rotors next", "brake pads and rotors"),
            ("the gain on a car amplifier now", "gain on a car amplifier"),
            ("the cover and remove the fan", "cover"),
            ("the belt for you", "belt"),
            ("the belt for this job", "belt"),
        ] {
            let sentence = sentence(said);
            let phrase = NounPhrase::at(&sentence, 0).unwrap();
            let end = phrase.extents(&sentence).pop().unwrap();
            assert_eq!(sentence.slice(phrase.words.start..end), expected);
        }
    }
}
