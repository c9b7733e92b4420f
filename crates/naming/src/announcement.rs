//! Announcements: "next up is replacing the belt". What is about to be done, said before it is done.
//!
//! No wording is listed. A sentence announces by how it is built: who acts and when (future, proposal, the work as a topic), words that
//! place the work in a sequence, words that speak of the work as such ("job", "task"); and by whether what follows is about the same
//! thing. The weights are set by hand.

use crate::cue::{cue, detail};
use crate::frame::Frame;
use crate::inflection::Inflection;
use crate::lexicon::{self, Class};
use crate::noun_phrase::NounPhrase;
use crate::sentence::Sentence;
use crate::token::Gap;
use crate::topic::{antecedent, is_named, topic};
use crate::verb::{Verb, Work};
use crate::verb_choice::spoken;
use crate::verb_object::VerbObject;

/// The work that a sentence announces.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Announcement {
    /// Index of the sentence that names the object.
    pub sentence: usize,
    /// Index of the sentence that announces: mostly the same.
    pub said_in: usize,
    /// The verb as a title has it, where one that says what is done was said.
    pub verb: Option<String>,
    /// What is worked on.
    pub object: NounPhrase,
    /// How much speaks for an announcement; at least [`THRESHOLD`].
    pub strength: f32,
}

/// From this strength on a sentence counts as an announcement.
pub(crate) const THRESHOLD: f32 = 2.5;
/// How many sentences from the start of a passage may hold its announcement, those that say nothing not counted.
const FROM_START: usize = 4;
/// What counts for the first and the second of them.
const EARLY: [f32; 4] = [1.0, 0.25, -0.25, -0.5];
/// How much stronger a sentence has to be than the one before it to be preferred: announcements come first.
const LATER: f32 = 0.75;
/// Passages of fewer sentences may not come back to what was announced.
const SHORT: usize = 6;

/// How a sentence tells of work, and how the passage does.
#[derive(Clone, Copy)]
struct Telling {
    /// How much its words speak of an announcement.
    cue: f32,
    /// How much the engineer tells every step as a plan.
    habit: f32,
}

/// The strongest announcement among the first sentences.
pub(crate) fn announcement(sentences: &[Sentence]) -> Option<Announcement> {
    let habit = habit(sentences);
    let mut best: Option<Announcement> = None;
    for (telling, at) in telling(sentences).into_iter().enumerate() {
        let carried = at.checked_sub(1).map_or(0.0, |before| carried(&sentences[before]));
        let cue = cue(&sentences[at]);
        for mut found in proposals(sentences, at, Telling { cue, habit }) {
            found.object.words.end -= task_words(&sentences[found.sentence], &found.object);
            let early = EARLY.get(telling).copied().unwrap_or(0.0);
            found.strength += cue + carried + early + agreement(sentences, &found) - detail(&sentences[at]);
            let lead = |best: &Announcement| found.strength - best.strength - LATER * (at - best.said_in) as f32;
            if found.strength >= THRESHOLD && best.as_ref().is_none_or(|best| lead(best) > 0.0) {
                best = Some(found);
            }
        }
    }
    best
}

/// The verb of an announcement that leaves open what is worked on: "now please take *it* apart".
pub(crate) fn announced_verb(sentences: &[Sentence]) -> Option<String> {
    telling(sentences).into_iter().enumerate().find_map(|(telling, at)| {
        let cue = cue(&sentences[at]);
        let early = EARLY.get(telling).copied().unwrap_or(0.0) - detail(&sentences[at]);
        let open = sentences[at].acts.iter().filter(|act| act.pronoun && act.work().is_some_and(Work::is_goal));
        let strong = |act: &&VerbObject| of_frame(act, cue) + of_work(act.work()) + cue + early >= THRESHOLD;
        open.filter(|act| !act.negated).find(strong).map(spoken)
    })
}

/// How much an engineer tells every step as a plan, 0-1: who says "I'm going to" all the time announces nothing by it.
fn habit(sentences: &[Sentence]) -> f32 {
    let steps = || sentences.iter().skip(FROM_START).filter(|sentence| !sentence.acts.is_empty());
    let planned = steps().filter(|sentence| sentence.acts.iter().any(is_planned)).count() as f32;
    (4.0 * planned / steps().count().max(1) as f32).min(1.0)
}

