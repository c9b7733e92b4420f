//! The contract of [`stepreel_naming::Namer`], on every implementation.

use proptest::prelude::*;
use stepreel_core::NameSource;
use stepreel_naming::conformance::{self, Session};
use stepreel_naming::{Extractive, FirstWords, Namer};
use stepreel_testkit::{big_list_of_naughty_strings, naughty_strings};

fn namers() -> [Box<dyn Namer>; 2] {
    [Box::new(Extractive::default()), Box::new(FirstWords)]
}

#[test]
fn every_namer_holds_to_the_contract() {
    for namer in namers() {
        conformance::run(namer.as_ref());
    }
}

/// Checks the contract on sessions that say those texts, and announce them as what they work on.
fn are_named(texts: &[String]) {
    for text in texts {
        let said = [vec![text.clone()], vec![format!("Next we are going to replace the {text}."), text.repeat(2)]];
        namers().iter().for_each(|namer| Session::new(&said).check(namer.as_ref()));
    }
}

#[test]
fn naughty_strings_are_named() {
    are_named(&naughty_strings());
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn the_big_list_of_naughty_strings_is_named() {
    are_named(&big_list_of_naughty_strings().unwrap());
}

/// Words that meet the rules of naming, so that random sentences get far into them.
const WORDS: &[&str] = &[
    "next",
    "up",
    "is",
    "replacing",
    "the",
    "a",
    "left",
    "right",
    "belt",
    "pump",
    "I'm",
    "going",
    "to",
    "let's",
    "remove",
    "it",
    "and",
    "on",
    "that's",
    "done",
    "job,",
    "then",
    "new",
    "two",
    "screws.",
    "don't",
    "of",
    "with",
    "unplug-the-thing",
    "reball",
    "12",
    "mm",
    "gonna",
    "clean",
    "give",
    "good",
    "take",
    "off",
    "apart.",
    "now",
    "what",
    "we'll",
    "do",
    "um,",
    "(2)",
    "by",
    "turning",
    "Okay.",
    "in",
    "İẞ'm",
    "B+",
];

fn sentence() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS), 0..14).prop_map(|words| words.join(" "))
}

fn session(text: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<Vec<String>>> {
    prop::collection::vec(prop::collection::vec(text, 0..6), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_is_named(said in session("\\PC{0,60}|.{0,40}")) {
        for namer in namers() {
            Session::new(&said).check(namer.as_ref());
        }
    }

    #[test]
    fn any_speech_is_named(said in session(sentence())) {
        for namer in namers() {
            Session::new(&said).check(namer.as_ref());
        }
    }
}

fn check(said: &[&[&str]], expected: &[(&str, NameSource)]) {
    let said: Vec<Vec<String>> = said.iter().map(|texts| texts.iter().map(|&text| text.to_owned()).collect()).collect();
    let names = Session::new(&said).names(&Extractive::default());
    let found: Vec<(&str, NameSource)> = names.iter().map(|name| (name.title.as_str(), name.source)).collect();
    assert_eq!(found, expected);
}

#[test]
fn what_was_announced_is_the_title() {
    check(
        &[&[
            "Right, new job.",
            "We'll be reflowing the video controller.",
            "Heat the board.",
            "The controller is loose now.",
        ]],
        &[("Reflow the video controller", NameSource::Announced)],
    );
}

#[test]
fn the_verb_of_a_bare_announcement_comes_from_the_work() {
    check(
        &[&["Over to the air filter.", "Unclip the air filter.", "Here is the new air filter.", "Push it in."]],
        &[("Replace the air filter", NameSource::Announced)],
    );
}

#[test]
fn what_was_finished_is_the_title() {
    check(
        &[&["Turn the knob.", "Press the tab on the fuse box.", "And that's the fuse box sealed."]],
        &[("Seal the fuse box", NameSource::Closing)],
    );
}

#[test]
fn like_things_are_told_apart() {
    check(
        &[
            &["Let's replace the headlight next.", "Unplug the left headlight."],
            &["Let's replace the headlight next.", "Unplug the right headlight."],
        ],
        &[
            ("Replace the left headlight", NameSource::Announced),
            ("Replace the right headlight", NameSource::Announced),
        ],
    );
}

#[test]
fn nothing_said_is_a_neutral_name() {
    check(
        &[&["Um."], &[]],
        &[("Unnamed procedure 1", NameSource::Generic), ("Unnamed procedure 2", NameSource::Generic)],
    );
}
