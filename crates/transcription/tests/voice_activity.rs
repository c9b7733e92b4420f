//! The detectors as wholes.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use stepreel_core::{SpanSet, Time};
use stepreel_transcription::conformance::{self, noise, silence, sound, voice};
use stepreel_transcription::{Earshot, EnergyGate, Silent, Silero, VoiceActivity};

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
