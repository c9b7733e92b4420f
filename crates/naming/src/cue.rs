//! How much the words around the work speak of an announcement, and how much of a step.

use crate::lexicon::{self, Class};
use crate::noun_phrase::NounPhrase;
use crate::sentence::Sentence;
use crate::token::Gap;
use crate::verb::Verb;

/// How much the sentence places some work in a sequence, speaks of the work as such, or says that it will be shown; from 0 on.
pub(crate) fn cue(sentence: &Sentence) -> f32 {
    let words: Vec<&str> = sentence.tokens.iter().map(|token| token.lower.as_str()).collect();
    let in_sequence = words.iter().any(|word| lexicon::is(word, Class::Sequence));
    let spoken_of = sentence.phrases.iter().any(|phrase| speaks_of_work(sentence, phrase)) || words.contains(&"today");
    let pairs: f32 = words.windows(2).map(|pair| of_pair(pair[0], pair[1])).sum();
    let ahead =
        words.windows(3).any(|three| three[0] == "what" && is_ahead(three[1], three[2]) || is_setting_to(three))
            || words.windows(2).any(|pair| matches!(pair, ["what", "follows" | "comes"]));
    let begins = words.windows(2).any(|pair| {
        Verb::listed(pair[0]).is_some_and(|verb| verb.is_phase())
            && matches!(pair[1], "with" | "by" | "off" | "up" | "things")
    });
    let asked = words.contains(&"please");
    let weights = [(asked, 1.0), (in_sequence, 0.5), (spoken_of, 1.5), (ahead, 1.5), (begins, 1.0)];
    pairs + weights.iter().filter(|(present, _)| *present).map(|(_, weight)| weight).sum::<f32>()
}

/// How much the sentence tells of how the work is done, 0-2. Steps do; announcements do not.
pub(crate) fn detail(sentence: &Sentence) -> f32 {
    const MANNER: &[&str] = &["by", "using", "until", "that", "which", "all", "if", "away"];
    let manner = |word: &str| MANNER.contains(&word) || lexicon::is_any(word, &[Class::Measure, Class::Caution]);
    let manners = sentence.tokens.iter().skip(2).filter(|token| manner(&token.lower)).count();
    let commas = sentence.tokens.iter().skip(3).filter(|token| token.gap == Gap::Comma).count();
    let length = sentence.tokens.len().saturating_sub(16) as f32 * 0.1;
    ((manners + commas) as f32 * 0.5 + length).min(2.0)
}

/// "Next *up*", "on *to*", "how *to*", "brings us *to*", "coming *up*", "ready *to*".
fn of_pair(first: &str, second: &str) -> f32 {
    match (first, second) {
        ("on" | "over", "to" | "onto" | "for")
        | ("now", "for")
        | ("how", "to" | "i" | "we")
        | ("you", "through")
        | ("us", "to" | "onto")
        | ("turning", "to")
        | ("attention" | "focus", "to" | "on" | "onto")
        | ("coming" | "comes", "up") => 1.5,
        ("off" | "back", "to") => 0.5,
        (_, "up") if lexicon::is(first, Class::Sequence) => 1.0,
        (_, "to") if is_intent(first) => 0.75,
        _ => 0.0,
    }
}

/// Words for what one has in mind: "I'm *ready* to". What one needs or wants to do is said of steps as well.
fn is_intent(word: &str) -> bool {
    matches!(
        word,
        "ready"
            | "about"
            | "asked"
            | "told"
            | "like"
            | "plan"
            | "planning"
            | "aim"
            | "goal"
            | "meant"
            | "supposed"
            | "decided"
            | "hoping"
    )
}

/// "What *I'm* doing", "what *we'll* do", but not "what I do", which is how steps are told.
fn is_ahead(subject: &str, verb: &str) -> bool {
    matches!(subject, "i" | "we") && lexicon::is_any(verb, &[Class::Be, Class::Modal])
}

/// "*Get on with*", "*crack on with*", "*get started on*".
fn is_setting_to(words: &[&str]) -> bool {
    matches!(words, [_, "on" | "going" | "started" | "cracking", "with" | "on"])
        && Verb::listed(words[0]).is_some_and(|verb| verb.is_light())
}

/// Whether the phrase is about the work as such, and it is told to be the next, the first, a new one, this one, or the time for one.
fn speaks_of_work(sentence: &Sentence, phrase: &NounPhrase) -> bool {
    let start = phrase.determiner.unwrap_or(phrase.words.start);
    let placed = (start.saturating_sub(1)..phrase.words.end).any(|at| {
        let word = sentence.lower(at);
        lexicon::is_any(word, &[Class::Sequence, Class::Possessive, Class::Number])
            || matches!(word, "new" | "another" | "this")
            || word == "the" && at < 4
    });
    let heads = phrase.words == (0..1) && sentence.tokens[0].gap > Gap::Space;
    !phrase.is_thing(sentence) && (placed || heads || matches!(sentence.lower(phrase.words.end), "for" | "to"))
}
