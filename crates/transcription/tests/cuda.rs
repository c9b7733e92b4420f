//! Whisper on a real GPU: `cargo test -p stepreel-transcription --features cuda --test cuda -- --ignored`.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[allow(dead_code, reason = "each test uses its own part of this")]
mod support;

use std::path::Path;

use stepreel_core::{Device, Span, SpanSet, Transcript};
use stepreel_transcription::conformance::{self, sound, voice};
use stepreel_transcription::{TranscribeError, Transcriber, Whisper, WhisperSettings};

use support::Babbler;

const GPU: Device = Device::Cuda(0);

fn load(device: Device, path: &Path) -> Result<Whisper, TranscribeError> {
    Whisper::load_on(device, path, WhisperSettings { temperature_step: 0.0, ..WhisperSettings::default() })
}

fn words(whisper: &Whisper) -> Transcript {
    let speech: SpanSet = Span::from_seconds(0.0, 5.0).into_iter().collect();
    whisper.transcribe(sound(&voice(80_000), 4096), &speech).unwrap()
}

#[test]
#[ignore = "needs an NVIDIA GPU and the feature cuda"]
fn whisper_keeps_the_contract_on_a_gpu() {
    let (_folder, path) = Babbler::default().file();
    let whisper = load(GPU, &path).unwrap();
    assert_eq!(whisper.provenance().device, Some(GPU));
    conformance::check_transcriber(&whisper);
}

#[test]
#[ignore = "needs an NVIDIA GPU and the feature cuda"]
fn a_sure_model_says_on_a_gpu_what_it_says_on_the_processor() {
    let (_folder, path) = Babbler { certainty: 8.0, ..Babbler::default() }.file();
    let (gpu, cpu) = (words(&load(GPU, &path).unwrap()), words(&load(Device::Cpu, &path).unwrap()));
    let first = |transcript: &Transcript| transcript.utterances[0].words[0].text.clone();
    assert_eq!(first(&gpu), first(&cpu));
}

#[test]
#[ignore = "needs an NVIDIA GPU and the feature cuda"]
fn a_model_that_computes_no_numbers_on_a_gpu_is_refused_when_it_is_loaded() {
    let (_folder, path) = Babbler { certainty: f32::NAN, ..Babbler::default() }.file();
    let error = load(GPU, &path).unwrap_err().to_string();
    assert!(error.contains("cuda:0") && error.contains("only 0 are numbers"), "{error}");
}