fn is_planned(act: &VerbObject) -> bool {
    matches!(act.frame, Frame::Future | Frame::Proposal)
}

/// The first sentences that say something: after "Alright then." what follows still comes first.
fn telling(sentences: &[Sentence]) -> Vec<usize> {
    let opener = |sentence: &Sentence| {
        sentence.tokens.iter().all(|token| lexicon::is_any(&token.lower, &[Class::Discourse, Class::Adverb]))
    };
    (0..sentences.len()).filter(|&at| !opener(&sentences[at])).take(FROM_START).collect()
}

/// What a sentence lends to the next: "New job." announces what is named after it.
fn carried(sentence: &Sentence) -> f32 {
    if sentence.phrases.iter().any(|phrase| is_named(sentence, phrase)) { 0.0 } else { cue(sentence) }
}

/// What a sentence may announce, with the strength of how it is put. Only without a verb of work a bare thing will do.
fn proposals(sentences: &[Sentence], at: usize, telling: Telling) -> Vec<Announcement> {
    let sentence = &sentences[at];
    let asks = sentence.text.ends_with('?');
    let done = sentence.acts.iter().filter(|act| !act.negated && (!asks || act.frame == Frame::Proposal));
    let mut told: Vec<Announcement> = done.filter_map(|act| told(sentences, at, (act, telling))).collect();
    if asks || told.iter().any(|told| told.verb.is_some()) {
        told.retain(|told| told.verb.is_some());
        return told;
    }
    told.extend(stray(sentence, at));
    told.extend(topic(sentence).map(|(object, strength)| Announcement {
        sentence: at,
        said_in: at,
        verb: None,
        object,
        strength,
    }));
    told
}

/// A verb with its object, or with the thing that its pronoun stands for.
fn told(sentences: &[Sentence], at: usize, (act, telling): (&VerbObject, Telling)) -> Option<Announcement> {
    let sentence = &sentences[at];
    let (home, object) = match &act.object {
        Some(object) if object.is_thing(sentence) => (at, object.clone()),
        None if act.pronoun => antecedent(sentences, at, act.at)?,
        _ => return None,
    };
    let work = act.work();
    let usual = if is_planned(act) && telling.cue < 0.5 { telling.habit } else { 0.0 };
    let strength = of_frame(act, telling.cue) - usual + of_work(work) + of_object(&sentences[home], &object);
    let announced = |verb, object| Some(Announcement { sentence: home, said_in: at, verb, object, strength });
    match without_new(&sentences[home], &object) {
        Some(old) if work.is_some_and(Work::puts_on) => announced(Some("replace".to_owned()), old),
        _ => announced((work != Some(Work::Light)).then(|| spoken(act)), object),
    }
}

/// A verb of a goal with its object where no verb should stand: the words before it were misheard.
fn stray(sentence: &Sentence, at: usize) -> Option<Announcement> {
    let read = |word: &usize| sentence.acts.iter().any(|act| act.at == *word);
    (0..sentence.tokens.len()).filter(|word| !read(word)).find_map(|word| {
        let verb = Verb::listed(sentence.lower(word)).filter(|verb| verb.work.is_some_and(Work::is_goal))?;
        let object = NounPhrase::at(sentence, word + 1).filter(|object| object.determiner.is_some())?;
        let strength = of_work(verb.work) + of_object(sentence, &object);
        let stands = sentence.tokens[word].gap == Gap::Space
            && matches!(verb.inflection, Inflection::Base | Inflection::Gerund)
            && object.is_thing(sentence);
        stands.then_some(Announcement { sentence: at, said_in: at, verb: Some(verb.base), object, strength })
    })
}

/// "The printer task" is about the printer.
fn task_words(sentence: &Sentence, object: &NounPhrase) -> usize {
    usize::from(object.words.len() > 1 && matches!(object.head(sentence), "job" | "task"))
}

/// Who puts in a new belt replaces the belt.
fn without_new(sentence: &Sentence, object: &NounPhrase) -> Option<NounPhrase> {
    let new = matches!(sentence.lower(object.words.start), "new" | "replacement" | "spare") && object.words.len() > 1;
    let determiner = object.determiner.filter(|&at| sentence.lower(at) == "the");
    new.then(|| NounPhrase { determiner, words: object.words.start + 1..object.words.end })
}

