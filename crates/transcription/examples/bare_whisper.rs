//! Decodes sound with nothing but whisper.cpp, in windows of 30 s, as `Whisper` would have it decoded, and prints the seconds that took
//! and the tokens that came: the limit that `Whisper` is measured against.
//!
//! ```text
//! cargo run --release -p stepreel-transcription --example bare_whisper -- MODEL SOUND BEAM
//! ```
//! The sound is raw: 16 kHz, mono, 32-bit floats, little-endian.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

use std::error::Error;
use std::time::Instant;

use stepreel_core::SAMPLE_RATE;
use whisper_rs::{FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, sound, beam] = &arguments[..] else {
        return Err("which model, which sound, and how many beams?".into());
    };
    let samples = samples(&std::fs::read(sound)?);
    let parameters = parameters(beam.parse()?)?;
    whisper_rs::install_logging_hooks();
    let context = WhisperContext::new_with_params(model.as_str(), WhisperContextParameters::default())?;
    let mut state = context.create_state()?;
    let mut tokens = 0;
    let began = Instant::now();
    for window in samples.chunks(30 * SAMPLE_RATE as usize) {
        state.full(parameters.clone(), window)?;
        tokens += state.as_iter().map(|segment| segment.n_tokens()).sum::<i32>();
    }
    println!("{} {tokens}", began.elapsed().as_secs_f64());
    Ok(())
}

fn samples(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|&sample| f32::from_le_bytes(sample)).collect()
}

/// Those of `Whisper` by default.
fn parameters(beam_size: i32) -> Result<FullParams<'static, 'static>, Box<dyn Error>> {
    let mut parameters = FullParams::new(match beam_size {
        1 => SamplingStrategy::Greedy { best_of: 5 },
        _ => SamplingStrategy::BeamSearch { beam_size, patience: -1.0 },
    });
    parameters.set_n_threads(i32::try_from(std::thread::available_parallelism()?.get().min(8))?);
    parameters.set_language(Some("en"));
    parameters.set_logprob_thold(f32::NEG_INFINITY);
    parameters.set_no_context(true);
    parameters.set_single_segment(true);
    parameters.set_suppress_nst(true);
    parameters.set_print_progress(false);
    parameters.set_print_realtime(false);
    Ok(parameters)
}
