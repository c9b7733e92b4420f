use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};
use stepreel_core::{FindingCode, Span, Time};
use tempfile::TempDir;

use crate::TestkitError;
use crate::captions::captions;
use crate::encoder::{Encoder, Streams};
use crate::fault::{Extent, Fault};
use crate::film::{Drawn, Film, Scenery};
use crate::footage::Footage;
use crate::plan::{Plan, plan};
use crate::scenario::{Narration, Pictures, Scenario};
use crate::soundtrack::{Said, soundtrack};
use crate::tool::{FFPROBE, arguments};
use crate::truth::{TrueUtterance, Truth};
use crate::voice::{Speaker, Voice};
use crate::wave::{self, RATE};

/// A finished recording with what belongs to it, side by side in one folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Take {
    /// `<name>.mp4`, or as its container is called.
    pub recording: PathBuf,
    /// `<name>.vtt`: what can be heard, with exact times.
    pub captions: PathBuf,
    /// What is right about it; also in `<name>.truth.json`.
    pub truth: Truth,
}

/// Changes whenever the same scenario would give another recording.
const RECIPE: &str = "2";

impl Scenario {
    /// Records it into a folder, which is made if need be; a finished recording of the same scenario is taken as it is.
    ///
    /// # Errors
    /// When a program is missing, a file can't be written, or the format can't hold what is asked for.
    pub fn record(&self, folder: &Path) -> Result<Take, TestkitError> {
        match self.finished(folder) {
            Some(take) => Ok(take),
            None => self.rehearse(folder)?.record(self, folder),
        }
    }

    /// The same if the recording lasts as long as is `allowed`; if not, nothing is filmed.
    ///
    /// # Errors
    /// As [`Scenario::record`].
    pub fn record_if_lasting(
        &self,
        allowed: &RangeInclusive<Duration>,
        folder: &Path,
    ) -> Result<Option<Take>, TestkitError> {
        if let Some(take) = self.finished(folder) {
            return Ok(allowed.contains(&take.truth.duration.since(Time::ZERO)).then_some(take));
        }
        let session = self.rehearse(folder)?;
        let allowed = allowed.contains(&Duration::from_secs_f64(session.plan.duration));
        allowed.then(|| session.record(self, folder)).transpose()
    }

    /// Everything but filming: what is said, and when everything happens.
    fn rehearse(&self, folder: &Path) -> Result<Session, TestkitError> {
        fs::create_dir_all(folder).map_err(TestkitError::file(folder))?;
        let scratch = tempfile::tempdir_in(folder).map_err(TestkitError::file(folder))?;
        Session::prepare(self, scratch)
    }

    /// The take that lies there already, if it was made from the same scenario.
    fn finished(&self, folder: &Path) -> Option<Take> {
        let truth = Truth::load(&folder.join(format!("{}.truth.json", self.name))).ok()?;
        let take = self.take(folder, truth);
        let same = take.truth.recipe == Some(self.recipe());
        (same && take.recording.exists() && take.captions.exists()).then_some(take)
    }

    fn take(&self, folder: &Path, truth: Truth) -> Take {
        let file = |extension: &str| folder.join(format!("{}.{extension}", self.name));
        Take { recording: file(self.format.container.extension()), captions: file("vtt"), truth }
    }

    fn recipe(&self) -> String {
        let scenario = serde_json::to_string(self).expect("a scenario has no map whose keys are not text");
        let digest = Sha256::digest(format!("{RECIPE}{scenario}"));
        format!("{digest:x}")[..16].to_owned()
    }
}

/// A session between the script and the file.
struct Session {
    scratch: TempDir,
    speaker: Speaker,
    plan: Plan,
    /// What is said, line by line of the script; empty for what is not.
    lines: Vec<Vec<f32>>,
}

