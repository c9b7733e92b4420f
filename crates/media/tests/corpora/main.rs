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
use std::path::{Path, PathBuf};
use std::time::Duration;

use stepreel_media::{Confinement, Layer};

use index::{Entry, entries};
use outcome::{Outcome, read};
use peak::Peaks;
use trap::Trap;

/// What one file may take.
const LONGEST: Duration = Duration::from_mins(1);
const MOST_MEMORY: u64 = 512 << 20;

/// Where the data is: `STEPREEL_DATA`, or beside the workspace.
fn corpora() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("STEPREEL_DATA").map_or(beside, PathBuf::from).join("corpora")
}

/// Reads each file, holds it to its bounds and to what is expected of it, and prints the table.
fn check(entries: &[Entry], confinement: Confinement, peaks: &Peaks) {
    let folder = corpora();
    let scratch = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    let mut counts: BTreeMap<(&str, String), u32> = BTreeMap::new();
    println!("{:>6} {:>8}  {:<36} file", "s", "MiB", "outcome");
    for entry in entries {
        let outcome = read(&folder.join(&entry.file), scratch.path(), confinement);
        let peak = peaks.take();
        let (seconds, mebibytes) = (outcome.took.as_secs_f64(), peak >> 20);
        println!("{seconds:6.1} {mebibytes:8}  {:<36} {} ({})", outcome.to_string(), entry.file, entry.expected);
        *counts.entry((&entry.expected, outcome.class())).or_default() += 1;
        let mut complain = |what: &str| wrong.push(format!("{}: {what}: {outcome}", entry.file));
        if outcome.took > LONGEST {
            complain("it takes too long");
        }
        if peak > MOST_MEMORY {
            complain("its decoder takes too much memory");
        }
        if outcome.is_crash() {
            complain("its decoder crashes");
        }
        if !entry.allows(&outcome) {
            complain("it was not expected");
        }
        if fs::read_dir(scratch.path()).unwrap().next().is_some() {
            complain("it leaves files");
        }
    }
    for ((expected, class), count) in counts {
        println!("{count:4} of those expected to be {expected}: {class}");
    }
    println!("{} files, {} wrong", entries.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn every_odd_file_has_the_outcome_that_is_expected_of_it() {
    let (trap, peaks) = (Trap::set(), Peaks::listen());
    let entries = entries(&corpora());
    assert_eq!(entries.len(), 198);
    check(&entries, Confinement::REQUIRED, &peaks);
    trap.was_not_touched();
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn hostile_files_leak_nothing_without_any_single_layer() {
    let hostile: Vec<Entry> = entries(&corpora()).into_iter().filter(Entry::is_hostile).collect();
    let peaks = Peaks::listen();
    for layer in Layer::ALL {
        println!("without {layer}");
        let trap = Trap::set();
        for entry in &hostile {
            let scratch = tempfile::tempdir().unwrap();
            let outcome = read(&corpora().join(&entry.file), scratch.path(), Confinement::REQUIRED.without(layer));
            println!("{:6.1} {:8}  {outcome} {}", outcome.took.as_secs_f64(), peaks.take() >> 20, entry.file);
            assert!(fs::read_dir(scratch.path()).unwrap().next().is_none(), "{} without {layer}", entry.file);
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
