//! The title metric gives what the reference scorer gives, on every row of the naming data.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use stepreel_testkit::title_metric::{Reference, TitleScore, score_title};

fn data() -> PathBuf {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("STEPREEL_DATA").map_or_else(beside, PathBuf::from)
}

/// Scores the titles of each row with the reference scorer.
const REFERENCE: &str = "
import json, sys
sys.path.insert(0, sys.argv[1])
from naming_metric import score
rows = [json.loads(line) for line in open(sys.argv[2], encoding='utf-8')]
titles = json.load(open(sys.argv[3], encoding='utf-8'))
json.dump([[score(title, row) for title in of_row] for row, of_row in zip(rows, titles)], sys.stdout)
";

fn reference(rows: &Path, titles: &[Vec<String>]) -> Vec<Vec<Value>> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("titles.json");
    fs::write(&file, serde_json::to_string(titles).unwrap()).unwrap();
    let scorer = data().join("../eval");
    let output = Command::new("python3").args(["-c", REFERENCE]).args([&scorer, rows, &file]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "python3 needs the package snowballstemmer, which ./x test brings: {told}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn rows(file: &Path) -> Vec<Value> {
    fs::read_to_string(file).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_default()
}

/// What a namer might say: the human title, the imperative, the first words that were said, and the title of other work.
fn titles(row: &Value, other: &Value) -> Vec<String> {
    let first_words = text(row, "steps_text").split_whitespace().take(6).collect::<Vec<_>>().join(" ");
    let written = [text(row, "human_title"), text(row, "title_imperative"), text(other, "human_title")];
    written.map(str::to_owned).into_iter().chain([first_words]).collect()
}

fn score(title: &str, row: &Value) -> TitleScore {
    let reference = Reference {
        title: text(row, "human_title"),
        imperative: row["title_imperative"].as_str(),
        device: row["device"].as_str(),
        transcript: text(row, "steps_text"),
    };
    score_title(title, &reference)
}

/// All values with four digits, under the names of the reference scorer.
fn four_digits(score: &TitleScore) -> Vec<(&'static str, Option<i64>)> {
    let flag = |value: bool| Some(f64::from(u8::from(value)));
    let values = [
        ("content_f1", Some(score.content_f1)),
        ("object_f1", Some(score.object_f1)),
        ("verb_ok", score.verb_ok.and_then(flag)),
        ("rouge1", Some(score.rouge1)),
        ("rougeL", Some(score.rouge_l)),
        ("exact", flag(score.exact)),
        ("grounded", Some(score.grounded)),
        ("len_ok", flag(score.length_ok)),
    ];
    values.into_iter().map(|(name, value)| (name, value.map(ten_thousandths))).collect()
}

fn ten_thousandths(value: f64) -> i64 {
    (value * 1e4).round() as i64
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn every_row_is_scored_as_the_reference_scores_it() {
    let file = data().join("naming/public.jsonl");
    let rows = rows(&file);
    assert_eq!(rows.len(), 410);
    let titles: Vec<Vec<String>> =
        (0..rows.len()).map(|index| titles(&rows[index], &rows[(index + 1) % rows.len()])).collect();
    let expected = reference(&file, &titles);
    for ((row, titles), expected) in rows.iter().zip(&titles).zip(&expected) {
        for (title, expected) in titles.iter().zip(expected) {
            for (name, value) in four_digits(&score(title, row)) {
                let expected = expected[name].as_f64().map(ten_thousandths);
                assert_eq!(value, expected, "{name} of \"{title}\" for \"{}\"", text(row, "human_title"));
            }
        }
    }
}
