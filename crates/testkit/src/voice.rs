use std::fmt;
use std::fs;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::dice::Dice;
use crate::tool::{ESPEAK, FLITE, arguments};
use crate::{TestkitError, wave};

/// A voice of a speech synthesiser, known by the name that the synthesiser gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Speaker {
    /// An American man, by flite.
    #[serde(rename = "rms")]
    Rms,
    /// An American woman, by flite.
    #[serde(rename = "slt")]
    Slt,
    /// A Scottish man, by flite.
    #[serde(rename = "awb")]
    Awb,
    /// An American man as speech synthesis was in the nineties, by flite.
    #[serde(rename = "kal16")]
    Kal16,
    /// British English by rules, by espeak-ng.
    #[serde(rename = "en-gb")]
    EnGb,
}

impl Speaker {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Rms, Self::Slt, Self::Awb, Self::Kal16, Self::EnGb];

    /// What its synthesiser calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rms => "rms",
            Self::Slt => "slt",
            Self::Awb => "awb",
            Self::Kal16 => "kal16",
            Self::EnGb => "en-gb",
        }
    }

    const fn synthesiser(self) -> Synthesiser {
        match self {
            Self::Rms | Self::Kal16 => Synthesiser::Flite { hertz: 105.0 },
            Self::Slt => Synthesiser::Flite { hertz: 180.0 },
            Self::Awb => Synthesiser::Flite { hertz: 130.0 },
            Self::EnGb => Synthesiser::Espeak,
        }
    }
}

impl fmt::Display for Speaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Speaker {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = || Self::ALL.map(Self::name).join(", ");
        let found = Self::ALL.into_iter().find(|speaker| speaker.name() == name);
        found.ok_or_else(|| format!("no voice is called {name}: there are {}", known()))
    }
}

#[derive(Clone, Copy)]
enum Synthesiser {
    Flite {
        /// Mean of the voice's fundamental.
        hertz: f64,
    },
    Espeak,
}

/// Who speaks in a session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Voice {
    speaker: Speaker,
    /// Faster than the speaker's own pace by that factor.
    pace: f64,
    /// Higher than the speaker's own pitch by that factor.
    pitch: f64,
}

/// Who may speak when nobody says who, the two clearest voices twice as often as the others.
const USUAL: [Speaker; 7] =
    [Speaker::Rms, Speaker::Slt, Speaker::Awb, Speaker::Kal16, Speaker::Rms, Speaker::Slt, Speaker::EnGb];

/// Loudness of speech while it lasts, as root mean square.
const LOUDNESS: f32 = 0.09;
const LOUDEST: f32 = 0.8;

impl Voice {
    /// The voice of that seed, one of `speakers` unless that is empty; it speaks faster by the factor `pace`.
    pub(crate) fn new(seed: u64, speakers: &[Speaker], pace: f64) -> Self {
        let mut dice = Dice::new(seed, "voice");
        let speaker = dice.pick(if speakers.is_empty() { &USUAL } else { speakers });
        Self { speaker, pace: pace * dice.between(0.88, 1.05), pitch: dice.between(0.9, 1.12) }
    }

    /// Whose it is.
    pub(crate) const fn speaker(&self) -> Speaker {
        self.speaker
    }

    /// Says a text: trimmed to its first and last sound, all of one loudness. Scratch files go to `folder`.
    pub(crate) fn say(&self, text: &str, folder: &Path) -> Result<Vec<f32>, TestkitError> {
        let file = folder.join("said.wav");
        let target = file.display().to_string();
        match self.speaker.synthesiser() {
            Synthesiser::Flite { hertz } => FLITE.run(&self.flite(hertz, (text, &target)))?,
            Synthesiser::Espeak => ESPEAK.feed(&self.espeak(&target), text)?,
        };
        let wav = fs::read(&file).map_err(TestkitError::file(&file))?;
        let said = wave::decode(&wav)
            .ok_or_else(|| TestkitError::Unplayable { reason: format!("no sound for \"{text}\"") })?;
        Ok(levelled(trimmed(&said)))
    }

    fn flite(&self, hertz: f64, (text, target): (&str, &str)) -> Vec<String> {
        let stretch = format!("duration_stretch={:.3}", 1.0 / self.pace);
        let pitch = format!("int_f0_target_mean={:.1}", hertz * self.pitch);
        arguments(["-voice", self.speaker.name(), "--setf", &stretch, "--setf", &pitch, "-t", text, "-o", target])
    }

    fn espeak(&self, target: &str) -> Vec<String> {
        let speed = format!("{:.0}", 165.0 * self.pace);
        let pitch = format!("{:.0}", 45.0 * self.pitch);
        arguments(["-v", self.speaker.name(), "-s", &speed, "-p", &pitch, "-w", target, "--stdin"])
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
        for speaker in Speaker::ALL {
            let voice = Voice { speaker, pace: 1.0, pitch: 1.0 };
            let said = voice.say("Close the valve.", folder.path()).unwrap();
            let edge = wave::level(&said[..800]).min(wave::level(&said[said.len() - 800..]));
            assert!((8_000..40_000).contains(&said.len()), "{speaker:?} {}", said.len());
            assert!((wave::level(&said) - LOUDNESS).abs() < 0.01, "{speaker:?}");
            assert!(edge > 0.001, "{speaker:?} {edge}");
        }
    }

    #[test]
    fn a_speaker_is_known_by_its_name() {
        for speaker in Speaker::ALL {
            assert_eq!(speaker.name().parse(), Ok(speaker));
            assert_eq!(serde_json::to_value(speaker).unwrap(), speaker.name());
        }
        let unknown = "hal".parse::<Speaker>().unwrap_err();
        assert!(unknown.contains("hal") && unknown.contains("rms, slt"), "{unknown}");
    }

    #[test]
    fn only_those_speak_who_may() {
        let speakers = [Speaker::Awb, Speaker::EnGb];
        let heard: Vec<Speaker> = (0..20).map(|seed| Voice::new(seed, &speakers, 1.0).speaker()).collect();
        assert!(heard.iter().all(|speaker| speakers.contains(speaker)), "{heard:?}");
        assert!(speakers.iter().all(|speaker| heard.contains(speaker)), "{heard:?}");
    }

    #[test]
    fn a_faster_pace_takes_less_time() {
        let folder = tempfile::tempdir().unwrap();
        for speaker in [Speaker::Rms, Speaker::EnGb] {
            let length =
                |pace| Voice { speaker, pace, pitch: 1.0 }.say("Close the valve.", folder.path()).unwrap().len();
            assert!(length(1.2) < length(0.9));
        }
    }

    #[test]
    fn a_text_is_never_an_option() {
        let folder = tempfile::tempdir().unwrap();
        for speaker in [Speaker::Rms, Speaker::EnGb] {
            let voice = Voice { speaker, pace: 1.0, pitch: 1.0 };
            assert!(voice.say("-lv --help", folder.path()).unwrap().len() > 4000, "{speaker:?}");
        }
    }
}
