//! Titles that differ within a session.

use std::collections::BTreeSet;

use stepreel_core::{Name, NameSource};

use crate::lexicon::{self, Class};
use crate::sentence::Sentence;
use crate::title::{MOST_WORDS, count_words};
use crate::token::tokens;

/// Makes equal titles differ: by a word that tells like things apart ("left") and is said of this one only, else by a number.
///
/// `passages` are the sentences behind each name, or nothing where they are not known.
pub(crate) fn make_distinct(names: &mut [Name], passages: &[Vec<Sentence>]) {
    let keys: Vec<String> = names.iter().map(|name| key(&name.title)).collect();
    let apart: Vec<Option<String>> = (0..names.len())
        .map(|at| {
            let others: Vec<usize> = (0..names.len()).filter(|&other| other != at && keys[other] == keys[at]).collect();
            (!others.is_empty()).then(|| told_apart(&names[at], passages, (at, &others))).flatten()
        })
        .collect();
    for (name, title) in names.iter_mut().zip(apart) {
        name.title = title.unwrap_or_else(|| name.title.clone());
    }
    number(names);
}

/// Titles that differ only in capitals or marks are the same to a reader.
pub(crate) fn key(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// The title with a word that is said of this passage's thing and of none of the others.
fn told_apart(name: &Name, passages: &[Vec<Sentence>], (at, others): (usize, &[usize])) -> Option<String> {
    if name.source == NameSource::Generic {
        return None;
    }
    let said_of = |at: usize| passages.get(at).map(|passage| modifiers(passage, &name.title)).unwrap_or_default();
    let elsewhere: BTreeSet<String> = others.iter().flat_map(|&other| said_of(other)).collect();
    let own = said_of(at).into_iter().find(|modifier| !elsewhere.contains(modifier))?;
    with_modifier(&name.title, &own)
}

/// The words that tell the title's thing from others of its kind, in the order in which they are said.
fn modifiers(passage: &[Sentence], title: &str) -> Vec<String> {
    let title = tokens(title);
    let thing = title.last().map_or("", |token| token.stem.as_str());
    let phrases = passage
        .iter()
        .flat_map(|sentence| sentence.phrases.iter().map(move |phrase| &sentence.tokens[phrase.words.clone()]));
    let about_it = phrases.filter(|words| words.iter().any(|word| word.stem == thing));
    let mut found: Vec<String> = Vec::new();
    for word in about_it.flatten() {
        let known = found.contains(&word.lower) || title.iter().any(|own| own.stem == word.stem);
        if lexicon::is(&word.lower, Class::TellsApart) && !known {
            found.push(word.lower.clone());
        }
    }
    found
}

/// The title with the modifier before its thing, if that is not too long.
fn with_modifier(title: &str, modifier: &str) -> Option<String> {
    let mut words: Vec<&str> = title.split(' ').collect();
    words.insert(article(&words).map_or(1, |at| at + 1), modifier);
    let longer = words.join(" ");
    (count_words(&longer) <= MOST_WORDS).then_some(longer)
}

/// Numbers what is still alike: "Replace the belt", "Replace the belt (2)".
fn number(names: &mut [Name]) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for name in names {
        let free = |title: &String| !taken.contains(&key(title));
        let numbered = (2..).map(|count| numbered(&name.title, count));
        let title = std::iter::once(name.title.clone()).chain(numbered).find(free);
        name.title = title.expect("there are more numbers than names");
        taken.insert(key(&name.title));
    }
}

/// The title with a number after it, shortened if need be: first articles go, then the last words.
fn numbered(title: &str, count: usize) -> String {
    let mark = format!("({count})");
    let mut words: Vec<&str> = title.split(' ').collect();
    while words.len() > 1 && count_words(&words.join(" ")) >= MOST_WORDS {
        words.remove(article(&words).unwrap_or(words.len() - 1));
    }
    format!("{} {mark}", words.join(" "))
}

fn article(words: &[&str]) -> Option<usize> {
    words.iter().position(|word| lexicon::is(word, Class::Article))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sentence;

    fn check(said: &[(&str, &str)], expected: &[&str]) {
        let mut names: Vec<Name> = said.iter().map(|(title, _)| named(title)).collect();
        let passages: Vec<Vec<Sentence>> = said.iter().map(|(_, text)| vec![sentence(text)]).collect();
        make_distinct(&mut names, &passages);
        let titles: Vec<&str> = names.iter().map(|name| name.title.as_str()).collect();
        assert_eq!(titles, expected);
    }

    fn named(title: &str) -> Name {
        Name { confidence: 0.5, ..Name::new(title, NameSource::Inferred, vec![0]) }
    }

    #[test]
    fn sides_tell_like_things_apart() {
        check(
            &[("Replace the tire", "Take the left tire off."), ("Replace the tire", "Now the right tire.")],
            &["Replace the left tire", "Replace the right tire"],
        );
        check(
            &[("Replace the tire", "Take the front tire off."), ("Replace the tire", "Take it off.")],
            &["Replace the front tire", "Replace the tire"],
        );
    }

    #[test]
    fn what_is_really_alike_is_numbered() {
        check(
            &[("Fix the fan", ""), ("fix the Fan", ""), ("Fix the fan", "")],
            &["Fix the fan", "fix the Fan (2)", "Fix the fan (3)"],
        );
        let long = "Clean the one two three four five six";
        check(&[(long, ""), (long, "")], &[long, "Clean one two three four five six (2)"]);
    }

    #[test]
    fn different_titles_stay_as_they_are() {
        check(&[("Fix the fan", "the left fan"), ("Fix the pump", "the left pump")], &["Fix the fan", "Fix the pump"]);
    }
}
