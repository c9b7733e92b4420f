//! Closings: "that's the belt done". What was done, said after it was done.

use crate::frame::Frame;
use crate::inflection::{Inflection, is_unchanged};
use crate::lexicon::{self, Class};
use crate::noun_phrase::NounPhrase;
use crate::sentence::Sentence;
use crate::verb::{Verb, Work};
use crate::verb_object::VerbObject;

/// The work that a sentence says is finished.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Closing {
    /// Index of the sentence.
    pub sentence: usize,
    /// The verb, where the sentence says what was done.
    pub verb: Option<String>,
    /// What was worked on.
    pub object: NounPhrase,
}

/// How many sentences before the end of a passage may close it.
const FROM_END: usize = 3;
/// Closings are short.
const LONGEST: usize = 14;

/// The last closing that names its object.
pub(crate) fn closing(sentences: &[Sentence]) -> Option<Closing> {
    let first = sentences.len().saturating_sub(FROM_END).max(1);
    (first..sentences.len()).rev().find_map(|at| {
        let (verb, object) = closes(&sentences[at])?;
        let head = &sentences[at].tokens[object.words.end - 1].stem;
        let elsewhere = |(other, sentence): (usize, &Sentence)| {
            other != at && sentence.tokens.iter().any(|token| token.stem == *head)
        };
        let spoken_of = sentences.iter().enumerate().any(elsewhere) || sentences.len() <= FROM_END;
        spoken_of.then_some(Closing { sentence: at, verb, object })
    })
}

/// Whether a sentence says that something has come to its end.
pub(crate) fn is_closing(sentence: &Sentence) -> bool {
    sentence.tokens.len() <= LONGEST && !is_ahead(sentence) && ending(sentence).is_some()
}

fn closes(sentence: &Sentence) -> Option<(Option<String>, NounPhrase)> {
    let tells = |act: &VerbObject| act.frame == Frame::Instruction && !act.verb.is_light() && act.object.is_some();
    if !is_closing(sentence) || sentence.acts.first().is_some_and(tells) {
        return None;
    }
    let end = ending(sentence)?;
    let object = finished_before(sentence, end).or_else(|| finished_after(sentence, end))?;
    let verb = Verb::listed(sentence.lower(end)).filter(|verb| verb.work.is_some_and(Work::is_goal));
    let named = object.is_thing(sentence) && is_plain(object.head(sentence));
    named.then_some((verb.map(|verb| verb.base), object))
}

/// "the belt is all *done*", "that's the belt *taken care of*".
fn finished_before(sentence: &Sentence, end: usize) -> Option<NounPhrase> {
    let links = |at: usize| {
        lexicon::is_any(sentence.lower(at), &[Class::Auxiliary, Class::Adverb]) || sentence.lower(at) == "all"
    };
    let phrases = sentence.phrases.iter().map(|phrase| without_ending(sentence, phrase));
    phrases
        .rev()
        .find(|phrase| !phrase.words.is_empty() && phrase.words.end <= end && (phrase.words.end..end).all(links))
}

/// "that *completes* the belt", "I've *replaced* the belt", "we're *done* with the belt".
fn finished_after(sentence: &Sentence, end: usize) -> Option<NounPhrase> {
    let start = end + 1 + usize::from(sentence.lower(end + 1) == "with");
    let acts = sentence.acts.iter().rfind(|act| act.at > end).and_then(|act| act.object.clone());
    NounPhrase::at(sentence, start).filter(|_| sentence.acts.iter().all(|act| act.at != start)).or(acts)
}

/// The word that says that something has ended: "done", "completes", or a participle after "is" or "have".
fn ending(sentence: &Sentence) -> Option<usize> {
    let framed = sentence
        .tokens
        .iter()
        .any(|token| lexicon::is(&token.lower, Class::Be) || matches!(token.lower.as_str(), "have" | "that" | "all"));
    let short = sentence.tokens.len() <= 6;
    let completes = |at: &usize| lexicon::is(sentence.lower(*at), Class::Completion) && (framed || short);
    let participle = |at: &usize| {
        let verb = Verb::listed(sentence.lower(*at)).filter(|verb| verb.work.is_some_and(Work::is_goal));
        *at > 0 && framed && verb.is_some_and(|verb| is_participle(sentence, *at, &verb))
    };
    let mut places = 0..sentence.tokens.len();
    places.clone().find(participle).or_else(|| places.find(completes))
}

/// "Set" may be what is done or what is to be done: only "is" or "have" before it tells.
fn is_participle(sentence: &Sentence, at: usize, verb: &Verb) -> bool {
    let before = (0..at).rev().map(|at| sentence.lower(at)).find(|word| !lexicon::is(word, Class::Adverb));
    let told = before.is_some_and(|word| lexicon::is(word, Class::Be) || word == "have");
    verb.inflection == Inflection::Past || told && verb.inflection == Inflection::Base && is_unchanged(&verb.base)
}

/// What is about to be done is not done.
fn is_ahead(sentence: &Sentence) -> bool {
    sentence.tokens.iter().any(|token| {
        lexicon::is_any(&token.lower, &[Class::Modal, Class::Caution])
            || matches!(
                token.lower.as_str(),
                "going" | "if" | "when" | "until" | "once" | "after" | "not" | "let" | "need" | "want"
            )
    })
}

/// "the belt done" is "the belt".
fn without_ending(sentence: &Sentence, phrase: &NounPhrase) -> NounPhrase {
    let ends = |at: &usize| {
        let word = sentence.lower(*at);
        lexicon::is(word, Class::Completion)
            || Verb::listed(word).is_some_and(|verb| verb.inflection == Inflection::Past)
    };
    let end = phrase.words.clone().skip(1).find(ends).unwrap_or(phrase.words.end);
    NounPhrase { words: phrase.words.start..end, determiner: phrase.determiner }
}

fn is_plain(word: &str) -> bool {
    !lexicon::is_any(word, &[Class::Discourse, Class::Adjective, Class::Completion, Class::Number])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sentence;

    fn check(said: &str, expected: Option<&str>) {
        let sentences = [sentence("We start."), sentence(said)];
        let found = closing(&sentences).map(|found| {
            let verb = found.verb.unwrap_or_else(|| "?".to_owned());
            format!("{verb} {}", sentences[1].slice(found.object.words))
        });
        assert_eq!(found.as_deref(), expected, "{said}");
    }

    #[test]
    fn closings_name_what_was_done() {
        check("So that's the drive belt done.", Some("? drive belt"));
        check("And that completes the drive belt.", Some("? drive belt"));
        check("Okay, the drive belt is all finished.", Some("? drive belt"));
        check("The drive belt has been replaced.", Some("replace drive belt"));
        check("So the pressure switch is set, the cap goes back on.", Some("set pressure switch"));
        check("The pressure switch is now reset.", Some("reset pressure switch"));
        check("Set the pressure switch, that is all.", None);
        check("And that's battery taken care of.", Some("? battery"));
        check("There we go, job done.", None);
        check("Perfect, that's all done.", None);
        check("Once the belt is done we go on.", None);
        check("Put the drive belt back on.", None);
        check("Press the tab.", None);
    }
}
