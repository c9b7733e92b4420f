//! `stepreel-eval run`: configurations over labelled sessions.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use stepreel_models::Library;
use stepreel_pipeline::{Config, Stages, Watch, analyse};
use stepreel_testkit::Truth;

use crate::Done;
use crate::args::Run;
use crate::check::complaints;
use crate::costs::{Costs, Stopwatch};
use crate::outcome::{Evaluation, Outcome};
use crate::tables;

pub(crate) fn run(arguments: &Run) -> Done {
    let candidates = candidates(&arguments.config)?;
    let truths = truths(&arguments.folder)?;
    let scratch = tempfile::tempdir()?;
    let kept = arguments.kept.as_deref().unwrap_or(scratch.path());
    let mut costs = Costs::open(kept)?;
    let evaluations = candidates.iter().map(|candidate| {
        let sessions = truths.iter().map(|truth| candidate.outcome(&arguments.folder, truth, &mut costs));
        Ok(Evaluation { configuration: candidate.name.clone(), sessions: sessions.collect::<Result<_>>()? })
    });
    let evaluations: Vec<Evaluation> = evaluations.collect::<Result<_>>()?;
    if arguments.json {
        writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&evaluations)?)?;
    } else {
        tables::print(&evaluations)?;
    }
    let wrong = if arguments.check { complaints(&evaluations) } else { Vec::new() };
    wrong.iter().try_for_each(|line| writeln!(std::io::stderr(), "{line}"))?;
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A configuration to be measured.
struct Candidate {
    name: String,
    config: Config,
    stages: Stages,
}

/// Those of the files; all are built before anything is measured, so that one that can't be is told at once.
fn candidates(files: &[PathBuf]) -> Result<Vec<Candidate>> {
    let library = Library::discover()?;
    let candidate = |name: String, config: Config| {
        let stages = Stages::build(&config, &library).with_context(|| format!("the configuration {name} can't run"))?;
        Ok(Candidate { name, config, stages })
    };
    if files.is_empty() {
        return Ok(vec![candidate("default".to_owned(), Config::default())?]);
    }
    files.iter().map(|file| candidate(name(file), Config::read(file)?)).collect()
}

/// A configuration goes by the name of its file.
fn name(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

impl Candidate {
    /// What it makes of one session.
    fn outcome(&self, folder: &Path, truth: &Truth, costs: &mut Costs) -> Result<Outcome> {
        let Some(recording) = &truth.recording else { bail!("{} has no recording", truth.name) };
        let recording = folder.join(recording);
        let stopwatch = Arc::new(Stopwatch::default());
        let watch = Watch::new(stopwatch.clone());
        let analysis = analyse(&self.stages, &recording, costs.folder(), &watch).with_context(|| truth.name.clone())?;
        let took = costs.take_down(&stopwatch.stages(), &recording, &self.config)?;
        let outcome = Outcome::new(truth, &analysis, took);
        let mut out = std::io::stderr();
        writeln!(out, "{}, {}: {}", self.name, outcome.name, outcome.verdict)?;
        analysis.warnings.iter().try_for_each(|warning| writeln!(out, "  warning: {warning}"))?;
        Ok(outcome)
    }
}

/// The labelled sessions of a folder, by name.
fn truths(folder: &Path) -> Result<Vec<Truth>> {
    let entries = folder.read_dir().with_context(|| format!("could not look into {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(".truth.json"));
    files.sort();
    if files.is_empty() {
        bail!("no labelled session in {}: looked for files ending in .truth.json", folder.display());
    }
    files.iter().map(|file| Ok(Truth::load(file)?)).collect()
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
