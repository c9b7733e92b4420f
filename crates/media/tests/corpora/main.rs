//! Odd and hostile files, read as the pipeline reads a recording: none crashes, hangs, fills or leaks, with all layers of the
//! confinement and without any single one of them.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]
#![allow(clippy::print_stdout, reason = "a table is what they print")]

mod index;
mod outcome;
mod peak;
mod trap;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use stepreel_media::{Confinement, Layer};
use stepreel_testkit::{OddFile, accepted_recordings, mutated, mutations, odd_files};
use tempfile::TempDir;

use index::{allows, is_hostile};
use outcome::{Outcome, read};
use peak::Peaks;
use trap::Trap;

/// What one file may take.
const LONGEST: Duration = Duration::from_mins(1);
const MOST_MEMORY: u64 = 512 << 20;

/// Where files are read that may do anything, and what was wrong with how that went.
struct Ward {
    scratch: TempDir,
    peaks: Peaks,
    files: u32,
    counts: BTreeMap<String, u32>,
    wrong: Vec<String>,
}

impl Ward {
    fn open() -> Self {
        println!("{:>6} {:>8}  {:<36} file", "s", "MiB", "outcome");
        let (scratch, peaks) = (tempfile::tempdir().unwrap(), Peaks::listen());
        Self { scratch, peaks, files: 0, counts: BTreeMap::new(), wrong: Vec::new() }
    }

    /// Reads a file, of which that much is known, and holds it to its bounds.
    fn read(&mut self, path: &Path, known: &str) -> Outcome {
        let outcome = read(path, self.scratch.path(), Confinement::REQUIRED);
        let peak = self.peaks.take();
        println!("{:6.1} {:8}  {:<36} {known}", outcome.took.as_secs_f64(), peak >> 20, outcome.to_string());
        self.files += 1;
        let left = fs::read_dir(self.scratch.path()).unwrap().next().is_some();
        for (fault, what) in [
            (outcome.took > LONGEST, "it takes too long"),
            (peak > MOST_MEMORY, "its decoder takes too much memory"),
            (outcome.is_crash(), "its decoder crashes"),
            (left, "it leaves files"),
        ] {
            if fault {
                self.wrong.push(format!("{known}: {what}: {outcome}"));
            }
        }
        outcome
    }

    fn count(&mut self, class: String) {
        *self.counts.entry(class).or_default() += 1;
    }

    fn close(self) {
        for (class, count) in self.counts {
            println!("{count:4} {class}");
        }
        println!("{} files, {} wrong", self.files, self.wrong.len());
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
    }
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn every_odd_file_has_the_outcome_that_is_expected_of_it() {
    let (trap, mut ward) = (Trap::set(), Ward::open());
    let files = odd_files().unwrap();
    assert_eq!(files.len(), 198);
    for odd in files {
        let outcome = ward.read(&odd.path, &format!("{} ({})", odd.name, odd.expected));
        if !allows(&odd, &outcome) {
            ward.wrong.push(format!("{} ({}): it was not expected: {outcome}", odd.name, odd.expected));
        }
        ward.count(format!("of those expected to be {}: {}", odd.expected, outcome.class()));
    }
    ward.close();
    trap.was_not_touched();
}

/// `STEPREEL_MUTATIONS=2000` tries as many as a release has to withstand.
#[test]
#[ignore = "needs STEPREEL_DATA"]
fn mutated_recordings_crash_nothing_and_take_no_more_than_others() {
    let (trap, mut ward) = (Trap::set(), Ward::open());
    let accepted = accepted_recordings().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mutated");
    for number in 0..mutations(60) {
        let (name, bytes) = mutated(&accepted, number);
        fs::write(&path, bytes).unwrap();
        let outcome = ward.read(&path, &name);
        ward.count(outcome.class());
    }
    ward.close();
    trap.was_not_touched();
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn hostile_files_leak_nothing_without_any_single_layer() {
    let hostile: Vec<OddFile> = odd_files().unwrap().into_iter().filter(is_hostile).collect();
    let peaks = Peaks::listen();
    for layer in Layer::ALL {
        println!("without {layer}");
        let trap = Trap::set();
        for odd in &hostile {
            let scratch = tempfile::tempdir().unwrap();
            let outcome = read(&odd.path, scratch.path(), Confinement::REQUIRED.without(layer));
            println!("{:6.1} {:8}  {outcome} {}", outcome.took.as_secs_f64(), peaks.take() >> 20, odd.name);
            assert!(fs::read_dir(scratch.path()).unwrap().next().is_none(), "{} without {layer}", odd.name);
        }
        trap.was_not_touched();
    }
}

/// The same with files made here, which lead to a canary beside them, so that it needs no data and no rights.
#[test]
fn a_file_that_names_another_leaks_nothing_without_any_single_layer() {
    for layer in Layer::ALL {
        let trap = Trap::set();
        for (name, path) in trap.bait() {
            let outcome: Outcome = read(&path, trap.folder(), Confinement::REQUIRED.without(layer));
            assert_eq!(outcome.frames, 0, "{name} without {layer}: {outcome}");
        }
        trap.was_not_touched();
    }
}