impl Session {
    fn prepare(scenario: &Scenario, scratch: TempDir) -> Result<Self, TestkitError> {
        let voice = Voice::new(scenario.seed, &scenario.speakers, scenario.script.pace);
        let mut left = scenario.length.most();
        let mut say = |text: &str| {
            if text.is_empty() || left <= 0.0 {
                return Ok(Vec::new());
            }
            let said = voice.say(text, scratch.path())?;
            left -= said.len() as f64 / RATE;
            Ok(said)
        };
        let lines = scenario.script.lines.iter().map(|line| say(&line.text)).collect::<Result<Vec<_>, _>>()?;
        let lengths: Vec<f64> = lines.iter().map(|line| line.len() as f64 / RATE).collect();
        let mut plan = plan(&scenario.script, &lengths, (scenario.seed, scenario.length));
        plan.align(f64::from(scenario.format.rate.most()));
        Ok(Self { scratch, speaker: voice.speaker(), plan, lines })
    }

    fn record(self, scenario: &Scenario, folder: &Path) -> Result<Take, TestkitError> {
        self.film(scenario)?;
        let truth = self.truth(scenario)?;
        self.publish(scenario.take(folder, truth))
    }

    fn film(&self, scenario: &Scenario) -> Result<(), TestkitError> {
        let sound = self.sound(scenario)?;
        let gaps = self.extents(scenario, |fault| matches!(fault, Fault::PicturesStop(_)));
        let streams = Streams { sound: sound.as_deref(), gaps };
        let mut film = Film::new(scenario, &self.plan, self.scenery(scenario)?);
        let mut encoder = Encoder::start(&scenario.format, &streams, &self.recording())?;
        for index in 0..film.frames() {
            if !encoder.write(film.frame(index)?) {
                break;
            }
        }
        encoder.finish()?;
        scenario.faults.iter().try_for_each(|fault| match fault {
            Fault::Truncated(share) => truncate(&self.recording(), *share),
            _ => Ok(()),
        })
    }

    fn scenery(&self, scenario: &Scenario) -> Result<Box<dyn Scenery>, TestkitError> {
        Ok(match &scenario.pictures {
            Pictures::Drawn => Box::new(Drawn::new(scenario, &self.plan)),
            Pictures::Footage(folder) => Box::new(Footage::open(folder, scenario)?),
        })
    }

    /// Writes the sound; nothing for a session without a sound track.
    fn sound(&self, scenario: &Scenario) -> Result<Option<PathBuf>, TestkitError> {
        if scenario.faults.contains(&Fault::NoAudioTrack) {
            return Ok(None);
        }
        let spoken = self.spoken(scenario);
        let said: Vec<Said> = spoken.iter().map(|&(line, start)| (start, self.lines[line].as_slice())).collect();
        let mut sound = soundtrack(&self.plan, scenario.seed, (&said, &scenario.faults));
        let sample = |time: Time| ((time.seconds() * RATE).round() as usize).min(sound.len());
        let silenced = self.extents(scenario, |fault| matches!(fault, Fault::Dropout(_)));
        let silenced: Vec<_> = silenced.iter().map(|span| sample(span.start())..sample(span.end())).collect();
        silenced.into_iter().for_each(|range| sound[range].fill(0.0));
        sound.truncate(self.sound_end(scenario));
        let path = self.scratch.path().join("sound.wav");
        fs::write(&path, wave::encode(&sound)).map_err(TestkitError::file(&path))?;
        Ok(Some(path))
    }

    /// The samples after which the sound track ends.
    fn sound_end(&self, scenario: &Scenario) -> usize {
        let ends = scenario.faults.iter().filter_map(|fault| match fault {
            Fault::SoundStops(share) => Some(share * self.plan.duration),
            _ => None,
        });
        (ends.fold(self.plan.duration, f64::min) * RATE).round() as usize
    }

    /// The lines that are spoken to their end, each with its start.
    fn spoken(&self, scenario: &Scenario) -> Vec<(usize, f64)> {
        let whole =
            |&&(line, start): &&(usize, f64)| start + self.lines[line].len() as f64 / RATE <= self.plan.duration;
        match scenario.narration {
            Narration::Spoken => self.plan.spoken.iter().filter(whole).copied().collect(),
            Narration::Off => Vec::new(),
        }
    }

