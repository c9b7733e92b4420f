use std::fs;
use std::path::Path;

use crate::dice::Dice;
use crate::tool::{ESPEAK, FLITE, arguments};
use crate::{TestkitError, wave};

/// Who speaks in a session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Voice {
    speaker: Speaker,
    /// Faster than the speaker's own pace by that factor.
    pace: f64,
    /// Higher than the speaker's own pitch by that factor.
    pitch: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Speaker {
    /// A voice of flite and the mean of its fundamental, in Hz.
    Flite(&'static str, f64),
    /// A voice of espeak-ng.
    Espeak(&'static str),
}

const SPEAKERS: [Speaker; 7] = [
    Speaker::Flite("rms", 105.0),
    Speaker::Flite("slt", 180.0),
    Speaker::Flite("awb", 130.0),
    Speaker::Flite("kal16", 105.0),
    Speaker::Flite("rms", 105.0),
    Speaker::Flite("slt", 180.0),
    Speaker::Espeak("en-gb"),
];

/// Loudness of speech while it lasts, as root mean square.
const LOUDNESS: f32 = 0.09;
const LOUDEST: f32 = 0.8;

impl Voice {
    /// The voice of that seed; it speaks faster by the factor `pace`.
    pub(crate) fn new(seed: u64, pace: f64) -> Self {
        let mut dice = Dice::new(seed, "voice");
        let speaker = dice.pick(&SPEAKERS);
        Self { speaker, pace: pace * dice.between(0.88, 1.05), pitch: dice.between(0.9, 1.12) }
    }

    /// Says a text: trimmed to its first and last sound, all of one loudness. Scratch files go to `folder`.
    pub(crate) fn say(&self, text: &str, folder: &Path) -> Result<Vec<f32>, TestkitError> {
        let file = folder.join("said.wav");
        let target = file.display().to_string();
        match self.speaker {
            Speaker::Flite(name, hertz) => FLITE.run(&self.flite(name, hertz, (text, &target)))?,
            Speaker::Espeak(name) => ESPEAK.feed(&self.espeak(name, &target), text)?,
        };
        let wav = fs::read(&file).map_err(TestkitError::file(&file))?;
        let said = wave::decode(&wav)
            .ok_or_else(|| TestkitError::Unplayable { reason: format!("no sound for \"{text}\"") })?;
        Ok(levelled(trimmed(&said)))
    }

    fn flite(&self, name: &str, hertz: f64, (text, target): (&str, &str)) -> Vec<String> {
        let stretch = format!("duration_stretch={:.3}", 1.0 / self.pace);
        let pitch = format!("int_f0_target_mean={:.1}", hertz * self.pitch);
        arguments(["-voice", name, "--setf", &stretch, "--setf", &pitch, "-t", text, "-o", target])
    }

    fn espeak(&self, name: &str, target: &str) -> Vec<String> {
        let speed = format!("{:.0}", 165.0 * self.pace);
        let pitch = format!("{:.0}", 45.0 * self.pitch);
        arguments(["-v", name, "-s", &speed, "-p", &pitch, "-w", target, "--stdin"])
    }
}

/// From the first to the last sample above a fiftieth of the loudest.
fn trimmed(said: &[f32]) -> &[f32] {
    let loudest = said.iter().fold(0.0, |most: f32, sample| most.max(sample.abs()));
    let sounds = |sample: &f32| sample.abs() > loudest / 50.0;
    let first = said.iter().position(sounds).unwrap_or(0);
    let last = said.iter().rposition(sounds).unwrap_or(0);
    &said[first..(last + 1).min(said.len())]
}

fn levelled(said: &[f32]) -> Vec<f32> {
    let gain = LOUDNESS / wave::level(said).max(1e-6);
    said.iter().map(|sample| (sample * gain).clamp(-LOUDEST, LOUDEST)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_speaker_speaks_and_is_trimmed() {
        let folder = tempfile::tempdir().unwrap();
        for speaker in SPEAKERS {
            let voice = Voice { speaker, pace: 1.0, pitch: 1.0 };
            let said = voice.say("Close the valve.", folder.path()).unwrap();
            let edge = wave::level(&said[..800]).min(wave::level(&said[said.len() - 800..]));
            assert!((8_000..40_000).contains(&said.len()), "{speaker:?} {}", said.len());
            assert!((wave::level(&said) - LOUDNESS).abs() < 0.01, "{speaker:?}");
            assert!(edge > 0.001, "{speaker:?} {edge}");
        }
    }

    #[test]
    fn a_faster_pace_takes_less_time() {
        let folder = tempfile::tempdir().unwrap();
        for speaker in [SPEAKERS[0], SPEAKERS[6]] {
            let length =
                |pace| Voice { speaker, pace, pitch: 1.0 }.say("Close the valve.", folder.path()).unwrap().len();
            assert!(length(1.2) < length(0.9));
        }
    }

    #[test]
    fn a_text_is_never_an_option() {
        let folder = tempfile::tempdir().unwrap();
        for speaker in [SPEAKERS[0], SPEAKERS[6]] {
            let voice = Voice { speaker, pace: 1.0, pitch: 1.0 };
            assert!(voice.say("-lv --help", folder.path()).unwrap().len() > 4000, "{speaker:?}");
        }
    }
}
