//! What a sentence is about when no verb of work says so: the thing of "over to the belt", and the thing that a pronoun stands for.

use crate::lexicon::{self, Class};
use crate::noun_phrase::NounPhrase;
use crate::sentence::Sentence;
use crate::token::Gap;
use crate::verb::Verb;

/// The thing that a sentence names without any verb of work, and how much its form makes that the topic.
pub(crate) fn topic(sentence: &Sentence) -> Option<(NounPhrase, f32)> {
    let things: Vec<NounPhrase> =
        whole_phrases(sentence).into_iter().filter(|phrase| is_named(sentence, phrase)).collect();
    if let Some(alone) = things.iter().find(|phrase| is_clause(sentence, phrase)) {
        return Some((alone.clone(), 1.5));
    }
    let last = things.last()?;
    let strength = if is_left_to_do(sentence, last) {
        1.5
    } else if is_verbless(sentence, last) {
        1.25
    } else {
        0.0
    };
    Some((last.clone(), strength))
}

/// The last thing named before the pronoun at `before` in its sentence, else what the sentence before is about.
pub(crate) fn antecedent(sentences: &[Sentence], at: usize, before: usize) -> Option<(usize, NounPhrase)> {
    let own = last_named(&sentences[at], before).map(|phrase| (at, phrase));
    own.or_else(|| {
        let earlier = at.checked_sub(1)?;
        let sentence = &sentences[earlier];
        let object = sentence.acts.iter().rev().find_map(|act| act.object.clone());
        let about = object.filter(|object| is_named(sentence, object));
        about.or_else(|| last_named(sentence, sentence.tokens.len())).map(|phrase| (earlier, phrase))
    })
}

/// Whether a phrase names a thing, rather than the work, a quality or a word of agreement.
pub(crate) fn is_named(sentence: &Sentence, phrase: &NounPhrase) -> bool {
    let head = phrase.head(sentence);
    let bare_verb = phrase.determiner.is_none() && phrase.words.len() == 1 && Verb::listed(head).is_some();
    phrase.is_thing(sentence)
        && !bare_verb
        && !lexicon::is_any(head, &[Class::Discourse, Class::Adjective, Class::Completion])
        && Verb::listed(head).is_none_or(|verb| !verb.is_light())
}

fn last_named(sentence: &Sentence, before: usize) -> Option<NounPhrase> {
    whole_phrases(sentence).into_iter().rfind(|phrase| phrase.words.end <= before && is_named(sentence, phrase))
}

/// The noun phrases that are not joined to an earlier one.
fn whole_phrases(sentence: &Sentence) -> Vec<NounPhrase> {
    let mut whole: Vec<NounPhrase> = Vec::new();
    for phrase in &sentence.phrases {
        let joins = |earlier: &NounPhrase| is_named(sentence, earlier) && end(sentence, earlier) >= phrase.words.end;
        if !whole.last().is_some_and(joins) {
            whole.push(phrase.clone());
        }
    }
    whole
}

fn end(sentence: &Sentence, phrase: &NounPhrase) -> usize {
    phrase.extents(sentence).last().copied().unwrap_or(phrase.words.end)
}

/// Whether a phrase is a clause of its own but for openers and when its turn comes: "Okay, *the belt next*, let's go".
fn is_clause(sentence: &Sentence, phrase: &NounPhrase) -> bool {
    const BESIDE: &[Class] = &[Class::Discourse, Class::Sequence, Class::Adverb];
    let start = phrase.determiner.unwrap_or(phrase.words.start);
    let clause = (0..start).rev().find(|&at| sentence.tokens[at].gap > Gap::Space).map_or(0, |at| at + 1);
    let opened = (clause..start).all(|at| lexicon::is_any(sentence.lower(at), BESIDE));
    let after = (end(sentence, phrase)..sentence.tokens.len()).find(|&at| !lexicon::is_any(sentence.lower(at), BESIDE));
    let closed = after.is_none_or(|at| sentence.tokens[at - 1].gap > Gap::Space);
    let placed = phrase.determiner.is_some()
        || lexicon::is(sentence.lower(end(sentence, phrase)), Class::Sequence)
        || clause > 0;
    opened && closed && placed
}

/// "There's *the belt* left to do."
fn is_left_to_do(sentence: &Sentence, phrase: &NounPhrase) -> bool {
    sentence
        .acts
        .iter()
        .any(|act| act.at >= phrase.words.end && act.verb.is_light() && act.object.is_none() && !act.pronoun)
}

/// A short sentence without verb, or with one that only presents ("it's the belt"), in which nothing else is named before the phrase.
fn is_verbless(sentence: &Sentence, phrase: &NounPhrase) -> bool {
    let start = phrase.determiner.unwrap_or(phrase.words.start);
    let leads = |at: usize| {
        !lexicon::is_nominal(sentence.lower(at))
            || lexicon::is_any(sentence.lower(at), &[Class::Discourse, Class::AboutWork])
    };
    let verbal = |at: usize| {
        let presents = at > 0 && matches!(sentence.lower(at - 1), "it" | "that" | "this" | "there" | "here");
        lexicon::is_any(sentence.lower(at), &[Class::Auxiliary, Class::Subject]) && !presents
    };
    sentence.acts.iter().all(|act| act.verb.is_light() && act.object.is_none())
        && sentence.tokens.len() <= 12
        && (0..start).all(leads)
        && !(0..sentence.tokens.len()).any(verbal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sentence;

    fn check(said: &str, expected: Option<&str>) {
        let sentence = sentence(said);
        let found = topic(&sentence).filter(|(_, strength)| *strength > 0.0).map(|(phrase, _)| phrase);
        assert_eq!(found.map(|phrase| sentence.slice(phrase.words)), expected, "{said}");
    }

    #[test]
    fn a_topic_stands_alone_or_is_left_to_do() {
        check("Right, the belt next.", Some("belt"));
        check("Okay, the side panel, let's get going.", Some("side panel"));
        check("Over to the belt.", Some("belt"));
        check("On with the belt.", Some("belt"));
        check("There's the belt left to do.", Some("belt"));
        check("It's time for the belt.", Some("belt"));
        check("The front screws are underneath the cover.", None);
    }
}
