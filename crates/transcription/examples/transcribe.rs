//! Prints where somebody speaks in a recording and, with a ggml Whisper model, what is said.
//!
//! ```text
//! cargo run -p stepreel-transcription --example transcribe -- RECORDING [MODEL] [LANGUAGE]
//! ```
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

use std::env;
use std::error::Error;
use std::path::Path;

use stepreel_core::{SoundSource, SpanSet};
use stepreel_media::Recording;
use stepreel_transcription::{Silero, Transcriber, VoiceActivity, Whisper, WhisperSettings};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let recording = Recording::open(Path::new(arguments.first().ok_or("which recording?")?))?;
    let sound = || -> Result<SoundSource<'_>, Box<dyn Error>> { Ok(recording.sound()?.ok_or("it has no sound")?) };
    let speech = Silero::default().speech(sound()?)?;
    match arguments.get(1) {
        None => print_spans(&speech),
        Some(model) => {
            let settings = WhisperSettings { language: arguments.get(2).cloned(), ..WhisperSettings::default() };
            let whisper = Whisper::load(Path::new(model), settings)?;
            for utterance in whisper.transcribe(sound()?, &speech)?.utterances {
                let mark = if utterance.reliable { "" } else { "  (not trusted)" };
                println!("{:>8}  {}{mark}", utterance.span.start(), utterance.text);
            }
        }
    }
    Ok(())
}

fn print_spans(speech: &SpanSet) {
    speech.spans().iter().for_each(|span| println!("{span}"));
}