/// "We are replacing the belt" is a step, but in "in this one we are replacing the belt" it is the job.
fn of_frame(act: &VerbObject, cue: f32) -> f32 {
    match act.frame {
        Frame::Instruction | Frame::Progressive if cue >= 1.5 => 0.5,
        Frame::Future | Frame::Proposal | Frame::Topic => 1.0,
        Frame::Subordinate | Frame::Past => -0.5,
        Frame::Instruction | Frame::Progressive if act.verb.is_light() => 0.0,
        Frame::Instruction | Frame::Progressive => -1.25,
    }
}

fn of_work(work: Option<Work>) -> f32 {
    match work {
        Some(Work::Light) => 0.5,
        None => 0.75,
        Some(work) if work.is_goal() => 1.0,
        Some(_) => -0.5,
    }
}

/// Steps are about fasteners and counts of them; jobs are about things.
fn of_object(sentence: &Sentence, object: &NounPhrase) -> f32 {
    let first = sentence.lower(object.words.start);
    let model = |word: &str| word.contains(char::is_alphabetic) && word.contains(|c: char| c.is_ascii_digit());
    let counted = lexicon::is(first, Class::Number) && !model(first);
    let means = lexicon::is(object.head(sentence), Class::Means) && object.words.len() < 3;
    if counted || means { -1.0 } else { 0.0 }
}

/// What follows an announcement is about the same thing.
fn agreement(sentences: &[Sentence], found: &Announcement) -> f32 {
    let home = &sentences[found.sentence];
    let head = &home.tokens[found.object.words.end - 1].stem;
    let later = sentences
        .iter()
        .skip(found.said_in + 1)
        .filter(|sentence| sentence.tokens.iter().any(|token| token.stem == *head))
        .count();
    match later {
        0 if sentences.len() < SHORT => 0.0,
        0 => -0.5,
        1 => 0.25,
        _ if later * 5 >= sentences.len() => 1.0,
        _ => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sentence;

    fn check(said: &[&str], expected: Option<&str>) {
        let sentences: Vec<Sentence> = said.iter().map(|said| sentence(said)).collect();
        let found = announcement(&sentences).map(|found| {
            let verb = found.verb.unwrap_or_else(|| "?".to_owned());
            format!("{verb} {}", sentences[found.sentence].slice(found.object.words))
        });
        assert_eq!(found.as_deref(), expected, "{said:?}");
    }

    #[test]
    fn announcements_are_found_by_how_they_are_built() {
        let body = "Loosen the drive belt.";
        check(&["Today's job is swapping the drive belt.", body], Some("swap drive belt"));
        check(&["I'll be showing you how to tension the drive belt.", body], Some("tension drive belt"));
        check(&["Over to the drive belt.", body], Some("? drive belt"));
        check(&["Drive belt next.", body], Some("? Drive belt"));
        check(&["Second job of the day.", "Checking the drive belt.", body], Some("check drive belt"));
        check(&["The drive belt is what we'll deal with now.", body], Some("? drive belt"));
    }

    #[test]
    fn a_misheard_word_hides_no_announcement() {
        let body = "Loosen the drive belt.";
        check(&["Now we're going replace the drive belt.", body], Some("replace drive belt"));
        check(&["The next job replacing the drive belt.", body], Some("replace drive belt"));
    }

    #[test]
    fn who_plans_every_step_announces_nothing_by_it() {
        let steps = ["I'm going to pry the left clip.", "I'm going to lift the lid.", "I'm going to pull the fan."];
        let opening = ["I'll attach a strap to the bench.", "Sit down.", "Breathe.", "Wait."];
        check(&[&opening[..], &["The lid is off."; 3]].concat(), Some("attach strap"));
        check(&[&opening[..], &steps].concat(), None);
    }

    #[test]
    fn a_verb_may_be_announced_without_its_object() {
        let verb = |said: &[&str]| announced_verb(&said.iter().map(|said| sentence(said)).collect::<Vec<_>>());
        assert_eq!(verb(&["Now please disassemble it."]).as_deref(), Some("disassemble"));
        assert_eq!(verb(&["I check it."]), None);
    }

    #[test]
    fn steps_and_talk_announce_nothing() {
        check(&["Press the tab by turning the knob until it clicks.", "Pull."], None);
        check(&["It's freezing in here."], None);
        check(&["Don't remove the seal.", "Pull."], None);
    }
}
