//! Which verb a title takes when none was announced: by what was done to its object and by what was mostly done.

use std::collections::BTreeMap;

use crate::cue::cue;
use crate::lexicon::{self, Class};
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

/// The verb that fits what is done to the thing with that stem: what the passage opens with where that is told to be next, else what the
/// steps speak for.
pub(crate) fn choose_verb(sentences: &[Sentence], head: &str) -> VerbChoice {
    if let Some(act) = opening(sentences, head) {
        return VerbChoice { verb: spoken(act), confidence: 0.4 };
    }
    let mut ranked: Vec<(String, f32)> = tally(sentences, head).into_iter().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (verb, first) = ranked.swap_remove(0);
    let second = ranked.iter().map(|(_, weight)| *weight).fold(0.0, f32::max);
    VerbChoice { verb, confidence: (first - second) / (first + 2.0) }
}

/// What the first sentence with a verb does to the thing, where that is told to be next. "Next we tighten the belt" may be a step as well as
/// the job, but where the work turns out to be about the belt, it is the better guess than what the other steps are mostly like. What
/// comes off or goes on first is a step.
fn opening<'a>(sentences: &'a [Sentence], head: &'a str) -> Option<&'a VerbObject> {
    let first = sentences.iter().find(|sentence| !sentence.acts.is_empty()).filter(|first| cue(first) > 0.0)?;
    let is_job = |work: Work| work != Work::Light && !work.takes_off() && !work.puts_on();
    acts_on(first, head).find(|act| act.work().is_none_or(is_job))
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

/// Whether the thing comes off, and it or a new one goes on.
fn is_changed(sentences: &[Sentence], head: &str) -> bool {
    let on_it = |test: fn(Work) -> bool| {
        sentences.iter().any(|sentence| acts_on(sentence, head).any(|act| act.work().is_some_and(test)))
    };
    let new = sentences.iter().any(|sentence| is_new(sentence, head));
    on_it(Work::takes_off) && (on_it(Work::puts_on) || new)
}

/// Whether a new one of the thing is spoken of.
fn is_new(sentence: &Sentence, head: &str) -> bool {
    sentence.phrases.iter().any(|phrase| {
        let tokens = &sentence.tokens[phrase.words.clone()];
        let new = tokens.iter().any(|token| matches!(token.lower.as_str(), "new" | "replacement" | "spare"));
        new && tokens.last().is_some_and(|last| last.stem == head)
    })
}

/// A verb as it was said, unless a particle gave it its meaning: "take out" is "remove". An unlisted one keeps its particle: "top up".
pub(crate) fn spoken(act: &VerbObject) -> String {
    if let (None, Some(particle)) = (act.work(), &act.particle) {
        return format!("{} {particle}", act.verb.base);
    }
    let meant = act.work().filter(|&work| act.particle.is_some() || Some(work) != act.verb.work);
    meant.and_then(Work::plain_verb).map_or_else(|| act.verb.base.clone(), str::to_owned)
}

/// How much the steps of a passage speak for each verb; those on the thing with that stem count most.
///
/// Most service work replaces something, so that is what it is unless something else is told of. Who takes a lot off mostly replaces
/// what was under it, who puts a lot on installs it; any other verb of a goal counts as often as it is said, and what cleaning and
/// testing are done with speaks for them.
fn tally(sentences: &[Sentence], head: &str) -> BTreeMap<String, f32> {
    let acts = || sentences.iter().flat_map(|sentence| &sentence.acts).filter(|act| !act.negated);
    let all = acts().count().max(1) as f32;
    let share = |test: fn(Work) -> bool| acts().filter(|act| act.work().is_some_and(test)).count() as f32 / all;
    let with = |class: Class| {
        let says = |sentence: &&Sentence| sentence.tokens.iter().any(|token| lexicon::is(&token.lower, class));
        sentences.iter().filter(says).count() as f32
    };
    let changed = if is_changed(sentences, head) { 3.0 } else { 0.0 };
    let mut tally: BTreeMap<String, f32> = [
        ("replace", 0.3 + 16.0 * share(Work::takes_off).min(0.25) + changed),
        ("install", 5.0 * share(Work::puts_on)),
        ("clean", 0.5 * with(Class::Cleaning)),
        ("test", 0.5 * with(Class::Testing)),
    ]
    .map(|(verb, weight)| (verb.to_owned(), weight))
    .into();
    let on_it: Vec<&VerbObject> = sentences.iter().flat_map(|sentence| acts_on(sentence, head)).collect();
    for act in acts().chain(on_it) {
        let Some(work) = act.work().filter(|&work| is_telling(work)) else { continue };
        let summed = work.plain_verb().filter(|_| matches!(work, Work::Replace | Work::Clean | Work::Repair));
        let verb = summed.map_or_else(|| spoken(act), str::to_owned);
        *tally.entry(verb).or_insert(0.0) += weight(act);
    }
    tally
}

/// How much one such verb tells of the whole work: who repairs something on the way hardly says so, and who makes or sets something does.
fn weight(act: &VerbObject) -> f32 {
    let step = matches!(
        act.verb.base.as_str(),
        "make" | "create" | "set" | "apply" | "cut" | "prepare" | "store" | "print" | "load" | "level" | "operate"
    );
    match act.work() {
        _ if step => 0.3,
        Some(Work::Install) => 0.3,
        Some(Work::Repair) => 2.0,
        Some(Work::Build) => 1.3,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sentence;

    fn check(said: &[&str], expected: &str) {
        let sentences: Vec<Sentence> = said.iter().map(|said| sentence(said)).collect();
        assert_eq!(choose_verb(&sentences, "pump").verb, expected, "{said:?}");
    }

    #[test]
    fn the_verb_is_what_the_steps_are_mostly_about() {
        check(&["Unscrew the cover.", "Pull off the hose.", "Lift out the pump."], "replace");
        check(&["Hold the pump.", "Wipe the pump.", "Rinse the hose.", "Wipe the lid."], "clean");
        check(&["Hold the pump.", "Turn the lid.", "The dirt is thick.", "Soap helps."], "clean");
        check(
            &["Look at the wall.", "Screw the bracket on.", "Put the pump in place.", "Plug in the hose."],
            "install",
        );
    }

    #[test]
    fn a_guess_says_that_it_is_one() {
        let guess = choose_verb(&[sentence("The pump is in the corner.")], "pump");
        assert!(guess.confidence <= 0.5, "{guess:?}");
    }
}
