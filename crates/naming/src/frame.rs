//! Where verbs stand in a sentence, and how the sentence puts them: as a plan, an instruction, a thing done.

use crate::inflection::Inflection;
use crate::lexicon::{self, Class};
use crate::noun_phrase::NounPhrase;
use crate::sentence::Sentence;
use crate::token::Gap;
use crate::verb::Verb;
use crate::verb_object::VerbObject;

/// How a sentence puts a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// "I'm going to", "we'll", "I need to".
    Future,
    /// "let's", "let me".
    Proposal,
    /// "next up is replacing", "how to replace": the work as a thing to speak of.
    Topic,
    /// "remove", "you want to remove", "I remove".
    Instruction,
    /// "I'm removing".
    Progressive,
    /// "by turning", "to remove": a means or an end of something else.
    Subordinate,
    /// "I've replaced", "the filter is replaced".
    Past,
}

/// The verb at that word, if it is one there, and how it is put.
pub(crate) fn verb_at(sentence: &Sentence, at: usize, last: Option<&VerbObject>) -> Option<(Verb, Frame)> {
    let word = sentence.lower(at);
    if let Some(verb) = Verb::listed(word) {
        let frame = frame(sentence, at, verb.inflection, last)?;
        return (plausible(sentence, at, &verb, frame)).then_some((verb, frame));
    }
    if !lexicon::is_nominal(word) || lexicon::is(word, Class::Number) {
        return None;
    }
    let verb = if word.ends_with("ing") { Verb::unlisted_gerund(word) } else { Verb::unlisted_base(word) }?;
    let frame = frame(sentence, at, verb.inflection, last)?;
    unlisted_fits(sentence, at, frame, &verb).then_some((verb, frame))
}

/// Many verbs are nouns as well. At the start of a clause or after "and" a verb needs an object or a particle to be one.
fn plausible(sentence: &Sentence, at: usize, verb: &Verb, frame: Frame) -> bool {
    let next = sentence.lower(at + 1);
    let and_verb =
        next == "and" && Verb::listed(sentence.lower(at + 2)).is_some_and(|verb| verb.inflection == Inflection::Base);
    let alone = sentence.tokens[at].gap > Gap::Space
        || lexicon::is_any(next, &[Class::Be, Class::Conjunction]) && !and_verb
        || matches!(next, "of" | "has");
    match (verb.inflection, frame) {
        (Inflection::Base, Frame::Instruction) if names_next(sentence, at) => false,
        (Inflection::Base, Frame::Instruction) => {
            verb.is_light()
                || !alone
                || lexicon::is(next, Class::Determiner)
                || before(sentence, at)
                    .is_some_and(|at| lexicon::is_any(sentence.lower(at), &[Class::Subject, Class::Modal]))
        }
        _ => true,
    }
}

/// "Drain plug next", "drain plug coming up": a bare name and when its turn comes.
fn names_next(sentence: &Sentence, at: usize) -> bool {
    let ends = |end: usize| {
        end + 1 == sentence.tokens.len() && lexicon::is(sentence.lower(end), Class::Sequence)
            || (sentence.lower(end), sentence.lower(end + 1)) == ("coming", "up")
    };
    NounPhrase::at(sentence, at + 1).is_some_and(|phrase| phrase.determiner.is_none() && ends(phrase.words.end))
}

/// An unlisted word needs a frame that only verbs have, or a determiner after it.
fn unlisted_fits(sentence: &Sentence, at: usize, frame: Frame, verb: &Verb) -> bool {
    let next = sentence.lower(at + 1);
    let takes_object = lexicon::is_any(next, &[Class::Determiner, Class::Particle]) || matches!(next, "it" | "them");
    let followed = sentence.tokens[at].gap == Gap::Space && lexicon::is_nominal(next);
    let word = sentence.lower(at);
    let noun = lexicon::is_any(word, &[Class::Adjective, Class::AboutWork]) && !lexicon::is(next, Class::Particle);
    if noun || word.len() > 4 && word.ends_with("ed") {
        return false;
    }
    match frame {
        Frame::Future | Frame::Proposal => takes_object || followed,
        Frame::Topic => {
            takes_object || (followed && (verb.inflection == Inflection::Gerund || is_after_to(sentence, at)))
        }
        Frame::Instruction | Frame::Progressive | Frame::Subordinate => {
            takes_object && !lexicon::is(next, Class::Particle)
        }
        Frame::Past => false,
    }
}

