//! What is done to what: verbs in verb position, each with its object.

use crate::frame::{Frame, before, is_skipped, verb_at};
use crate::inflection::Inflection;
use crate::lexicon::{self, Class};
use crate::noun_phrase::NounPhrase;
use crate::sentence::Sentence;
use crate::token::Gap;
use crate::verb::{Verb, Work};

/// A verb and what it acts on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VerbObject {
    /// The verb.
    pub verb: Verb,
    /// Where it stands in the sentence.
    pub at: usize,
    /// How the sentence puts it.
    pub frame: Frame,
    /// The word that completes it: "take *off*".
    pub particle: Option<String>,
    /// What it acts on, where that is named.
    pub object: Option<NounPhrase>,
    /// Whether a pronoun stands for the object: "remove *it*".
    pub pronoun: bool,
    /// Whether the sentence says that it is not done.
    pub negated: bool,
}

/// Every verb of a sentence with its object, in order.
pub(crate) fn verb_objects(sentence: &Sentence) -> Vec<VerbObject> {
    let mut found: Vec<VerbObject> = Vec::new();
    for at in 0..sentence.tokens.len() {
        if let Some((verb, frame)) = verb_at(sentence, at, found.last()) {
            found.push(complete(sentence, at, verb, frame));
        }
    }
    found
}

/// Finds what the verb acts on.
fn complete(sentence: &Sentence, at: usize, verb: Verb, frame: Frame) -> VerbObject {
    let negated = (0..at)
        .rev()
        .take_while(|&before| is_skipped(sentence.lower(before)))
        .any(|at| matches!(sentence.lower(at), "not" | "never"))
        || at > 0 && matches!(sentence.lower(at - 1), "without" | "avoid");
    let mut found = VerbObject { verb, at, frame, particle: None, object: None, pronoun: false, negated };
    if sentence.tokens[at].gap > Gap::Space || frame == Frame::Past && is_passive(sentence, at) {
        return found;
    }
    let mut next = found.take_particles(sentence, at + 1);
    if found.verb.is_light() && is_light_past(sentence.lower(next)) {
        // "Get started with the belt."
        next += 1;
    }
    if found.reaches_through(sentence, next) {
        next += 1;
        // "Get on with the belt" puts nothing on.
        found.particle = found.particle.filter(|_| !found.verb.is_light());
    }
    found.take_object(sentence, next);
    found.unfold_light_object(sentence);
    found
}

fn is_light_past(word: &str) -> bool {
    Verb::listed(word).is_some_and(|verb| verb.is_light() && verb.inflection == Inflection::Past)
}

fn is_passive(sentence: &Sentence, at: usize) -> bool {
    before(sentence, at).is_some_and(|before| lexicon::is(sentence.lower(before), Class::Be))
}

impl VerbObject {
    /// Whether it acts on a named thing.
    pub(crate) fn acts(&self, sentence: &Sentence) -> bool {
        self.object.as_ref().is_some_and(|object| object.is_thing(sentence))
    }

    /// What kind of work it is, its particle considered: "take out" removes, "put back" installs.
    pub(crate) fn work(&self) -> Option<Work> {
        let moved = matches!(
            self.verb.work,
            Some(Work::Light | Work::Motion | Work::Loosen | Work::Fasten | Work::Other) | None
        );
        match (self.particle.as_deref(), self.verb.work) {
            (Some("out" | "over" | "up"), Some(Work::Replace)) => Some(Work::Replace),
            (Some("apart" | "down"), Some(Work::Light | Work::Motion | Work::Loosen | Work::Disassemble))
                if self.takes_apart() =>
            {
                Some(Work::Disassemble)
            }
            (Some("together"), Some(Work::Fasten | Work::Light | Work::Motion | Work::Loosen)) => Some(Work::Build),
            (Some("out"), _) if self.verb.base == "sort" => Some(Work::Repair),
            (Some("out"), Some(Work::Light))
                if self.verb.base == "work" || self.verb.base == "find" || self.verb.base == "carry" =>
            {
                Some(Work::Light)
            }
            (Some("off" | "out" | "away"), _) if moved && self.moves_things() => Some(Work::Remove),
            (Some("on"), work) if self.is_touch() => work,
            (Some("in" | "on" | "back"), _) if moved && self.moves_things() => Some(Work::Install),
            (_, work) => work,
        }
    }

