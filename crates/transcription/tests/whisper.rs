//! Whisper as a whole, on a model that babbles: what must hold whatever a model says.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod support;

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::LazyLock;

use stepreel_core::{Device, Digest, SourceError, Span, SpanSet, Transcript, TranscriptSource};
use stepreel_transcription::conformance::{self, silence, sound, voice};
use stepreel_transcription::{TranscribeError, Transcriber, Whisper, WhisperSettings};

use support::{Babbler, MULTILINGUAL};

/// Each window is decoded once, as a babbler never gets better; on one thread, as tests run side by side.
fn once() -> WhisperSettings {
    WhisperSettings { temperature_step: 0.0, threads: NonZeroUsize::new(1), ..WhisperSettings::default() }
}

fn load(babbler: Babbler, settings: WhisperSettings) -> Whisper {
    let (_folder, path) = babbler.file();
    Whisper::load(&path, settings).unwrap()
}

static BABBLER: LazyLock<Whisper> = LazyLock::new(|| load(Babbler::default(), once()));

fn spans(seconds: &[(f64, f64)]) -> SpanSet {
    seconds.iter().filter_map(|&(start, end)| Span::from_seconds(start, end)).collect()
}

fn transcribed(whisper: &Whisper, samples: &[f32], speech: &[(f64, f64)]) -> Transcript {
    whisper.transcribe(sound(samples, 4096), &spans(speech)).unwrap()
}

#[test]
fn it_keeps_the_contract() {
    conformance::check_transcriber(&*BABBLER);
}

#[test]
fn it_says_what_it_is() {
    let sha256 = Digest::new([7; 32]);
    let provenance = load(Babbler::default(), once()).named("babbler", sha256).provenance();
    assert_eq!((provenance.kind.as_str(), provenance.model.as_deref()), ("whisper", Some("babbler")));
    assert_eq!((provenance.model_sha256, provenance.device), (Some(sha256), Some(Device::Cpu)));
    assert!(provenance.settings.starts_with("whisper.cpp 1."), "{}", provenance.settings);
}

#[test]
fn a_transcript_tells_its_source_and_language() {
    let transcript = transcribed(&BABBLER, &voice(80_000), &[(0.0, 5.0)]);
    assert_eq!((transcript.source, transcript.language.as_deref()), (TranscriptSource::Whisper, Some("en")));
    assert!(transcript.utterances.iter().all(|utterance| !utterance.words.is_empty()));
}

#[test]
fn the_same_sound_gives_the_same_words_from_several_threads() {
    let samples = voice(160_000);
    let words = || transcribed(&BABBLER, &samples, &[(0.0, 4.0), (5.0, 9.0)]);
    let expected = words();
    assert!(!expected.utterances.is_empty());
    std::thread::scope(|scope| {
        let others = [0; 2].map(|_| scope.spawn(words));
        for other in others {
            assert_eq!(other.join().unwrap(), expected);
        }
    });
}

#[test]
fn however_many_threads_there_are_the_words_are_the_same() {
    let samples = voice(3 * 28 * 16_000);
    // This one goes round in a loop, so that windows are drawn again, and what is drawn depends on what was drawn before.
    let loops = Babbler { seed: 3, certainty: 3.0, ..Babbler::default() };
    let words = |threads| {
        let drawn = WhisperSettings { temperature_step: 1.0, threads: NonZeroUsize::new(threads), ..once() };
        transcribed(&load(loops, drawn), &samples, &[(0.0, 27.5), (28.0, 55.5), (56.0, 83.5)])
    };
    let expected = words(1);
    assert!(expected.utterances.len() >= 3, "{expected:?}");
    assert_eq!(words(2), expected);
}

#[test]
fn babble_is_kept_and_not_trusted() {
    let guessing = load(Babbler { certainty: 2.0, ..Babbler::default() }, once());
    let transcript = transcribed(&guessing, &voice(160_000), &[(0.0, 4.0), (5.0, 9.0)]);
    assert!(!transcript.utterances.is_empty());
    assert_eq!(transcript.reliable().count(), 0);
}

#[test]
fn silence_without_speech_makes_no_words() {
    let transcript = transcribed(&BABBLER, &silence(160_000), &[]);
    assert_eq!(transcript.utterances, []);
}

#[test]
fn falling_back_to_higher_temperatures_keeps_the_contract() {
    let falling_back = WhisperSettings { temperature_step: 0.5, ..once() };
    conformance::utterances_lie_in_order_inside_speech(&load(Babbler::default(), falling_back));
}

#[test]
fn several_hypotheses_keep_the_contract() {
    let beam = WhisperSettings { beam_size: NonZeroUsize::new(3).unwrap(), ..once() };
    conformance::utterances_lie_in_order_inside_speech(&load(Babbler::default(), beam));
}

