//! A configuration to be measured.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use stepreel_core::Findings;
use stepreel_models::Library;
use stepreel_pipeline::{Analysis, BuildError, Config, Stages, Watch, analyse};
use stepreel_testkit::Truth;

use crate::costs::{Costs, Stopwatch};
use crate::prediction::{Prediction, Procedure};

/// A configuration and what it builds.
pub(crate) struct Candidate {
    pub(crate) name: String,
    config: Config,
    /// Nothing where no session has a recording: words alone need no model.
    stages: Option<Stages>,
}

/// Those of the files, or the default one; all are built before anything is measured, so that one that can't be is told at once.
pub(crate) fn candidates(files: &[PathBuf], recorded: bool) -> Result<Vec<Candidate>> {
    if files.is_empty() {
        return Ok(vec![Candidate::build("default".to_owned(), Config::default(), recorded)?]);
    }
    files.iter().map(|file| Candidate::build(name(file), Config::read(file)?, recorded)).collect()
}

/// A configuration goes by the name of its file.
fn name(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

impl Candidate {
    /// That configuration with what it builds.
    pub(crate) fn build(name: String, config: Config, recorded: bool) -> Result<Self> {
        let library = Library::discover()?;
        let stages = recorded.then(|| Stages::build(&config, &library)).transpose();
        let namer = config.namer.build().map_err(BuildError::from);
        let stages = namer.and(stages).with_context(|| format!("the configuration {name} can't run"))?;
        Ok(Self { name, config, stages })
    }

    /// What it makes of one session.
    pub(crate) fn predict(&self, truth: &Truth, recording: Option<&Path>, costs: &mut Costs) -> Result<Prediction> {
        let prediction = match (recording, &self.stages) {
            (Some(recording), Some(stages)) => self.watch_and_listen(stages, recording, costs),
            _ => self.read(truth),
        };
        let prediction = prediction.with_context(|| truth.name.clone())?;
        writeln!(std::io::stderr(), "{}, {}: {}", self.name, truth.name, prediction.verdict())?;
        Ok(prediction)
    }

    /// The flow over a recording.
    fn watch_and_listen(&self, stages: &Stages, recording: &Path, costs: &mut Costs) -> Result<Prediction> {
        let stopwatch = Arc::new(Stopwatch::default());
        let watch = Watch::new(stopwatch.clone());
        let analysis = analyse(stages, recording, costs.folder(), &watch)?;
        let took = costs.take_down(&stopwatch.stages(), recording, &self.config)?;
        warn(&analysis)?;
        Ok(Prediction::new(analysis, took))
    }

    /// Segments and names from the words alone.
    fn read(&self, truth: &Truth) -> Result<Prediction> {
        let started = Instant::now();
        let evidence = truth.words_alone();
        let segments = self.config.segmenter.build().segment(&evidence).segments;
        let names = self.config.namer.build()?.name(&evidence.transcript.passages(&segments))?;
        let took = Some(started.elapsed());
        let found = segments.iter().zip(names);
        let procedures = found.map(|(segment, name)| Procedure { title: name.title, span: segment.span, score: None });
        Ok(Prediction { procedures: procedures.collect(), findings: Findings::default(), transcript: None, took })
    }
}

fn warn(analysis: &Analysis) -> Result<()> {
    let mut out = std::io::stderr();
    analysis.warnings.iter().try_for_each(|warning| writeln!(out, "  warning: {warning}"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use stepreel_pipeline::TranscriberConfig;

    use super::*;

    /// The folder of configurations that are compared.
    fn shipped() -> Vec<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("configurations");
        folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn every_configuration_of_the_comparison_is_sound() {
        assert!(shipped().len() >= 7);
        for file in shipped() {
            assert!(Config::read(&file).is_ok(), "{:?}", Config::read(&file).err());
        }
    }

    #[test]
    fn only_one_configuration_of_the_comparison_may_read_captions() {
        let reads = |file: &PathBuf| {
            let transcriber = Config::read(file).unwrap().transcriber;
            matches!(transcriber, TranscriberConfig::Captions | TranscriberConfig::Auto { .. })
        };
        let readers: Vec<String> = shipped().iter().filter(|file| reads(file)).map(|file| name(file)).collect();
        assert_eq!(readers, ["captions"]);
    }
}