fn is_after_to(sentence: &Sentence, at: usize) -> bool {
    before(sentence, at).is_some_and(|before| sentence.lower(before) == "to")
}

/// How a verb of that inflection would be put at that place; nothing where no verb can stand.
fn frame(sentence: &Sentence, at: usize, inflection: Inflection, last: Option<&VerbObject>) -> Option<Frame> {
    let previous = before(sentence, at);
    if starts_clause(sentence, at) {
        return clause_start(sentence, at, inflection);
    }
    let previous = previous?;
    let word = sentence.lower(previous);
    let linked =
        matches!(word, "and" | "or" | "then" | "but").then(|| inherited(sentence, at, inflection, last)).flatten();
    if linked.is_some() {
        return linked;
    }
    match inflection {
        Inflection::Base => base_frame(sentence, previous),
        Inflection::Gerund => gerund_frame(sentence, previous, last),
        Inflection::Past => {
            lexicon::is_any(word, &[Class::Be, Class::Subject])
                .then_some(Frame::Past)
                .or((word == "have" || word == "has" || word == "got").then_some(Frame::Past))
        }
        Inflection::Third => lexicon::is_any(word, &[Class::Pronoun, Class::AboutWork]).then_some(Frame::Topic),
    }
}

/// Whether nothing but openers stand before the word in its clause.
fn starts_clause(sentence: &Sentence, at: usize) -> bool {
    let clause = (0..at).rev().find(|&before| sentence.tokens[before].gap > Gap::Space).map_or(0, |comma| comma + 1);
    (clause..at).all(|before| lexicon::is_any(sentence.lower(before), &[Class::Discourse, Class::Adverb]))
}

fn clause_start(sentence: &Sentence, at: usize, inflection: Inflection) -> Option<Frame> {
    match inflection {
        Inflection::Base => Some(Frame::Instruction),
        Inflection::Gerund => Some(Frame::Topic),
        Inflection::Past => lexicon::is(sentence.lower(at + 1), Class::Determiner).then_some(Frame::Past),
        Inflection::Third => None,
    }
}

/// A verb after "and" is put as the one before it.
fn inherited(sentence: &Sentence, at: usize, inflection: Inflection, last: Option<&VerbObject>) -> Option<Frame> {
    let next = sentence.lower(at + 1);
    let last = last.filter(|last| last.at < at)?;
    let verb_and_verb = last.at + 2 == at;
    let verbal = lexicon::is_any(next, &[Class::Determiner, Class::Particle, Class::Pronoun, Class::Number])
        || lexicon::is_nominal(next) && (verb_and_verb || last.verb.is_light() || inflection == Inflection::Gerund);
    let same = last.verb.inflection == inflection || last.verb.is_light() && inflection == Inflection::Base;
    (same && verbal).then_some(last.frame)
}

fn base_frame(sentence: &Sentence, previous: usize) -> Option<Frame> {
    let word = sentence.lower(previous);
    let first_person = speaks_of_self(sentence, previous);
    match word {
        "to" => infinitive_frame(sentence, previous),
        "us" | "me" if previous > 0 && sentence.lower(previous - 1) == "let" => Some(Frame::Proposal),
        "us" | "me" if previous > 0 && matches!(sentence.lower(previous - 1), "watch" | "watching" | "see") => {
            Some(Frame::Topic)
        }
        _ if lexicon::is(word, Class::Subject) && asks_how(sentence, previous) => Some(Frame::Topic),
        _ if lexicon::is(word, Class::Subject) && is_asked(sentence, previous) => Some(Frame::Proposal),
        _ if lexicon::is(word, Class::Modal) && first_person => Some(Frame::Future),
        _ if lexicon::is_any(word, &[Class::Modal, Class::Subject]) || matches!(word, "do" | "does" | "did") => {
            Some(Frame::Instruction)
        }
        "says" | "say" | "reads" => Some(Frame::Topic),
        "is" | "was" if before(sentence, previous).is_some_and(|at| sentence.lower(at) == "doing") => {
            Some(Frame::Topic)
        }
        "is" | "was" if before(sentence, previous).is_some_and(|at| sentence.lower(at) == "do") => {
            Some(Frame::Instruction)
        }
        "help" => Some(Frame::Instruction),
        "better" if first_person => Some(Frame::Future),
        _ => None,
    }
}

