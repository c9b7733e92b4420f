//! The doctor tells what decodes, and how it is confined.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod command;

use std::fs;

use command::{run, text};

#[test]
fn each_layer_is_enforced_or_absent_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["doctor"]);
    let said = text(&output.stdout);
    assert!(said.starts_with("ffmpeg "), "{said}");
    for layer in ["lists of formats", "privileges", "namespaces", "resource limits", "files (Landlock)", "system calls"]
    {
        let line = said.lines().find(|line| line.trim_start().starts_with(layer)).unwrap();
        assert!(line.ends_with("enforced") || line.contains("absent"), "{line}");
    }
    assert_eq!(output.status.success(), !said.contains("absent, and required"), "{said}");
}

#[test]
fn a_wrong_confinement_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("c.toml"), "[decoding]\nconfinement = \"some\"\n").unwrap();
    let output = run(folder.path(), &["doctor", "--config", "c.toml"]);
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(["c.toml", "line 2", "some", "required"].iter().all(|word| errors.contains(word)), "{errors}");
}

#[test]
fn what_is_switched_off_is_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("c.toml"), "[decoding]\nconfinement = \"none\"\n").unwrap();
    let output = run(folder.path(), &["doctor", "--config", "c.toml"]);
    assert!(output.status.success());
    assert!(text(&output.stdout).contains("off"), "{}", text(&output.stdout));
}