    fn takes_apart(&self) -> bool {
        self.particle.as_deref() == Some("apart") || matches!(self.verb.base.as_str(), "strip" | "tear" | "break")
    }

    /// Who presses on a belt puts nothing on.
    fn is_touch(&self) -> bool {
        matches!(self.verb.base.as_str(), "press" | "pull" | "tap" | "hit" | "rub" | "touch" | "blow" | "hold")
    }

    fn moves_things(&self) -> bool {
        self.verb.work != Some(Work::Light) && self.verb.work != Some(Work::Other)
            || matches!(self.verb.base.as_str(), "get" | "take" | "put" | "work" | "have" | "cut" | "give")
    }

    /// Whether the preposition at that word leads to what the verb is about: "look *at* the pump", "move on *to* the pump".
    fn reaches_through(&self, sentence: &Sentence, at: usize) -> bool {
        let determined = lexicon::is(sentence.lower(at + 1), Class::Determiner);
        match sentence.lower(at) {
            "of" if self.verb.inflection == Inflection::Gerund => determined,
            // After a bare "to" a verb is as likely as a thing.
            "to" => self.verb.is_light() && (determined || self.particle.is_some()),
            "at" | "for" | "on" | "with" | "through" | "about" | "of" | "into" => {
                self.verb.is_light() || matches!(self.verb.base.as_str(), "check" | "inspect")
            }
            _ => false,
        }
    }

    /// Takes the particles at `at` and returns where the object may start.
    fn take_particles(&mut self, sentence: &Sentence, at: usize) -> usize {
        let mut next = at;
        while is_skipped(sentence.lower(next))
            || lexicon::is(sentence.lower(next), Class::Particle) && !self.is_prepositional(sentence, next)
        {
            if lexicon::is(sentence.lower(next), Class::Particle) {
                self.particle.get_or_insert_with(|| sentence.lower(next).to_owned());
            }
            if sentence.tokens[next].gap > Gap::Space {
                return sentence.tokens.len();
            }
            next += 1;
        }
        next
    }

    /// "work on the pump": the word only leads to the object.
    fn is_prepositional(&self, sentence: &Sentence, at: usize) -> bool {
        self.verb.is_light()
            && matches!(sentence.lower(at), "on" | "in" | "over")
            && !matches!(
                self.verb.base.as_str(),
                "get" | "take" | "put" | "move" | "carry" | "go" | "crack" | "keep" | "come"
            )
    }

    fn take_object(&mut self, sentence: &Sentence, at: usize) {
        let word = sentence.lower(at);
        let gerund = Verb::listed(word).is_some_and(|verb| verb.inflection == Inflection::Gerund);
        if gerund && self.verb.is_light() {
            // "Get on with replacing the belt": the work is the verb that follows, not a thing.
            return;
        }
        if let Some(object) = NounPhrase::at(sentence, at) {
            let end = object.words.end;
            self.object = Some(object);
            self.take_trailing(sentence, end);
        } else if lexicon::is(word, Class::Pronoun) && !lexicon::is(word, Class::Subject) {
            self.pronoun = true;
            self.take_trailing(sentence, at + 1);
        }
    }

    fn take_trailing(&mut self, sentence: &Sentence, at: usize) {
        let word = sentence.lower(at);
        let last = at.checked_sub(1).is_some_and(|before| sentence.tokens[before].gap == Gap::Space);
        let alone = lexicon::is(word, Class::Particle) && NounPhrase::at(sentence, at + 1).is_none();
        if last && self.particle.is_none() && (alone || matches!(word, "off" | "out" | "apart" | "together" | "back")) {
            self.particle = Some(word.to_owned());
        }
    }

