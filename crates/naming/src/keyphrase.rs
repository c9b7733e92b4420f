//! Key phrases: which thing a passage is about, when nobody says so.
//!
//! What speaks for one is that it is said often, until the end and over a long stretch: what comes off last is mostly what all the rest was
//! taken off for; that it is a name of two or three words, known ("the") and told to be old or new; and that it is of a kind that is serviced.
//! What speaks against it is that it only names a number, a place, a fastener or an enclosure, or that there are several kinds of it, as the idea of the C-value has it (Frantzi, Ananiadou
//! and Mima, 2000). The weights are set by hand.

use std::collections::BTreeSet;

use crate::background::Background;
use crate::candidate::{Candidate, candidates};
use crate::inflection::Inflection;
use crate::lexicon::{self, Class};
use crate::noun_phrase::NounPhrase;
use crate::sentence::Sentence;
use crate::verb::Verb;

/// A thing that a passage may be about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeyPhrase {
    /// Its stems, which tell it from others.
    pub stems: Vec<String>,
    /// The sentence that says it first, and which of its words.
    pub said: (usize, NounPhrase),
    /// Every sentence that says it.
    pub sentences: BTreeSet<usize>,
    /// How much speaks for it.
    pub score: f32,
}

/// The key phrases of a passage, best first.
pub(crate) fn key_phrases(sentences: &[Sentence], background: &Background) -> Vec<KeyPhrase> {
    let candidates = candidates(sentences);
    let is_part = |found: &&Candidate| !lexicon::is(found.said.1.head(&sentences[found.said.0]), Class::Means);
    let last_off = candidates.values().filter(is_part).filter_map(|found| found.taken_off).max();
    let said = |stem: &String| candidates.get(std::slice::from_ref(stem)).map_or(0, |found| found.times);
    let score = |stems: &[String], found: &Candidate| {
        let heads = stems.last().map_or(0, said) as f32;
        let last = if found.taken_off.is_some() && found.taken_off == last_off { 1.3 } else { 0.0 };
        heads.ln_1p()
            + last
            + of_counts(found, sentences.len())
            + of_words(sentences, found)
            + 2.0 * background.rarity(stems).ln()
    };
    let mut found: Vec<KeyPhrase> = candidates
        .iter()
        .map(|(stems, found)| KeyPhrase {
            stems: stems.clone(),
            said: found.said.clone(),
            sentences: found.sentences.clone(),
            score: score(stems, found),
        })
        .collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.stems.cmp(&b.stems)));
    found
}

/// How and where it is said.
fn of_counts(found: &Candidate, sentences: usize) -> f32 {
    let place = |at: Option<&usize>| at.map_or(0.0, |&at| at as f32 / sentences as f32);
    let (first, last) = (place(found.sentences.first()), place(found.sentences.last()));
    let times = found.times as f32;
    2.6 * last + 2.0 * (last - first) + 2.0 * found.definite as f32 / times + 2.5 * (found.aged as f32).ln_1p()
        - 0.8 * (found.kinds as f32).ln_1p()
        - 0.7 * found.main_kind as f32 / times
}

/// How much its words are a name: one word alone often names a whole class of things, three are often more than the name.
fn of_words(sentences: &[Sentence], found: &Candidate) -> f32 {
    let (sentence, words) = (&sentences[found.said.0], found.said.1.words.clone());
    let placed = (words.start..words.end - 1).any(|at| lexicon::is(sentence.lower(at), Class::Place));
    let long = match words.len() {
        1 => 0.0,
        2 => 2.0,
        _ => 1.5,
    };
    let counted = words.clone().any(|at| lexicon::is_any(sentence.lower(at), &[Class::Measure, Class::Number]));
    let serviced = lexicon::is(sentence.lower(words.end - 1), Class::Serviced);
    let one = |is: bool| f32::from(u8::from(is));
    long + 1.2 * specificity(sentence.lower(words.end - 1)).ln() + one(serviced) - one(counted) - 0.5 * one(placed)
}

/// How much a word names one thing rather than a tool, a fastener, a place or a quality, 0-1.
fn specificity(head: &str) -> f32 {
    const GENERAL: &[(Class, f32)] = &[
        (Class::OnTheWay, 0.5),
        (Class::Means, 0.4),
        (Class::Place, 0.15),
        (Class::Measure, 0.2),
        (Class::Number, 0.2),
        (Class::Adjective, 0.3),
        (Class::AboutWork, 0.3),
        (Class::Discourse, 0.2),
    ];
    let general: f32 =
        GENERAL.iter().filter(|(class, _)| lexicon::is(head, *class)).map(|(_, factor)| factor).product();
    let verbal = Verb::listed(head).is_some_and(|verb| {
        matches!(verb.inflection, Inflection::Gerund | Inflection::Past)
            || verb.inflection == Inflection::Third && verb.is_light() && !lexicon::is(head, Class::OnTheWay)
    });
    if verbal { general * 0.3 } else { general }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sentence;

    fn check(said: &[&str], expected: &str) {
        let sentences: Vec<Sentence> = said.iter().map(|said| sentence(said)).collect();
        let background = Background::of(std::slice::from_ref(&sentences));
        assert_eq!(key_phrases(&sentences, &background)[0].stems.join(" "), expected, "{said:?}");
    }

    #[test]
    fn what_comes_off_last_is_what_the_work_was_about() {
        check(
            &["Remove the two screws.", "Lift off the rear panel.", "Unplug the fan cable.", "Pull out the fuel pump."],
            "fuel pump",
        );
    }

    #[test]
    fn what_is_told_to_be_new_is_what_the_work_was_about() {
        let steps =
            ["Open the hood.", "Take the old spark plug out.", "Screw the new spark plug in.", "Close the hood."];
        check(&steps, "spark plug");
    }

    #[test]
    fn what_wears_is_serviced_rather_than_what_covers_it() {
        check(&["Look at the air grille and the water pump."], "water pump");
    }

    #[test]
    fn a_word_for_many_kinds_is_not_their_name() {
        check(
            &[
                "Turn the top switch.",
                "Turn the side switch.",
                "Pull the rear switch.",
                "Clean the switch by the fuel pump.",
                "Clean the fuel pump.",
            ],
            "fuel pump",
        );
    }
}
