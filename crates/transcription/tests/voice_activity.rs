//! The detectors as wholes.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::path::{Path, PathBuf};

use stepreel_core::{SpanSet, Time};
use stepreel_models::{Addition, Before, Library, Manifest, Puller, Role, Settings};
use stepreel_transcription::conformance::{self, noise, silence, sound, voice};
use stepreel_transcription::{
    Earshot, EnergyGate, Gate, OnnxVoiceConfig, Silent, Silero, TranscribeError, VoiceActivity, VoiceActivityConfig,
};

fn speech(detector: &dyn VoiceActivity, samples: &[f32]) -> SpanSet {
    detector.speech(sound(samples, 4096)).unwrap()
}

#[test]
fn silero_keeps_the_contract() {
    conformance::check_voice_activity(&Silero::default());
}

#[test]
fn earshot_keeps_the_contract() {
    conformance::check_voice_activity(&Earshot::default());
}

#[test]
fn the_energy_gate_keeps_the_contract() {
    conformance::check_voice_activity(&EnergyGate::default());
}

#[test]
fn a_transcriber_that_hears_nothing_keeps_the_contract() {
    conformance::check_transcriber(&Silent);
}

#[test]
fn a_voice_between_silences_is_found_where_it_is() {
    let samples = [silence(32_000), voice(64_000), silence(32_000)].concat();
    for detector in [&Silero::default() as &dyn VoiceActivity, &EnergyGate::default()] {
        let found = speech(detector, &samples);
        let [span] = found.spans() else { panic!("{found:?} by {}", detector.provenance().kind) };
        assert!(span.start().distance(Time::from_seconds(2.0)).as_secs_f64() < 0.5, "{span}");
        assert!(span.end().distance(Time::from_seconds(6.0)).as_secs_f64() < 0.5, "{span}");
    }
}

#[test]
fn steady_noise_is_no_voice() {
    for detector in [&Silero::default() as &dyn VoiceActivity, &EnergyGate::default()] {
        let settled = [noise(320_000), silence(16_000)].concat();
        let share = speech(detector, &settled).duration().as_secs_f64() / 20.0;
        assert!(share < 0.2, "{share} by {}", detector.provenance().kind);
    }
}

/// The detector of a model file that was added under the name "ours".
fn of_a_file(home: &Path, file: &Path) -> Result<Box<dyn VoiceActivity>, TranscribeError> {
    let open = || Library::new(Manifest::known(), Vec::new()).with_home(home.to_owned()).unwrap();
    let addition = Addition {
        name: "ours".to_owned(),
        origin: file.to_string_lossy().into_owned(),
        role: Role::VoiceActivity,
        input: None,
        sha256: None,
        licence: None,
        summary: None,
        before: Before::Kept,
    };
    Puller::new(&open(), &Settings::default()).unwrap().add(&addition, &mut |_| {}).unwrap();
    VoiceActivityConfig::Onnx(OnnxVoiceConfig { model: "ours".to_owned(), gate: Gate::default() }).build(&open())
}

#[test]
fn a_model_that_hears_no_voices_is_refused_with_what_was_expected_and_found() {
    let home = tempfile::tempdir().unwrap();
    let pictures = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/mobilenet-v1/mobilenet_v1_1.0_224_embedder.onnx");
    let error = of_a_file(home.path(), Path::new(pictures)).err().unwrap();
    let said = std::iter::successors(Some(&error as &dyn std::error::Error), |&error| error.source());
    let said = said.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    assert!(said.contains("\"ours\"") && said.contains("1x3x224x224") && said.contains("1x576"), "{said}");
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn silero_by_its_file_hears_what_silero_in_the_crate_hears() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let data = std::env::var_os("STEPREEL_DATA").map_or(PathBuf::from(beside), PathBuf::from);
    let home = tempfile::tempdir().unwrap();
    let detector = of_a_file(home.path(), &data.join("models/silero_vad/silero_vad.onnx")).unwrap();
    assert_eq!(detector.provenance().model.as_deref(), Some("ours"));
    conformance::check_voice_activity(&*detector);
    let samples = [silence(32_000), voice(64_000), noise(32_000), voice(20_000), silence(32_000)].concat();
    let (by_file, in_crate) = (speech(&*detector, &samples), speech(&Silero::default(), &samples));
    assert_eq!(by_file, in_crate);
    assert!(!by_file.spans().is_empty());
}
