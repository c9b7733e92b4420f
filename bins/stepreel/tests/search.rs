//! Searching what is stored, from the command line.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod command;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use command::{run, stepreel, text};
use serde_json::Value;
use stepreel_models::digest_of;
use stepreel_storage::conformance::completed;
use stepreel_storage::{Sqlite, Store};

/// A store with "Replace the fuel filter" twice: approved, and excluded.
fn stored(folder: &Path) {
    let record = completed(&"local".parse().unwrap(), 7);
    std::fs::create_dir(folder.join("store")).unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Sqlite::open(&folder.join("store/stepreel.db")).await.unwrap();
        let epoch = store.begin(&record.session).await.unwrap();
        store.finish(&record, epoch).await.unwrap();
        store.close().await;
    });
}

fn found(folder: &Path, arguments: &[&str]) -> Vec<Value> {
    let output = run(folder, &[&["search", "--json"], arguments].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_question_finds_the_clip_and_when_it_was_said() {
    let folder = tempfile::tempdir().unwrap();
    stored(folder.path());
    let answers = found(folder.path(), &["um how do i close the valve when swapping a fuel filter"]);
    assert_eq!(answers.len(), 1, "{answers:?}");
    let best = &answers[0];
    assert_eq!(
        (best["title"].as_str(), best["sentence"].as_str()),
        (Some("Replace the fuel filter 1"), Some("Now we close the valve."))
    );
    assert_eq!((best["said_at_seconds"].as_f64(), best["status"].as_str()), (Some(100.2), Some("approved")));
    assert!(best["clip"].as_str().unwrap().ends_with("1.mp4"), "{best}");
    assert_eq!(found(folder.path(), &["--all", "fuel filter"]).len(), 2);
    let shown = text(&run(folder.path(), &["search", "fuel", "filter"]).stdout);
    assert!(shown.starts_with("1. Replace the fuel filter 1  ("), "{shown}");
}

#[test]
fn a_question_about_something_else_finds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    stored(folder.path());
    assert_eq!(found(folder.path(), &["who won the football match"]), Vec::<Value>::new());
    assert_eq!(text(&run(folder.path(), &["search", "who won the match"]).stdout), "Nothing found.\n");
}

/// A folder of models with the encoder of the tests of `stepreel-embedding`.
fn models(folder: &Path) -> PathBuf {
    let tiny = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/embedding/tests/tiny");
    let models = folder.join("models");
    std::fs::create_dir_all(models.join("tiny")).unwrap();
    let mut files = String::new();
    for name in ["model.onnx", "tokenizer.json"] {
        let sha256 = digest_of(&tiny.join(name)).unwrap();
        std::fs::copy(tiny.join(name), models.join("tiny").join(name)).unwrap();
        write!(files, "{{ file = \"tiny/{name}\", sha256 = \"{sha256}\" }}, ").unwrap();
    }
    let entry = format!(
        "[tiny-encoder]\nrole = \"text_encoder\"\nsummary = \"tiny\"\nfiles = [{files}]\nlicence = \"Apache-2.0\"\nsource = \"tests\"\n"
    );
    std::fs::write(models.join("added.toml"), entry).unwrap();
    models
}

#[test]
fn a_text_encoder_has_a_say_if_it_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    stored(folder.path());
    let models = models(folder.path());
    let asked = |encoder: &str| {
        let arguments = ["search", "--json", "--all", "--encoder", encoder, "replace the fuel filter"];
        stepreel(folder.path(), &arguments).env("STEPREEL_MODELS", &models).output().unwrap()
    };
    for _ in 0..2 {
        let output = asked("tiny-encoder");
        assert!(output.status.success(), "{}", text(&output.stderr));
        let answers: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        let ranks = |name: &str| -> Vec<Option<u64>> { answers.iter().map(|answer| answer[name].as_u64()).collect() };
        assert_eq!((ranks("rank"), ranks("rank_by_words")), (vec![Some(1), Some(2)], vec![Some(1), Some(2)]));
        let mut by_meaning = ranks("rank_by_meaning");
        by_meaning.sort_unstable();
        assert_eq!(by_meaning, [Some(1), Some(2)], "all was read");
    }
    assert_eq!(found(folder.path(), &["fuel filter"])[0]["rank_by_meaning"], Value::Null, "it has none unasked");
    for (encoder, told) in [("all-minilm-l6-v2", "stepreel models pull all-minilm-l6-v2"), ("huge", "all-minilm-l6-v2")]
    {
        let output = asked(encoder);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(told), "{}", text(&output.stderr));
    }
}

#[test]
fn words_of_ones_own_are_set_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    stored(folder.path());
    assert!(found(folder.path(), &["the golden strainer thingy"]).is_empty());
    std::fs::write(folder.path().join("words.txt"), "golden strainer, fuel filter\n").unwrap();
    assert!(run(folder.path(), &["glossary", "words.txt"]).status.success());
    assert_eq!(text(&run(folder.path(), &["glossary"]).stdout), "golden strainer, fuel filter\n");
    assert_eq!(found(folder.path(), &["golden strainer"]).len(), 1);
    std::fs::write(folder.path().join("words.txt"), "lonely\n").unwrap();
    let wrong = run(folder.path(), &["glossary", "words.txt"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", text(&wrong.stderr));
    assert!(text(&wrong.stderr).contains("line 1"), "{}", text(&wrong.stderr));
}
