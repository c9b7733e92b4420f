//! What ships is enough: a recording with nothing beside it is heard by the speech model of the checkout.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod command;

use std::fs;

use command::{run, short_take, text};
use serde_json::Value;
use stepreel_core::Transcript;
use stepreel_testkit::word_metric::WordScore;

#[test]
fn what_ships_hears_the_narration_and_names_the_work() {
    let take = short_take();
    let folder = tempfile::tempdir().unwrap();
    // Without the captions that lie beside the take.
    fs::copy(&take.recording, folder.path().join("job.mp4")).unwrap();
    let output = run(folder.path(), &["process", "job.mp4", "--preset", "offline"]);
    assert!(output.status.success(), "{}", text(&output.stderr));

    let report = run(folder.path(), &["report", "job", "--form", "json", "--output", "-"]);
    let record: Value = serde_json::from_slice(&report.stdout).unwrap();
    assert!(record["provenance"].to_string().contains("workshop-en"), "{}", record["provenance"]);

    let transcript: Transcript = serde_json::from_value(record["transcript"].clone()).unwrap();
    let score = WordScore::compare(&transcript, &take.truth);
    let rate = score.error_rate().unwrap();
    assert!(rate < 0.25, "{:.0} % of the words are wrong", 100.0 * rate);
    assert!(score.median_time_error().unwrap().as_secs_f64() < 0.3, "{:?}", score.median_time_error());

    let names: Vec<&str> =
        record["procedures"].as_array().unwrap().iter().filter_map(|it| it["procedure_name"].as_str()).collect();
    assert_eq!(names.len(), take.truth.procedures.len(), "{names:?}");
    assert!(names[0].contains("filter") && names[2].contains("level sensor"), "{names:?}");
}
