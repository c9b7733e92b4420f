//! How long stages take, also where several configurations share their results.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use stepreel_pipeline::{Audience, Config, Event, Stage};

/// A stage that ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    stage: Stage,
    took: Duration,
    reused: bool,
}

/// Takes the time of each stage of a run.
#[derive(Debug, Default)]
pub(crate) struct Stopwatch(Mutex<Vec<Ended>>);

impl Stopwatch {
    pub(crate) fn stages(&self) -> Vec<Ended> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Audience for Stopwatch {
    fn hear(&self, event: Event) {
        if let Event::Ended { stage, took, reused } = event {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Ended { stage, took, reused });
        }
    }
}

/// A folder of kept results, and how long each took to make: a configuration that finds a result there is charged what it
/// would have cost.
#[derive(Debug)]
pub(crate) struct Costs {
    folder: PathBuf,
    seconds: BTreeMap<String, f64>,
}

impl Costs {
    /// Those of a folder, which is made if need be.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("could not make the folder {}", folder.display()))?;
        let file = folder.join(FILE);
        let seconds = match fs::read(&file) {
            Ok(text) => serde_json::from_slice(&text).with_context(|| format!("could not read {}", file.display()))?,
            Err(_) => BTreeMap::new(),
        };
        Ok(Self { folder: folder.to_owned(), seconds })
    }

    /// Where results are kept.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Remembers what the stages of a run took that were made in it, and says what all of them take when none is kept. Nothing when a
    /// result was kept by a run that did not take its time.
    pub(crate) fn take_down(&mut self, ended: &[Ended], recording: &Path, config: &Config) -> Result<Option<Duration>> {
        let key = |stage| format!("{}: {stage} {}", recording.display(), settings(stage, config));
        let made = ended.iter().filter(|ended| !ended.reused);
        self.seconds.extend(made.map(|ended| (key(ended.stage), ended.took.as_secs_f64())));
        fs::write(self.folder.join(FILE), serde_json::to_string_pretty(&self.seconds)?)?;
        let costs = ended.iter().map(|ended| self.seconds.get(&key(ended.stage)).copied());
        Ok(costs.sum::<Option<f64>>().map(Duration::from_secs_f64))
    }
}

const FILE: &str = "costs.json";

/// The settings that decide whether a kept result can be used.
fn settings(stage: Stage, config: &Config) -> String {
    let text = match stage {
        Stage::Pictures => serde_json::to_string(&(&config.frames, &config.encoder)),
        Stage::Speech => serde_json::to_string(&config.voice_activity),
        Stage::Words => serde_json::to_string(&(&config.voice_activity, &config.transcriber)),
        _ => return String::new(),
    };
    text.expect("settings have a text form, as they are written in configurations")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(costs: &mut Costs, ended: &[(Stage, u64, bool)], config: &str) -> Option<u64> {
        let ended: Vec<Ended> = ended
            .iter()
            .map(|&(stage, took, reused)| Ended { stage, took: Duration::from_secs(took), reused })
            .collect();
        let config = Config::parse(config).unwrap();
        costs.take_down(&ended, Path::new("a.mp4"), &config).unwrap().map(|took| took.as_secs())
    }

    #[test]
    fn a_kept_result_costs_what_it_took_to_make() {
        let folder = tempfile::tempdir().unwrap();
        let mut costs = Costs::open(folder.path()).unwrap();
        let first = [(Stage::Pictures, 30, false), (Stage::Words, 20, false)];
        assert_eq!(seconds(&mut costs, &first, ""), Some(50));
        let histogram = "[encoder]\nkind = \"histogram\"";
        let second = [(Stage::Pictures, 7, false), (Stage::Words, 0, true)];
        assert_eq!(seconds(&mut costs, &second, histogram), Some(27));
        let mut later = Costs::open(folder.path()).unwrap();
        let third = [(Stage::Pictures, 0, true), (Stage::Words, 0, true)];
        assert_eq!(seconds(&mut later, &third, ""), Some(50));
    }

    #[test]
    fn what_nobody_took_the_time_of_is_not_guessed() {
        let folder = tempfile::tempdir().unwrap();
        let mut costs = Costs::open(folder.path()).unwrap();
        assert_eq!(seconds(&mut costs, &[(Stage::Pictures, 0, true), (Stage::Words, 9, false)], ""), None);
    }
}
