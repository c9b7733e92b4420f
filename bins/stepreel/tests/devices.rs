//! Where models run: what is asked for, what is told, what is stored.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod command;

use std::fs;
use std::path::Path;

use command::{run, short_take, stepreel, text};
use serde_json::Value;

/// The last line on the error output of a run with that configuration, which ends with the code of a wrong configuration.
fn refusal(folder: &Path, config: &str) -> String {
    fs::write(folder.join("c.toml"), config).unwrap();
    let output = stepreel(folder, &["process", "x.mp4", "--config", "c.toml"]).env("STEPREEL_MODELS", folder).output();
    let output = output.unwrap();
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{config}: {errors}");
    errors.lines().last().unwrap_or_default().to_owned()
}

fn check(line: &str, words: &[&str]) {
    for word in words {
        assert!(line.contains(word), "\"{word}\" is not in: {line}");
    }
}

#[test]
fn what_is_no_device_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    for wrong in ["cuda:x", "gpu"] {
        let line = refusal(folder.path(), &format!("[inference]\ndevice = \"{wrong}\"\n"));
        check(&line, &["c.toml", "line 2", wrong, "\"cpu\"", "\"cuda:0\"", "\"auto\""]);
    }
}

#[test]
fn a_gpu_that_onnx_runtime_lacks_is_an_error_that_names_the_library_to_take() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("c.toml"), "[inference]\ndevice = \"cuda:0\"\n").unwrap();
    let output = run(folder.path(), &["process", "x.mp4", "--config", "c.toml"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    check(
        text(&output.stderr).trim_end(),
        &["stepreel: ", "mobilenet-v1-int8", "cuda:0", "ORT_DYLIB_PATH", "onnxruntime-gpu"],
    );
}

#[test]
fn a_gpu_that_whisper_was_not_built_for_is_an_error_that_names_the_feature() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ggml-mine.bin"), "never read: the device comes first").unwrap();
    let speech = "[transcriber]\nkind = \"whisper\"\nmodel = \"mine\"\n";
    let line =
        refusal(folder.path(), &format!("[encoder]\nkind = \"histogram\"\n{speech}[inference]\ndevice = \"cuda:0\"\n"));
    check(&line, &["cuda:0", "--features cuda"]);
}

#[test]
fn without_a_model_any_device_will_do() {
    let folder = tempfile::tempdir().unwrap();
    let config =
        "[encoder]\nkind = \"histogram\"\n[transcriber]\nkind = \"captions\"\n[inference]\ndevice = \"cuda:0\"\n";
    fs::write(folder.path().join("c.toml"), config).unwrap();
    let output =
        stepreel(folder.path(), &["process", "--config", "c.toml"]).arg(&short_take().recording).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn auto_tells_what_it_chose_and_why_and_the_record_has_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("c.toml"), "[inference]\ndevice = \"auto\"\n").unwrap();
    let output =
        stepreel(folder.path(), &["process", "--config", "c.toml"]).arg(&short_take().recording).output().unwrap();
    let errors = text(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let line = errors.lines().find(|line| line.contains("auto")).unwrap_or_default();
    check(line, &["the encoder runs on cpu", "cuda:0", "built without CUDA", "onnxruntime-gpu"]);

    let report = run(folder.path(), &["report", "short-job", "--form", "json", "--output", "-"]);
    let record: Value = serde_json::from_slice(&report.stdout).unwrap();
    let stages = record["provenance"]["stages"].as_array().unwrap();
    let encoder = stages.iter().find(|stage| stage["stage"] == "encoder").unwrap();
    assert_eq!(encoder["device"], "cpu", "{encoder}");
    assert!(record["provenance"]["configuration"].as_str().unwrap().contains("device = \"auto\""));
}

#[test]
fn the_processor_is_used_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let output = stepreel(folder.path(), &["process"]).arg(&short_take().recording).output().unwrap();
    assert!(output.status.success() && !text(&output.stderr).contains("cpu"), "{}", text(&output.stderr));
}
