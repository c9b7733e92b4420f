//! The encoder gives what BERT in numpy gives of the same weights (`models/training/text`).
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use stepreel_core::Device;
use stepreel_embedding::{EmbeddingError, SentenceEncoder};
use stepreel_inference::{Engine, Runtime};
use stepreel_models::{Library, Located, Manifest, digest_of};
use stepreel_retrieval::{Embedding, TextEncoder};

#[derive(Deserialize)]
struct Expected {
    text: String,
    embedding: Vec<f32>,
}

fn tiny() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tiny")
}

fn engine() -> Engine {
    Runtime::load(None).unwrap().on(Device::Cpu).unwrap()
}

/// As a library locates an encoder in that folder.
fn located(folder: &Path) -> Located {
    let path = folder.join("model.onnx");
    Located { name: "tiny".to_owned(), sha256: digest_of(&path).unwrap(), path, entry: None }
}

fn expected() -> Vec<Expected> {
    serde_json::from_str(&fs::read_to_string(tiny().join("expected.json")).unwrap()).unwrap()
}

#[test]
fn vectors_are_those_of_another_implementation() {
    let encoder = SentenceEncoder::load(engine(), &located(&tiny())).unwrap();
    let expected = expected();
    let texts: Vec<&str> = expected.iter().map(|expected| expected.text.as_str()).collect();
    let found = encoder.encode(&texts).unwrap();
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        let nearness = found.nearness(&Embedding::new(&expected.embedding));
        assert!(nearness > 0.9995, "{:?}: {nearness}", &expected.text[..expected.text.len().min(40)]);
    }
    let apart = found[0].nearness(&found[2]);
    assert!(apart < 0.99, "texts are told apart: {apart}");
}

#[test]
fn its_name_tells_its_weights() {
    let encoder = SentenceEncoder::load(engine(), &located(&tiny())).unwrap();
    let (name, hash) = encoder.name().split_once('@').unwrap();
    assert_eq!((name, hash.len()), ("tiny", 16));
    assert!(located(&tiny()).sha256.to_string().starts_with(hash));
}

#[test]
fn what_is_no_encoder_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let load = || SentenceEncoder::load(engine(), &located(folder.path())).err().unwrap();
    let copy = |name: &str| fs::copy(tiny().join(name), folder.path().join(name)).unwrap();
    copy("model.onnx");
    let error = load();
    assert!(matches!(&error, EmbeddingError::Tokenizer { path, .. } if path.ends_with("tokenizer.json")), "{error}");
    copy("tokenizer.json");
    fs::write(folder.path().join("model.onnx"), b"no model").unwrap();
    assert!(load().to_string().contains("model.onnx"));
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/mobilenet-v1-int8");
    fs::copy(pictures.join("mobilenet_v1_block11_192x96_int8.onnx"), folder.path().join("model.onnx")).unwrap();
    assert!(load().to_string().contains("input_ids"), "{}", load());
}

#[test]
fn an_encoder_that_is_not_here_is_told_how_to_get() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::new(Manifest::known(), vec![folder.path().to_owned()]);
    let error = SentenceEncoder::find(&library, "all-minilm-l6-v2").err().unwrap().to_string();
    assert!(error.contains("stepreel models pull all-minilm-l6-v2"), "{error}");
}
