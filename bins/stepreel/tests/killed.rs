//! A run that is killed leaves nothing half-made, and the next one finishes it.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod command;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Instant;

use command::{run, short_take, stepreel, text};
use serde_json::Value;

/// The stored record, without the times at which it was stored.
fn record(folder: &Path) -> Value {
    let output = run(folder, &["report", "short-job", "--form", "json", "--output", "-"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let mut record: Value = serde_json::from_slice(&output.stdout).unwrap();
    forget_times(&mut record);
    record
}

fn forget_times(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| name != "created_at" && name != "completed_at");
            fields.values_mut().for_each(forget_times);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_times),
        _ => {}
    }
}

/// Names and sizes of all blobs and kept results, in order.
fn files(folder: &Path) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.join("store/blobs"), folder.join("store/cache")];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                let name = entry.path().strip_prefix(folder).unwrap().display().to_string();
                found.push((name, entry.metadata().unwrap().len()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_killed_run_is_finished_by_the_next_as_if_nothing_had_happened() {
    let recording = short_take().recording.to_str().unwrap();
    let undisturbed = tempfile::tempdir().unwrap();
    let began = Instant::now();
    assert!(run(undisturbed.path(), &["process", recording]).status.success());
    let took = began.elapsed();
    let (right, right_files) = (record(undisturbed.path()), files(undisturbed.path()));
    assert!(right["procedures"].as_array().is_some_and(|procedures| procedures.len() > 1), "{right}");

    // Moments spread over the run by the golden ratio: no two alike, none favoured.
    for moment in (1..=20).map(|n| took.mul_f64((f64::from(n) * 0.618_033_988_75).fract())) {
        let folder = tempfile::tempdir().unwrap();
        let mut child = stepreel(folder.path(), &["process", recording]).stderr(Stdio::null()).spawn().unwrap();
        sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap();
        let output = run(folder.path(), &["process", recording]);
        assert!(output.status.success(), "killed after {moment:?}: {}", text(&output.stderr));
        assert_eq!(record(folder.path()), right, "killed after {moment:?}");
        assert_eq!(files(folder.path()), right_files, "killed after {moment:?}");
    }
}

#[test]
fn running_twice_gives_the_same_procedures_and_not_twice_as_many() {
    let recording = short_take().recording.to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    assert!(run(folder.path(), &["process", recording]).status.success());
    let (first, first_files) = (record(folder.path()), files(folder.path()));
    let again = run(folder.path(), &["process", recording]);
    assert!(text(&again.stderr).contains("kept from an earlier run"), "{}", text(&again.stderr));
    assert_eq!((record(folder.path()), files(folder.path())), (first, first_files));
}

#[test]
fn an_interrupt_stops_the_run_and_keeps_what_was_done() {
    let recording = short_take().recording.to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut child = stepreel(folder.path(), &["process", recording]).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut errors = String::new();
    told.read_line(&mut errors).unwrap();
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    told.read_to_string(&mut errors).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{errors}");
    assert!(errors.contains("cancelled"), "{errors}");
    assert!(run(folder.path(), &["process", recording]).status.success());
}
