//! Every segmenter and every frame encoder keeps its contract.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::path::Path;

use stepreel_core::{Embedding, Evidence, SpanSet, Time, Transcript};
use stepreel_inference::{InferenceError, Runtime};
use stepreel_models::{Library, Manifest};
use stepreel_segmentation::conformance::{self, check_encoder, check_segmenter, sessions};
use stepreel_segmentation::{
    ChangePoint, ChangePointConfig, EncoderConfig, Histogram, Segmenter, SegmenterConfig, Uniform, UniformConfig,
    Weights,
};

#[test]
fn change_point_keeps_the_contract() {
    check_segmenter(&*SegmenterConfig::default().build());
}

#[test]
fn change_point_finds_work_in_what_the_contract_is_checked_on() {
    let segmenter = ChangePoint::new(ChangePointConfig::default());
    assert!(sessions().iter().any(|evidence| segmenter.segment(evidence).segments.len() > 1));
}

/// A clip of ten seconds over and over: whatever goes on in it, each second of it looks like those ten seconds before and after.
#[test]
fn a_looped_clip_is_one_stretch_of_work() {
    let time = |second: u32| Time::from_seconds(f64::from(second));
    let vector = |second: u32| {
        let turn = f64::from(second % 10) / 10.0 * std::f64::consts::TAU;
        vec![0.8, (0.6 * turn.cos()) as f32, (0.6 * turn.sin()) as f32]
    };
    for seconds in [60, 300, 1200] {
        let embeddings = (0..seconds).map(|second| Embedding { time: time(second), vector: vector(second) }).collect();
        let evidence = Evidence { embeddings, ..conformance::nothing(f64::from(seconds)) };
        let found = ChangePoint::new(ChangePointConfig::default()).segment(&evidence).segments;
        assert_eq!(found.len(), 1, "{seconds} s: {found:?}");
    }
}

#[test]
fn evidence_that_has_no_weight_is_as_if_it_were_not_there() {
    let segmented = |weights, evidence: &Evidence| {
        ChangePoint::new(ChangePointConfig { weights, ..ChangePointConfig::default() }).segment(evidence)
    };
    let words = Weights { pictures: 0.0, views: 0.0, motion: 0.0, sound: 0.0, ..Weights::default() };
    let pictures = Weights { sound: 0.0, words: 0.0, cues: 0.0, activity: 0.0, ..Weights::default() };
    for evidence in sessions() {
        let said = Evidence { embeddings: Vec::new(), pictures: Vec::new(), sound: None, ..evidence.clone() };
        let seen = Evidence { sound: None, speech: SpanSet::default(), ..evidence.clone() };
        let seen = Evidence { transcript: Transcript::default(), ..seen };
        assert_eq!(segmented(words, &evidence), segmented(words, &said));
        assert_eq!(segmented(pictures, &evidence), segmented(pictures, &seen));
    }
}

#[test]
fn equal_parts_keep_all_of_the_contract_but_that_no_work_gives_none() {
    for count in [0, 1, 5, 100] {
        let uniform = Uniform::new(UniformConfig { count });
        conformance::segments_lie_in_order_inside_the_session(&uniform);
        conformance::a_session_of_no_length_has_no_segments(&uniform);
    }
}

#[test]
fn histograms_keep_the_contract() {
    check_encoder(&Histogram);
}

/// The checkout's ONNX Runtime, wherever the test was built; another one if the environment says so. It is loaded once a process,
/// so that the encoder takes this one.
fn runtime() -> Result<&'static Runtime, InferenceError> {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.onnxruntime").read_dir().into_iter().flatten();
    let fetched = files.flatten().map(|file| file.path()).max();
    Runtime::load(fetched.filter(|_| std::env::var_os("ORT_DYLIB_PATH").is_none()).as_deref())
}

#[test]
fn an_image_model_keeps_the_contract() {
    runtime().unwrap();
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let library = Library::new(Manifest::known(), vec![models]);
    check_encoder(&*EncoderConfig::default().build(&library).unwrap());
}
