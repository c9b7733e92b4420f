//! Measures how well a Whisper model recognises what is said in labelled sound.
//!
//! ```text
//! cargo run --release -p stepreel-transcription --example measure_words -- MODEL FOLDER...
//! ```
//! A folder holds recordings with their `NAME.truth.json` beside them, in the testkit's form, as `models/training/speech/sessions.py` makes them;
//! where the truth holds no words, what is recognised is false. With `STEPREEL_DATA` it also measures real voices: `jfk` and 8 sentences
//! of `LJSpeech`.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

use std::error::Error;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use stepreel_core::{SoundSource, Transcript};
use stepreel_media::Recording;
use stepreel_testkit::Truth;
use stepreel_testkit::word_metric::WordScore;
use stepreel_transcription::{Silero, Transcriber, VoiceActivity, Whisper, WhisperSettings};

type Done<T> = Result<T, Box<dyn Error>>;

fn main() -> Done<()> {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let model = arguments.next().ok_or("which model, and which folders of sessions?")?;
    // As the preset `offline` has it.
    let beam_size = NonZeroUsize::new(5).ok_or("no beam")?;
    let settings = WhisperSettings { language: Some("en".to_owned()), beam_size, ..WhisperSettings::default() };
    let whisper = Whisper::load(&model, settings)?;
    println!(
        "| set | minutes | words | word error rate | word times off, median | false words a minute | trusted | certainty | real time |"
    );
    for folder in arguments {
        let sessions = sessions(&folder)?;
        report(&whisper, &folder.file_name().unwrap_or_default().to_string_lossy(), &sessions)?;
    }
    if let Some(data) = std::env::var_os("STEPREEL_DATA") {
        let speech = PathBuf::from(data).join("speech");
        report(&whisper, "jfk", &[(speech.join("jfk/jfk.flac"), truth("jfk", JFK)?)])?;
        report(&whisper, "ljspeech", &ljspeech(&speech.join("ljspeech32"))?)?;
    }
    Ok(())
}

/// Inaugural address of John F. Kennedy, 1961: in the public domain.
const JFK: &str =
    "And so, my fellow Americans, ask not what your country can do for you, ask what you can do for your country.";

/// The recordings of a folder with their truth.
fn sessions(folder: &Path) -> Done<Vec<(PathBuf, Truth)>> {
    let mut sessions = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".truth.json") {
            let truth: Truth = serde_json::from_slice(&fs::read(&path)?)?;
            let recording = truth.recording.clone().ok_or("a truth names no recording")?;
            sessions.push((folder.join(recording), truth));
        }
    }
    sessions.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(sessions)
}

/// Read sentences; only their text is known.
fn ljspeech(folder: &Path) -> Done<Vec<(PathBuf, Truth)>> {
    let metadata = fs::read_to_string(folder.join("metadata.csv"))?;
    let sentence = |line: &str| {
        let mut fields = line.split('|');
        let (name, text) = (fields.next()?, fields.next_back()?);
        let recording = folder.join("flac").join(format!("{name}.flac"));
        recording.is_file().then(|| truth(name, text).map(|truth| (recording, truth)))
    };
    metadata.lines().filter_map(sentence).collect()
}

/// A session of which the text is known and not when it is said.
fn truth(name: &str, text: &str) -> Done<Truth> {
    let utterances = serde_json::json!([{ "span": { "start": 0.0, "end": 60.0 }, "text": text }]);
    let truth = serde_json::json!({ "name": name, "duration": 60.0, "procedures": [], "utterances": utterances });
    Ok(serde_json::from_value(truth)?)
}

fn report(whisper: &Whisper, name: &str, sessions: &[(PathBuf, Truth)]) -> Done<()> {
    let (mut scores, mut minutes, mut took) = (Vec::new(), 0.0, Duration::ZERO);
    let (mut trusted, mut heard) = (0, 0);
    let (mut logs, mut words) = (0.0, 0.0);
    for (path, truth) in sessions {
        let began = Instant::now();
        let transcript = transcribe(whisper, path)?;
        took += began.elapsed();
        minutes += Recording::open(path)?.info().duration.as_secs_f64() / 60.0;
        trusted += transcript.reliable().count();
        heard += transcript.utterances.len();
        for utterance in &transcript.utterances {
            let count = utterance.text.split_whitespace().count() as f32;
            logs += utterance.log_probability.unwrap_or_default() * count;
            words += count;
        }
        scores.push(WordScore::compare(&transcript, truth));
    }
    let score: WordScore = scores.iter().sum();
    let rate = score.error_rate().map_or("-".to_owned(), |rate| format!("{:.1} %", 100.0 * rate));
    let timed = sessions.iter().all(|(_, truth)| truth.recording.is_some());
    let off = score.median_time_error().filter(|_| timed);
    let off = off.map_or("-".to_owned(), |off| format!("{:.2} s", off.as_secs_f64()));
    let invented = if score.said == 0 { format!("{:.2}", score.errors as f64 / minutes) } else { "-".to_owned() };
    let sure = if words > 0.0 { format!("{:.0} %", 100.0 * (logs / words).exp()) } else { "-".to_owned() };
    let pace = minutes * 60.0 / took.as_secs_f64();
    println!(
        "| {name} | {minutes:.1} | {} | {rate} | {off} | {invented} | {trusted} of {heard} utterances | {sure} | {pace:.1} x |",
        score.said
    );
    Ok(())
}

fn transcribe(whisper: &Whisper, path: &Path) -> Done<Transcript> {
    let recording = Recording::open(path)?;
    let sound = || -> Done<SoundSource<'_>> { Ok(recording.sound()?.ok_or("it has no sound")?) };
    let speech = Silero::default().speech(sound()?)?;
    Ok(whisper.transcribe(sound()?, &speech)?)
}
