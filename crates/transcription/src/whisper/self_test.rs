//! Whether a model computes numbers on its device.

use stepreel_core::SAMPLE_RATE;
use whisper_rs::{WhisperContext, WhisperError};

/// Has the model listen to a known sound, and says what is wrong with what it makes of it, if anything.
///
/// What is right depends on the model. But a GPU whose driver or kernels don't fit gives no numbers, or one for everything, and
/// whisper.cpp would write them down as words.
pub(super) fn check(context: &WhisperContext, threads: usize) -> Result<Option<String>, WhisperError> {
    let mut state = context.create_state()?;
    state.pcm_to_mel(&sound(), threads)?;
    state.encode(0, threads)?;
    state.decode(&[context.token_sot()], 0, threads)?;
    Ok(wrong(state.get_logits()?))
}

fn wrong(logits: &[f32]) -> Option<String> {
    let numbers = logits.iter().filter(|logit| logit.is_finite()).count();
    if numbers < logits.len() {
        let all = logits.len();
        return Some(format!("of the scores that the model gives to {all} tokens there, only {numbers} are numbers"));
    }
    let alike = logits.iter().all(|logit| Some(logit) == logits.first());
    alike.then(|| "the model gives the same score to every token there".to_owned())
}

/// A second of a tone that swells four times.
fn sound() -> Vec<f32> {
    let sample = |index: u32| {
        let turns = |hertz: f32| std::f32::consts::TAU * hertz * index as f32 / SAMPLE_RATE as f32;
        0.3 * turns(220.0).sin() * turns(2.0).sin().abs()
    };
    (0..SAMPLE_RATE).map(sample).collect()
}

#[cfg(test)]
#[path = "../../tests/support/mod.rs"]
#[allow(dead_code, reason = "each test uses its own part of this")]
mod support;

#[cfg(test)]
mod tests {
    use super::support::Babbler;
    use super::*;
    use crate::whisper::gpu;

    #[test]
    fn scores_have_to_be_numbers_that_differ() {
        assert_eq!(wrong(&[-1.0, 3.5, 0.0]), None);
        assert!(wrong(&[-1.0, f32::NAN, 0.0]).unwrap().contains("only 2"));
        assert!(wrong(&[f32::INFINITY; 3]).is_some() && wrong(&[0.0; 3]).is_some());
    }

    /// What is wrong with a model that is that sure of its babble, on the processor, as every machine has one.
    fn verdict(certainty: f32) -> Option<String> {
        let (_folder, path) = Babbler { certainty, ..Babbler::default() }.file();
        let parameters = gpu::parameters(stepreel_core::Device::Cpu).unwrap();
        check(&WhisperContext::new_with_params(&path, parameters).unwrap(), 1).unwrap()
    }

    #[test]
    fn a_model_that_computes_numbers_passes_and_one_that_does_not_is_found_out() {
        whisper_rs::install_logging_hooks();
        assert_eq!(verdict(4.0), None);
        assert!(verdict(f32::NAN).unwrap().contains("only 0 are numbers"));
    }
}