    /// "give the filter a good clean", "give a clean to the filter", "take a look at the filter", "do an oil change".
    fn unfold_light_object(&mut self, sentence: &Sentence) {
        if !self.verb.is_light() && self.verb.base != "take" {
            return;
        }
        let Some(object) = self.object.clone() else { return };
        let end = object.words.end;
        let second = (sentence.tokens[end - 1].gap == Gap::Space).then(|| NounPhrase::at(sentence, end)).flatten();
        if let Some(second) = second.filter(|second| second.determiner.is_some())
            && let Some(verb) = nominal_verb(second.head(sentence))
        {
            self.verb = verb;
        } else if matches!(sentence.lower(end), "to" | "at" | "of" | "on" | "with" | "for")
            && object.determiner.is_none_or(|at| sentence.lower(at) != "the")
            && (!object.is_thing(sentence) || nominal_verb(object.head(sentence)).is_some())
            && let Some(inner) = NounPhrase::at(sentence, end + 1)
        {
            if let Some(verb) = nominal_verb(object.head(sentence)) {
                self.verb = verb;
            }
            self.object = Some(inner);
        }
    }
}

/// The verb that a noun of action stands for: "a good *clean*", "a quick *test*".
fn nominal_verb(noun: &str) -> Option<Verb> {
    Verb::listed(noun).filter(|verb| {
        verb.work.is_some_and(Work::is_goal) && matches!(verb.inflection, Inflection::Base | Inflection::Gerund)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sentence;

    fn check(said: &str, expected: &[&str]) {
        let sentence = sentence(said);
        let found: Vec<String> = sentence
            .acts
            .iter()
            .filter(|found| !found.verb.is_light() && found.acts(&sentence))
            .map(|found| {
                let object = found.object.clone().map_or("", |object| sentence.slice(object.words));
                format!("{} {object}", found.verb.base)
            })
            .collect();
        assert_eq!(found, expected, "{said}");
    }

    #[test]
    fn verbs_find_their_objects() {
        check("I'm just going to remove the front brake pads.", &["remove front brake pads"]);
        check("Next up is replacing the scanner piece.", &["replace scanner piece"]);
        check("Let's take off the cover and wipe the sensor.", &["take cover", "wipe sensor"]);
        check("You want to unscrew the caliper with a socket.", &["unscrew caliper"]);
        check("Give the throttle body a good clean.", &["clean throttle body"]);
        check("I need to give a good clean to the throttle body.", &["clean throttle body"]);
        check("The mounting bracket is loose.", &[]);
        check("Remove it by turning the knob.", &["turn knob"]);
    }

    #[test]
    fn an_unlisted_word_in_verb_position_is_a_verb() {
        check("We're going to reball the controller.", &["reball controller"]);
        check("Let's defrag the disk.", &["defrag disk"]);
        check("Today is all about reflowing the joint.", &["reflow joint"]);
        check("The controller is hot.", &[]);
    }

    #[test]
    fn particles_decide_what_work_it_is() {
        for (said, work) in [
            ("Take out the motor.", Work::Remove),
            ("Pull the motor off.", Work::Remove),
            ("Put in a new motor.", Work::Install),
            ("Take the motor apart.", Work::Disassemble),
            ("Swap out the motor.", Work::Replace),
            ("Strip down the motor.", Work::Disassemble),
            ("Put the motor together.", Work::Build),
        ] {
            let sentence = sentence(said);
            assert_eq!(sentence.acts[0].work(), Some(work), "{said}");
        }
    }

    #[test]
    fn what_is_not_done_is_marked() {
        let sentence = sentence("Don't remove the seal.");
        assert!(sentence.acts.iter().any(|found| found.verb.base == "remove" && found.negated));
    }
}
