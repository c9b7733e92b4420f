//! How good names are on labelled text, beside the first words that were said.
//!
//! `cargo run -p stepreel-naming --example measure` prints these figures and more. What is held here is the half that no weight was chosen on.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement prints what it found")]

use stepreel_core::NameSource;
use stepreel_naming::{Extractive, FirstWords};

use crate::figures::{Figures, Titled};
use crate::session::{Half, Session};

#[path = "../examples/measure/figures.rs"]
mod figures;
#[path = "../examples/measure/noise.rs"]
mod noise;
#[path = "../examples/measure/session.rs"]
mod session;
#[path = "../examples/measure/sets.rs"]
mod sets;
#[path = "../examples/measure/wording.rs"]
mod wording;

/// Content F1 of each set as it was said, and with a tenth of the words wrong: the lower ends of the 90 % intervals that the measurement
/// prints.
const FLOORS: [(&str, f64, f64); 6] = [
    ("naming, announced", 0.92, 0.83),
    ("naming, own wordings", 0.85, 0.77),
    ("naming, implicit", 0.38, 0.35),
    ("narrations, announced", 0.95, 0.85),
    ("narrations, implicit", 0.39, 0.38),
    ("holoassist", 0.29, 0.26),
];

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn names_are_no_worse_than_they_are_told_to_be() {
    println!("{:<24} {:>5} {}", "", "noise", Figures::HEADER);
    for ((set, sessions), (told, clear, noisy)) in sets::all().unwrap().iter().zip(FLOORS) {
        assert_eq!(*set, told);
        for (percent, floor) in [(0, clear), (10, noisy)] {
            let heard: Vec<Session> = sessions.iter().map(|session| session.with_word_errors(percent)).collect();
            let figures = Figures::of(&Extractive::default(), &heard, Half::Test).unwrap();
            let first_words = Figures::of(&FirstWords, &heard, Half::Test).unwrap();
            println!("{set:<24} {percent:>5} {figures}");
            assert!(figures.content().0 >= floor && figures.distinct, "{set} is a regression");
            assert!(figures.content().0 > first_words.content().0, "{set} against the first words: {first_words}");
        }
    }
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn titles_are_as_long_as_they_should_be_and_name_what_was_said() {
    for (set, sessions) in sets::all().unwrap() {
        let titles = Figures::of(&Extractive::default(), &sessions, Half::Test).unwrap().titles;
        assert!(titles.iter().all(|titled| titled.score.length_ok), "{set}");
        let added: Vec<String> = titles.iter().filter(|titled| adds(titled)).map(Titled::to_string).collect();
        assert!(added.is_empty(), "{set}: {added:#?}");
    }
}

/// Whether a title names a thing that was not said, but for the number that tells it from another, and for "Unnamed procedure".
fn adds(titled: &Titled) -> bool {
    let title = titled.name.title.rsplit_once(" (").map_or(titled.name.title.as_str(), |(title, _)| title);
    titled.procedure.score(title).grounded < 1.0 && titled.name.source != NameSource::Generic
}
