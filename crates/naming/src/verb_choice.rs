//! Which verb a title takes when none was announced: by what was done to its object, else by what was mostly done.

use crate::sentence::Sentence;
use crate::verb::Work;
use crate::verb_object::VerbObject;

/// A verb and how sure it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct VerbChoice {
    /// As it starts a title.
    pub verb: String,
    /// How sure, 0-1.
    pub confidence: f32,
}

/// The verb that fits what is done to the thing with that stem.
///
/// A thing of which only the removal is told counts as replaced: engineers take parts out to put others in, and tell the second half less
/// often. In human titles of such narrations "replace" is twenty times as frequent as "remove".
pub(crate) fn choose_verb(sentences: &[Sentence], head: &str) -> VerbChoice {
    let choice = |verb: &str, confidence| VerbChoice { verb: verb.to_owned(), confidence };
    let on_it: Vec<&VerbObject> = sentences.iter().flat_map(|sentence| acts_on(sentence, head)).collect();
    let any = |test: fn(Work) -> bool| on_it.iter().any(|act| act.work().is_some_and(test));
    let new = sentences.iter().any(|sentence| is_new(sentence, head));
    if any(|work| work == Work::Replace) || any(Work::takes_off) && (any(Work::puts_on) || new) {
        return choice("replace", 0.8);
    }
    if let Some(act) = on_it.iter().rev().find(|act| act.work().is_some_and(is_telling)) {
        return VerbChoice { verb: spoken(act), confidence: 0.6 };
    }
    if any(Work::takes_off) {
        return choice("replace", 0.5);
    }
    if let Some(act) = opening(sentences, head) {
        return VerbChoice { verb: spoken(act), confidence: 0.4 };
    }
    mostly(sentences).map_or_else(|| choice("work on", 0.1), |work| choice(work.plain_verb().unwrap_or("work on"), 0.3))
}

/// What the first sentence with a verb does to the thing: "next we tighten the belt" may be a step as well as the job, but where
/// the work turns out to be about the belt, it is the better guess than what the other steps are mostly like.
fn opening<'a>(sentences: &'a [Sentence], head: &'a str) -> Option<&'a VerbObject> {
    let first = sentences.iter().find(|sentence| !sentence.acts.is_empty())?;
    acts_on(first, head).find(|act| act.work() != Some(Work::Light))
}

/// Whether one such verb is enough to tell what the whole work was.
fn is_telling(work: Work) -> bool {
    work.is_goal() && !matches!(work, Work::Remove | Work::Test | Work::Disassemble)
}

/// What a sentence does to the thing with that stem.
fn acts_on<'a>(sentence: &'a Sentence, head: &'a str) -> impl Iterator<Item = &'a VerbObject> {
    let is_head = move |act: &VerbObject| {
        act.object.as_ref().is_some_and(|object| sentence.tokens[object.words.end - 1].stem == head)
    };
    sentence.acts.iter().filter(move |act| !act.negated && is_head(act))
}

/// Whether a new one of the thing is spoken of.
fn is_new(sentence: &Sentence, head: &str) -> bool {
    sentence.phrases.iter().any(|phrase| {
        let tokens = &sentence.tokens[phrase.words.clone()];
        let new = tokens.iter().any(|token| matches!(token.lower.as_str(), "new" | "replacement" | "spare"));
        new && tokens.last().is_some_and(|last| last.stem == head)
    })
}

/// A verb as it was said, unless a particle gave it its meaning: "take out" is "remove".
pub(crate) fn spoken(act: &VerbObject) -> String {
    let meant = act.work().filter(|&work| act.particle.is_some() || Some(work) != act.verb.work);
    meant.and_then(Work::plain_verb).map_or_else(|| act.verb.base.clone(), str::to_owned)
}

/// The kind of work that most of a passage is.
fn mostly(sentences: &[Sentence]) -> Option<Work> {
    let works =
        || sentences.iter().flat_map(|sentence| &sentence.acts).filter(|act| !act.negated).filter_map(VerbObject::work);
    let count = |test: &dyn Fn(Work) -> bool| works().filter(|&work| test(work)).count();
    let kinds: [(Work, usize); 6] = [
        (Work::Replace, count(&Work::takes_off)),
        (Work::Clean, 2 * count(&|work| work == Work::Clean)),
        (Work::Repair, 2 * count(&|work| work == Work::Repair)),
        (Work::Adjust, 2 * count(&|work| work == Work::Adjust)),
        (Work::Build, 2 * count(&|work| work == Work::Build)),
        (Work::Install, count(&Work::puts_on)),
    ];
    kinds.into_iter().rev().max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 1).map(|(work, _)| work)
}