/// "Shall we replace the belt?"
fn is_asked(sentence: &Sentence, subject: usize) -> bool {
    subject > 0
        && matches!(sentence.lower(subject - 1), "shall" | "should")
        && matches!(sentence.lower(subject), "i" | "we")
}

/// "How I replace the belt" speaks of the work as "how to replace the belt" does.
fn asks_how(sentence: &Sentence, subject: usize) -> bool {
    subject > 0 && sentence.lower(subject - 1) == "how"
}

fn infinitive_frame(sentence: &Sentence, to: usize) -> Option<Frame> {
    let previous = before(sentence, to)?;
    let word = sentence.lower(previous);
    match word {
        "going" | "want" | "need" | "have" | "got" | "like" | "about" | "supposed" | "ready" | "plan" | "planning"
        | "trying" | "try" | "meant" | "able" | "hoping" | "looking" | "come" | "set" => {
            Some(if speaks_of_self(sentence, previous) { Frame::Future } else { Frame::Instruction })
        }
        _ if lexicon::is(word, Class::Be) || lexicon::is(word, Class::AboutWork) => Some(Frame::Topic),
        "how" | "me" | "us" | "asked" | "told" | "says" | "remains" => Some(Frame::Topic),
        "out" | "in" | "over" | "back" | "along" if is_sent(sentence, previous) => Some(Frame::Topic),
        "on" | "over" | "back" | "up" | "down" | "due" | "next" | "close" | "according" => None,
        // "I promised to", "we still hope to": who acts stands right before.
        _ if before(sentence, previous).is_some_and(|at| matches!(sentence.lower(at), "i" | "we"))
            && Verb::listed(word).is_none_or(|verb| verb.is_light()) =>
        {
            Some(Frame::Future)
        }
        _ => Some(Frame::Subordinate),
    }
}

/// "I've been *called out* to", "they *sent* me *over* to".
fn is_sent(sentence: &Sentence, particle: usize) -> bool {
    let verb = (0..particle).rev().map(|at| sentence.lower(at)).find(|word| !matches!(*word, "me" | "us"));
    matches!(verb, Some("called" | "sent" | "brought" | "booked" | "asked" | "come"))
}

/// Whether the clause up to that word has "I" or "we" as who acts.
fn speaks_of_self(sentence: &Sentence, up_to: usize) -> bool {
    (0..=up_to)
        .rev()
        .map(|at| sentence.lower(at))
        .find(|word| lexicon::is(word, Class::Subject))
        .is_none_or(|word| matches!(word, "i" | "we"))
}

fn gerund_frame(sentence: &Sentence, previous: usize, last: Option<&VerbObject>) -> Option<Frame> {
    let word = sentence.lower(previous);
    if lexicon::is(word, Class::Be) {
        let subject = before(sentence, previous).map(|at| sentence.lower(at));
        return Some(if subject.is_some_and(|word| lexicon::is(word, Class::Subject)) {
            Frame::Progressive
        } else {
            Frame::Topic
        });
    }
    let directly = |last: &VerbObject| {
        (last.at + 1..previous)
            .all(|at| lexicon::is(sentence.lower(at), Class::Particle) || sentence.lower(at) == "things")
    };
    let started = last.filter(|last| directly(last) && last.verb.is_phase());
    match word {
        "by" if started.is_some() => started.map(|last| last.frame),
        "by" | "while" | "when" | "after" | "before" | "without" | "from" | "until" | "than" => {
            Some(Frame::Subordinate)
        }
        "me" | "us" | "says" => Some(Frame::Topic),
        _ if lexicon::is(word, Class::Preposition) => Some(Frame::Topic),
        _ if last.is_some_and(|last| last.at == previous && last.verb.is_light()) => {
            // "I show replacing the belt" speaks of the work, whoever acts.
            last.map(|last| if last.frame == Frame::Instruction { Frame::Topic } else { last.frame })
        }
        _ => None,
    }
}

/// The word before `at` that is no adverb.
pub(crate) fn before(sentence: &Sentence, at: usize) -> Option<usize> {
    (0..at)
        .rev()
        .find(|&before| !is_skipped(sentence.lower(before)))
        .filter(|&before| sentence.tokens[before].gap < Gap::Stop)
}

pub(crate) fn is_skipped(word: &str) -> bool {
    lexicon::is(word, Class::Adverb) && !matches!(word, "together" | "apart")
}
