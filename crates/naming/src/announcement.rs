//! Announcements: "next up is replacing the belt". What is about to be done, said before it is done.
//!
//! No wording is listed. A sentence announces by how it is built: who acts and when (future, proposal, the work as a topic), words that
//! place the work in a sequence, words that speak of the work as such ("job", "task"); and by whether what follows is about the same
//! thing. The weights are set by hand.

use crate::cue::{cue, detail};
use crate::lexicon::{self, Class};
use crate::noun_phrase::NounPhrase;
use crate::proposal::{Habit, Telling, of_frame, of_work, proposals};
use crate::sentence::Sentence;
use crate::topic::is_named;
use crate::verb::Work;
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
/// How much stronger a sentence has to be than the one before it to be preferred: announcements come first. But "back to the pump" may
/// be followed by what is to be done there.
const LATER: f32 = 0.75;
/// Passages of fewer sentences may not come back to what was announced.
const SHORT: usize = 6;

/// The strongest announcement among the first sentences.
pub(crate) fn announcement(sentences: &[Sentence]) -> Option<Announcement> {
    let habit = Habit::of(&sentences[FROM_START.min(sentences.len())..]);
    let mut best: Option<Announcement> = None;
    for (place, at) in telling(sentences).into_iter().enumerate() {
        let carried = at.checked_sub(1).map_or(0.0, |before| carried(&sentences[before]));
        let telling = Telling { cue: cue(&sentences[at]), habit };
        for mut found in proposals(sentences, at, telling) {
            let early = EARLY.get(place).copied().unwrap_or(0.0);
            found.strength += telling.cue + carried + early + agreement(sentences, &found) - detail(&sentences[at]);
            let lead = |best: &Announcement| {
                let says_more = found.verb.is_some() && is_bare(sentences, best);
                let late = if says_more { 0.0 } else { LATER * (at - best.said_in) as f32 };
                found.strength - best.strength - late
            };
            if found.strength >= THRESHOLD && best.as_ref().is_none_or(|best| lead(best) > 0.0) {
                best = Some(found);
            }
        }
    }
    best
}

/// Whether a thing is only named, as no verb acts on it: "back to *the pump*".
fn is_bare(sentences: &[Sentence], found: &Announcement) -> bool {
    let acts = |act: &VerbObject| act.object.as_ref().is_some_and(|object| object.words.end == found.object.words.end);
    found.verb.is_none() && !sentences[found.said_in].acts.iter().any(acts)
}

/// The verb of an announcement that leaves open what is worked on: "now please take *it* apart".
pub(crate) fn announced_verb(sentences: &[Sentence]) -> Option<String> {
    let habit = Habit::of(&sentences[FROM_START.min(sentences.len())..]);
    telling(sentences).into_iter().enumerate().find_map(|(place, at)| {
        let telling = Telling { cue: cue(&sentences[at]), habit };
        let early = EARLY.get(place).copied().unwrap_or(0.0) - detail(&sentences[at]);
        let open = sentences[at].acts.iter().filter(|act| act.pronoun && act.work().is_some_and(Work::is_goal));
        let strong = |act: &&VerbObject| {
            of_frame(&sentences[at], act, telling) + of_work(act.work()) + telling.cue + early >= THRESHOLD
        };
        open.filter(|act| !act.negated).find(strong).map(spoken)
    })
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
        check(&["Next we're going to top up the gear oil.", "Open the cap."], Some("top up gear oil"));
        check(&["Over to the drive belt.", body], Some("? drive belt"));
        check(&["Drive belt next.", body], Some("? Drive belt"));
        check(&["Second job of the day.", "Checking the drive belt.", body], Some("check drive belt"));
        check(&["Getting started with the drive belt.", body], Some("? drive belt"));
        check(&["In this part I show tensioning the drive belt.", body], Some("tension drive belt"));
        check(&["Finally, we tension the drive belt.", body], Some("tension drive belt"));
        check(&["I'd better tension the drive belt.", body], Some("tension drive belt"));
        check(&["The drive belt is what we'll deal with now.", body], Some("? drive belt"));
    }

    #[test]
    fn what_has_to_be_done_to_a_thing_is_announced() {
        let body = ["Loosen the gasket.", "Pull the gasket out."];
        check(&["The gasket needs replacing.", body[0], body[1]], Some("replace gasket"));
        check(&["Now the gasket has to be replaced.", body[0], body[1]], Some("replace gasket"));
        check(&["We've got a gasket to replace.", body[0], body[1]], Some("replace gasket"));
        check(&["The gasket is what I'll replace now.", body[0], body[1]], Some("replace gasket"));
        check(&["Let's get the gasket replaced.", body[0], body[1]], Some("replace gasket"));
        check(&["Starting with the replacement of the gasket.", body[0], body[1]], Some("replace gasket"));
        check(&["Now we do the gasket replacement.", body[0], body[1]], Some("replace gasket"));
        check(&["The boss wants the gasket replaced.", body[0], body[1]], Some("replace gasket"));
        check(&["The gasket is due for replacement.", body[0], body[1]], Some("replace gasket"));
        check(&["The gasket is up for inspection.", body[0], body[1]], Some("inspect gasket"));
        check(&["The gasket needs a good clean.", body[0], body[1]], Some("clean gasket"));
        check(&["I'll show you how the gasket is replaced.", body[0], body[1]], Some("replace gasket"));
    }

    #[test]
    fn work_is_led_to_in_many_ways() {
        let body = ["Loosen the drive belt.", "Pull the belt off."];
        check(&["That brings us to the drive belt.", body[0], body[1]], Some("? drive belt"));
        check(&["Let's turn our attention to the drive belt.", body[0], body[1]], Some("? drive belt"));
        check(&["Let's crack on with the drive belt.", body[0], body[1]], Some("? drive belt"));
        check(&["Okay, drive belt replacement coming up.", body[0], body[1]], Some("replace drive belt"));
        check(&["Watch me change the drive belt.", body[0], body[1]], Some("change drive belt"));
        check(&["I've been called out to change the drive belt.", body[0], body[1]], Some("change drive belt"));
        check(&["To kick things off, we change the drive belt.", body[0], body[1]], Some("change drive belt"));
        check(&["Which leaves the drive belt to be changed.", body[0], body[1]], Some("change drive belt"));
        check(&["Task: change the drive belt.", body[0], body[1]], Some("change drive belt"));
    }

    #[test]
    fn what_is_to_be_done_counts_more_than_where() {
        let said = [
            "Right, back to the pump.",
            "Last one for today, we still have to grease the bearings.",
            "Wipe the nipple.",
        ];
        check(&said, Some("grease bearings"));
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
