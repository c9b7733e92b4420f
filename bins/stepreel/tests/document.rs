//! From a recording to documents that can be handed on.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod command;

use std::fs;
use std::path::Path;

use command::{run, short_take, text};
use serde_json::Value;

/// A folder with a processed session called "job", whose words come from captions.
fn processed() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let recording = &short_take().recording;
    for ending in ["mp4", "vtt"] {
        fs::copy(recording.with_extension(ending), folder.path().join("job").with_extension(ending)).unwrap();
    }
    fs::write(folder.path().join("light.toml"), "[encoder]\nkind = \"histogram\"\n").unwrap();
    let output = run(folder.path(), &["process", "job.mp4", "--config", "light.toml", "--engineer", "Zoë"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    folder
}

fn document(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = run(folder, &[&["document"], arguments].concat());
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    output.stdout
}

fn refused(folder: &Path, arguments: &[&str], code: i32, what: &str) {
    let output = run(folder, &[&["document"], arguments].concat());
    let told = text(&output.stderr);
    assert!(output.status.code() == Some(code) && told.contains(what), "{arguments:?}: {told}");
}

#[test]
fn a_session_is_handed_on_in_every_form() {
    let folder = processed();
    let folder = folder.path();
    let json = run(folder, &["report", "job", "--form", "json", "--output", "-"]).stdout;
    let record: Value = serde_json::from_slice(&json).unwrap();
    let procedures = record["procedures"].as_array().unwrap();
    let steps: usize = procedures.iter().map(|p| p["description"].as_str().unwrap().lines().count()).sum();
    assert!(procedures.len() >= 2 && steps >= 4, "{record}");

    document(folder, &["job", "--output", "handed on.html"]);
    let page = fs::read_to_string(folder.join("handed on.html")).unwrap();
    assert_eq!(page.matches("<img src=\"data:image/jpeg;base64,").count(), steps, "a step has no picture");
    assert!(page.contains("href=\"handed%20on-clips/") && page.contains("Zoë (trainer)"), "{page}");
    assert_eq!(fs::read_dir(folder.join("handed on-clips")).unwrap().count(), procedures.len());

    document(folder, &["job", "--format", "md", "--procedure", "1"]);
    let title = procedures[0]["procedure_name"].as_str().unwrap();
    let written = fs::read_to_string(folder.join(format!("{title}.md"))).unwrap();
    assert!(written.starts_with(&format!("# {title}\n")), "{written}");
    let first = fs::read(folder.join(format!("{title}-pictures/1-1.jpg"))).unwrap();
    assert!(first.starts_with(&[0xff, 0xd8]));

    assert!(document(folder, &["job", "--form", "pdf", "--no-pictures", "--output", "-"]).starts_with(b"%PDF"));
    assert!(document(folder, &["job", "--form", "docx", "--no-pictures", "--output", "-"]).starts_with(b"PK"));
    let linked = document(folder, &["job", "--no-pictures", "--site", "https://stepreel.example/", "--output", "-"]);
    assert!(text(&linked).contains("href=\"https://stepreel.example/sessions/") && !text(&linked).contains("<img"));

    refused(folder, &["job", "--procedure", "99"], 2, "no procedure \"99\"");
    refused(folder, &["--group", "00"], 2, "`stepreel groups` lists");
    refused(folder, &["job", "--form", "pdf", "--font", "light.toml"], 2, "is no font");
    fs::remove_dir_all(folder.join("store/blobs")).unwrap();
    refused(folder, &["job"], 4, "process the recording again");
}

#[test]
fn one_session_has_no_groups_and_a_command_without_a_session_is_told() {
    let folder = tempfile::tempdir().unwrap();
    refused(folder.path(), &[], 2, "SESSION");
    let nowhere = run(folder.path(), &["groups"]);
    assert_eq!(nowhere.status.code(), Some(4), "{}", text(&nowhere.stderr));
}
