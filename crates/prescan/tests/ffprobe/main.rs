//! The pre-scan beside ffprobe, on odd recordings and on mutations of those that are to be accepted.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod differences;
mod report;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

use stepreel_prescan::{Limits, prescan};
use stepreel_testkit::{accepted_recordings, mutated, mutations, odd_files};

use differences::{Explanation, difference};
use report::Report;

/// What was found over many files.
#[derive(Default)]
struct Tally {
    same: u64,
    explained: BTreeMap<Explanation, u64>,
    unexplained: Vec<String>,
}

impl Tally {
    fn take(&mut self, name: &str, path: &Path) {
        let ours = prescan(&mut File::open(path).unwrap(), &Limits::default());
        let theirs = Report::of(path);
        match difference(&ours, theirs.as_ref()) {
            Ok(()) => self.same += 1,
            Err(Some(explanation)) => *self.explained.entry(explanation).or_default() += 1,
            Err(None) => self.unexplained.push(format!("{name}\n  {ours:?}\n  {theirs:?}")),
        }
    }

    #[expect(clippy::print_stdout, reason = "the counts are what the test is run for")]
    fn show(&self) {
        println!("{} the same", self.same);
        self.explained.iter().for_each(|(explanation, count)| println!("{count} {explanation:?}"));
        assert!(
            self.unexplained.is_empty(),
            "{} unexplained:\n{}",
            self.unexplained.len(),
            self.unexplained.join("\n")
        );
    }
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn odd_recordings_are_seen_as_ffprobe_sees_them() {
    let mut tally = Tally::default();
    for odd in odd_files().unwrap().iter().filter(|odd| odd.is_recording()) {
        tally.take(&odd.name, &odd.path);
    }
    tally.show();
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn mutated_recordings_are_seen_as_ffprobe_sees_them() {
    let accepted = accepted_recordings().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mutated");
    let mut tally = Tally::default();
    for number in 0..mutations(200) {
        let (name, bytes) = mutated(&accepted, number);
        fs::write(&path, bytes).unwrap();
        tally.take(&name, &path);
    }
    tally.show();
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn what_is_to_be_accepted_is_not_refused() {
    for odd in odd_files().unwrap().iter().filter(|odd| odd.is_recording() && odd.is_accepted()) {
        let found = prescan(&mut File::open(&odd.path).unwrap(), &Limits::default());
        assert!(found.is_ok(), "{}: {found:?}", odd.name);
    }
}