    fn truth(&self, scenario: &Scenario) -> Result<Truth, TestkitError> {
        let session = self.plan.span().ok_or_else(|| TestkitError::Unplayable { reason: "it is empty".to_owned() })?;
        let rate = scenario.format.rate.most();
        let truth = Truth {
            name: scenario.name.clone(),
            recording: Some(format!("{}.{}", scenario.name, scenario.format.container.extension())),
            recipe: Some(scenario.recipe()),
            duration: session.end(),
            speaker: (scenario.narration == Narration::Spoken).then_some(self.speaker),
            procedures: self.plan.procedures(&scenario.script),
            utterances: self.heard(scenario),
            faults: scenario.faults.iter().filter_map(|fault| fault.truth(session, rate)).collect(),
            verdict: scenario.verdict,
        };
        let truncated = truth.faults.iter().any(|fault| fault.code == FindingCode::FileTruncated);
        Ok(if truncated { truth.until(self.readable()?) } else { truth })
    }

    /// What can be heard being said: nothing of a line that a fault touches.
    fn heard(&self, scenario: &Scenario) -> Vec<TrueUtterance> {
        let inaudible = |fault: &Fault| match fault {
            Fault::Hushed | Fault::NoAudioTrack => Some(Extent::Whole),
            Fault::SoundStops(share) => Some(Extent::Shares(*share, 1.0)),
            Fault::Dropout(extent) => Some(*extent),
            _ => None,
        };
        let (whole, rate) = (self.plan.span(), scenario.format.rate.most());
        let lost: Vec<Span> = scenario.faults.iter().filter_map(|fault| inaudible(fault)?.span(whole?, rate)).collect();
        let said = self.spoken(scenario).into_iter().filter_map(|spoken| self.utterance(scenario, spoken));
        said.filter(|utterance| lost.iter().all(|span| span.intersection(utterance.span).is_none())).collect()
    }

    fn utterance(&self, scenario: &Scenario, (index, start): (usize, f64)) -> Option<TrueUtterance> {
        let line = &scenario.script.lines[index];
        let span = Span::from_seconds(start, start + self.lines[index].len() as f64 / RATE)?;
        Some(TrueUtterance { span, text: line.text.clone(), kind: Some(line.kind), procedure: line.procedure })
    }

    fn extents(&self, scenario: &Scenario, wanted: fn(&Fault) -> bool) -> Vec<Span> {
        let rate = scenario.format.rate.most();
        let span = |fault: &Fault| fault.extent()?.span(self.plan.span()?, rate);
        scenario.faults.iter().filter(|fault| wanted(fault)).filter_map(span).collect()
    }

    /// When the last packet ends that can still be read.
    fn readable(&self) -> Result<Time, TestkitError> {
        let path = self.recording().display().to_string();
        let listing = FFPROBE.run(&arguments([
            "-v",
            "quiet",
            "-show_entries",
            "packet=pts_time,duration_time",
            "-of",
            "csv=p=0",
            &path,
        ]))?;
        let end = |line: &str| line.split(',').map(|field| field.trim().parse::<f64>().ok()).sum::<Option<f64>>();
        Ok(Time::from_seconds(String::from_utf8_lossy(&listing).lines().filter_map(end).fold(0.0, f64::max)))
    }

    fn recording(&self) -> PathBuf {
        self.scratch.path().join("recording")
    }

    /// Moves everything to its place, the truth last: when it is there, so is the rest.
    fn publish(&self, take: Take) -> Result<Take, TestkitError> {
        let truth = take.captions.with_extension("truth.json");
        fs::write(&take.captions, captions(&take.truth.utterances)).map_err(TestkitError::file(&take.captions))?;
        fs::rename(self.recording(), &take.recording).map_err(TestkitError::file(&take.recording))?;
        take.truth.save(&truth)?;
        Ok(take)
    }
}

/// Cuts a file off after that share of its bytes.
fn truncate(path: &Path, share: f64) -> Result<(), TestkitError> {
    let file = fs::OpenOptions::new().write(true).open(path).map_err(TestkitError::file(path))?;
    let bytes = file.metadata().map_err(TestkitError::file(path))?.len();
    file.set_len((bytes as f64 * share) as u64).map_err(TestkitError::file(path))
}
