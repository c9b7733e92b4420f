//! Model files that are damaged, or were made to do harm: each is refused in one line, or runs. whisper.cpp ends the process on much of
//! this, so that a file which slips through fails the whole test.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]
#![allow(clippy::print_stdout, reason = "counts are what it prints")]

#[allow(dead_code, reason = "each test uses its own part of this")]
mod support;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use stepreel_core::{Span, SpanSet};
use stepreel_testkit::{mutated, mutations};
use stepreel_transcription::conformance::{sound, voice};
use stepreel_transcription::{TranscribeError, Transcriber, Whisper, WhisperSettings};

use support::Babbler;

/// What one file may take to be refused, or to load and transcribe a second.
const LONGEST: Duration = Duration::from_mins(1);

fn load(path: &Path) -> Result<Whisper, TranscribeError> {
    let settings =
        WhisperSettings { temperature_step: 0.0, threads: NonZeroUsize::new(1), ..WhisperSettings::default() };
    Whisper::load(path, settings)
}

fn models_of_the_corpora() -> Vec<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("STEPREEL_DATA").map_or(beside, PathBuf::from);
    let files = data.join("corpora/synthetic/models").read_dir().unwrap().map(|file| file.unwrap().path());
    files.filter(|path| path.extension().is_none_or(|ending| ending != "onnx")).collect()
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn models_that_were_made_to_do_harm_are_refused() {
    let models = models_of_the_corpora();
    assert!(models.len() >= 6, "{models:?}");
    for path in models {
        let began = Instant::now();
        let error = load(&path).unwrap_err().to_string();
        println!("{error}");
        assert!(error.contains(path.to_str().unwrap()) && !error.contains('\n'), "{error}");
        assert!(began.elapsed() < LONGEST, "{}", path.display());
    }
}

#[test]
fn damaged_models_are_refused_or_run() {
    let whole = [("babbler".to_owned(), Babbler::default().bytes())];
    let folder = tempfile::tempdir().unwrap();
    let (path, second) = (folder.path().join("mutated.bin"), SpanSet::from_iter(Span::from_seconds(0.0, 1.0)));
    let (mut refused, mut ran) = (0, 0);
    for number in 0..mutations(60) {
        let (name, bytes) = mutated(&whole, number);
        std::fs::write(&path, bytes).unwrap();
        let began = Instant::now();
        match load(&path) {
            // Nonsense is an error, which is as good.
            Ok(whisper) => ran += u32::from(whisper.transcribe(sound(&voice(16_000), 4096), &second).is_ok()),
            Err(error) => {
                refused += 1;
                assert!(error.to_string().contains("mutated.bin"), "{name}: {error}");
            }
        }
        assert!(began.elapsed() < LONGEST, "{name}");
    }
    println!("{refused} refused, {ran} transcribed a second");
    assert!(refused > 0 && ran > 0);
}
