//! One recording that crashes its decoder among others that don't.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod command;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use command::{stepreel, text};

const GOOD: u32 = 20;

/// Small recordings, each another one.
fn film(folder: &Path) {
    fs::create_dir(folder).unwrap();
    for number in 0..GOOD {
        let pictures = format!("testsrc2=d=3:r=10:s={}x90", 160 + 2 * number);
        let sound = format!("sine=f={}:d=3", 300 + number);
        let made = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", &pictures, "-f", "lavfi", "-i", &sound])
            .args(["-preset", "ultrafast", "-g", "10"])
            .arg(folder.join(format!("good-{number:02}.mp4")))
            .status();
        assert!(made.unwrap().success());
    }
}

/// An ffmpeg that crashes over recordings of one name.
fn crashing(folder: &Path) {
    fs::create_dir(folder).unwrap();
    for tool in ["ffmpeg", "ffprobe"] {
        let path = folder.join(tool);
        let real = places().into_iter().map(|place| place.join(tool)).find(|path| path.exists()).unwrap();
        let crash = if tool == "ffmpeg" { "case \"$*\" in *poison*) kill -SEGV $$ ;; esac\n" } else { "" };
        fs::write(&path, format!("#!/bin/sh\n{crash}exec {} \"$@\"\n", real.display())).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// Where programs lie.
fn places() -> Vec<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH").unwrap()).collect()
}

fn process(folder: &Path, store: &str) -> Output {
    let mut command = stepreel(folder, &["process", "takes", "--json", "--store", store]);
    let tools = [folder.join("tools")].into_iter().chain(places());
    command.env("PATH", std::env::join_paths(tools).unwrap()).output().unwrap()
}

/// The records without what tells when they were made.
fn records(output: &Output) -> Vec<Value> {
    let mut records: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    records.iter_mut().for_each(timeless);
    records
}

fn timeless(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !name.ends_with("_at"));
            fields.values_mut().for_each(timeless);
        }
        Value::Array(values) => values.iter_mut().for_each(timeless),
        _ => {}
    }
}

#[test]
fn a_poison_changes_nothing_for_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let takes = folder.path().join("takes");
    film(&takes);
    crashing(&folder.path().join("tools"));
    let without = process(folder.path(), "without");
    // Another content, so that nothing of it was kept.
    let bytes = [fs::read(takes.join("good-03.mp4")).unwrap(), b"\0\0\0\x0cfreeabcd".to_vec()].concat();
    fs::write(takes.join("good-09-poison.mp4"), bytes).unwrap();
    let with = process(folder.path(), "with");
    let errors = text(&with.stderr);
    assert!(errors.contains("decoder_crashed") && errors.contains("good-09-poison.mp4"), "{errors}");
    assert_eq!(records(&without).len(), GOOD as usize, "{}", text(&without.stderr));
    assert_eq!(records(&with), records(&without), "{errors}");
    assert_eq!(with.status.code(), Some(3), "{errors}");
}
