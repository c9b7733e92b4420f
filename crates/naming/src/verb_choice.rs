//! Which verb a title takes when none was announced: by what was done to its object, else by what was mostly done.

use std::collections::BTreeMap;

use crate::cue::cue;
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
    mostly(sentences)
}

/// What the first sentence with a verb does to the thing, where that is told to be next: "next we tighten the belt" may be a step as well as the job, but where
/// the work turns out to be about the belt, it is the better guess than what the other steps are mostly like.
fn opening<'a>(sentences: &'a [Sentence], head: &'a str) -> Option<&'a VerbObject> {
    let first = sentences.iter().find(|sentence| !sentence.acts.is_empty())?;
    acts_on(first, head).find(|act| act.work() != Some(Work::Light)).filter(|_| cue(first) > 0.0)
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

/// How much the steps of a passage speak for each verb.
///
/// Most service work replaces something, so that is what it is unless something else is told of. Who takes a lot off mostly replaces
/// what was under it, who puts a lot on installs it; any other verb of a goal counts as often as it is said.
fn tally(sentences: &[Sentence]) -> BTreeMap<String, f32> {
    let acts = || sentences.iter().flat_map(|sentence| &sentence.acts).filter(|act| !act.negated);
    let all = acts().count().max(1) as f32;
    let share = |test: fn(Work) -> bool| acts().filter(|act| act.work().is_some_and(test)).count() as f32 / all;
    let mut tally = BTreeMap::from([
        ("replace".to_owned(), 0.5 + 12.0 * share(Work::takes_off).min(0.4)),
        ("install".to_owned(), 8.0 * share(Work::puts_on)),
    ]);
    for act in acts() {
        let Some(work) = act.work().filter(|&work| is_telling(work)) else { continue };
        let summed = work.plain_verb().filter(|_| matches!(work, Work::Replace | Work::Clean | Work::Repair));
        let verb = summed.map_or_else(|| spoken(act), str::to_owned);
        *tally.entry(verb).or_insert(0.0) += if is_step_as_well(act) { 0.3 } else { 1.0 };
    }
    tally
}

/// Whether what the verb says is as often one step of some other work.
fn is_step_as_well(act: &VerbObject) -> bool {
    let step = matches!(
        act.verb.base.as_str(),
        "make" | "create" | "set" | "apply" | "cut" | "prepare" | "store" | "print" | "load" | "level" | "operate"
    );
    step || act.work() == Some(Work::Install)
}

/// The verb of a whole passage about the thing with that stem: what the steps open with, else what most of them speak for.
pub(crate) fn verb_of_steps(sentences: &[Sentence], head: &str) -> VerbChoice {
    let first =
        opening(sentences, head).filter(|act| !act.work().is_some_and(|work| work.takes_off() || work.puts_on()));
    first.map_or_else(|| mostly(sentences), |act| VerbChoice { verb: spoken(act), confidence: 0.4 })
}

/// What most steps speak for.
fn mostly(sentences: &[Sentence]) -> VerbChoice {
    let mut ranked: Vec<(String, f32)> = tally(sentences).into_iter().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (verb, first) = ranked.swap_remove(0);
    let second = ranked.iter().map(|(_, weight)| *weight).fold(0.0, f32::max);
    VerbChoice { verb, confidence: 0.5 * (first - second) / first }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sentence;

    fn check(said: &[&str], expected: &str) {
        let sentences: Vec<Sentence> = said.iter().map(|said| sentence(said)).collect();
        assert_eq!(verb_of_steps(&sentences, "pump").verb, expected, "{said:?}");
    }

    #[test]
    fn the_verb_is_what_the_steps_are_mostly_about() {
        check(&["Unscrew the cover.", "Pull off the hose.", "Lift out the pump."], "replace");
        check(&["Hold the pump.", "Wipe the pump.", "Rinse the hose.", "Wipe the lid."], "clean");
        check(
            &["Look at the wall.", "Screw the bracket on.", "Put the pump in place.", "Plug in the hose."],
            "install",
        );
    }

    #[test]
    fn a_guess_says_that_it_is_one() {
        let guess = verb_of_steps(&[sentence("The pump is in the corner.")], "pump");
        assert!(guess.confidence <= 0.5, "{guess:?}");
    }
}