#[test]
fn a_glossary_is_shown_to_the_model_before_each_window() {
    let glossary = (0..500).map(|number| format!("flange {number}")).collect();
    let told = load(Babbler::default(), WhisperSettings { glossary, ..once() });
    let samples = [voice(27 * 16_000), voice(27 * 16_000)].concat();
    let speech = [(0.0, 27.0), (27.5, 54.0)];
    let (with, without) = (transcribed(&told, &samples, &speech), transcribed(&BABBLER, &samples, &speech));
    let second = |transcript: &Transcript| {
        let after = transcript.utterances.iter().filter(|utterance| utterance.span.start().seconds() > 27.0);
        after.map(|utterance| utterance.text.clone()).collect::<Vec<_>>()
    };
    assert_ne!(second(&with), second(&without));
}

#[test]
fn a_source_that_is_cancelled_while_a_window_is_decoded_ends_the_decoding() {
    let slow = load(Babbler { width: 256, text_layers: 3, ..Babbler::default() }, once());
    let samples = voice(61 * 16_000);
    // Two windows are full after 60 s, and no third is asked for meanwhile: the end is only met by looking ahead.
    let source = Box::new(sound(&samples, 16_000).chain([Err(SourceError::Cancelled)]));
    let outcome = slow.transcribe(source, &spans(&[(0.0, 120.0)]));
    assert!(matches!(outcome, Err(TranscribeError::Source(SourceError::Cancelled))));
}

#[test]
fn the_language_is_found_out_or_taken_as_told() {
    let speaks = |language: Option<&str>| {
        let settings = WhisperSettings { language: language.map(str::to_owned), ..once() };
        let whisper = load(Babbler { vocabulary: MULTILINGUAL, ..Babbler::default() }, settings);
        transcribed(&whisper, &voice(80_000), &[(0.0, 5.0)]).language.unwrap()
    };
    assert_eq!(speaks(Some("de")), "de");
    assert_eq!(speaks(None).len(), 2);
}

#[test]
fn a_language_that_the_model_lacks_is_refused() {
    let (_folder, path) = Babbler::default().file();
    for (language, remedy) in [("tlhingan", "ISO 639-1"), ("de", "only knows English"), ("e\0n", "ISO 639-1")] {
        let settings = WhisperSettings { language: Some(language.to_owned()), ..once() };
        let error = Whisper::load(&path, settings).unwrap_err().to_string();
        assert!(error.contains(remedy), "{error}");
    }
}

#[test]
fn a_model_that_computes_no_numbers_is_named_and_not_believed() {
    let (_folder, path) = Babbler { certainty: f32::NAN, ..Babbler::default() }.file();
    let broken = Whisper::load(&path, once()).unwrap();
    let error = broken.transcribe(sound(&voice(80_000), 4096), &spans(&[(0.0, 5.0)])).unwrap_err();
    assert!(matches!(error, TranscribeError::Nonsense { .. }), "{error}");
    assert!(error.to_string().contains("ggml-babbler.bin"), "{error}");
}

/// What loading says about a model file with that content.
fn refusal(content: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content).unwrap();
    let error = Whisper::load(file.path(), once()).unwrap_err().to_string();
    assert!(error.contains(file.path().to_str().unwrap()) && !error.contains('\n'), "{error}");
    error
}

#[test]
fn damaged_files_are_refused_in_one_line_that_names_them() {
    let whole = Babbler::default().bytes();
    let patched = |at: usize, number: i32| {
        let mut bytes = whole.clone();
        bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
        bytes
    };
    for (content, problem) in [
        (Vec::new(), "ends early, inside its mark"),
        (b"# A text file about whispering".to_vec(), "does not begin with ggml's mark"),
        (whole[..20].to_vec(), "ends early, inside its number of audio layers"),
        (whole[..100_000].to_vec(), "ends early"),
        (whole[..whole.len() - 1].to_vec(), "ends early, inside its tensor decoder.blocks.0.mlp.2.bias"),
        ([&whole[..], b"more"].concat(), "number of a tensor's dimensions"),
        (patched(4, 1 << 30), "number of tokens is 1073741824"),
        (patched(12, -5), "audio width is -5"),
        (patched(16, 3), "3 heads for a width of 32"),
        (patched(20, 2), "tensors instead of"),
        (patched(44, 99), "kind of numbers is 99"),
        (patched(52, i32::MAX), "width of a mel filter"),
    ] {
        let error = refusal(&content);
        assert!(error.contains(problem) && error.contains("fetch it again"), "{error}");
    }
}

#[test]
fn a_missing_file_and_a_folder_are_refused() {
    let missing = Whisper::load(Path::new("no/such/model.bin"), once()).unwrap_err();
    assert!(matches!(missing, TranscribeError::ModelFile { .. }) && missing.to_string().contains("no/such/model.bin"));
    assert!(Whisper::load(&std::env::temp_dir(), once()).is_err());
}
