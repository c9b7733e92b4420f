//! `stepreel-eval run`: a configuration over labelled sessions.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use chrono::Utc;
use stepreel_core::SessionRecord;
use stepreel_models::Library;
use stepreel_pipeline::{Config, Job, Pipeline, Quiet, Stages, Watch};
use stepreel_storage::{Blobs, Sqlite};
use stepreel_testkit::Truth;

use crate::Done;
use crate::args::Run;
use crate::outcome::Outcome;
use crate::tables;

pub(crate) fn run(arguments: &Run) -> Done {
    let config = arguments.config.as_deref().map_or_else(|| Ok(Config::default()), Config::read)?;
    let truths = truths(&arguments.folder)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let outcomes = runtime.block_on(all(&arguments.folder, &truths, &config))?;
    if arguments.json {
        writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&outcomes)?)?;
    } else {
        tables::print(&outcomes)?;
    }
    Ok(if arguments.check { check(&outcomes)? } else { ExitCode::SUCCESS })
}

async fn all(folder: &Path, truths: &[Truth], config: &Config) -> Result<Vec<Outcome>> {
    let scratch = tempfile::tempdir()?;
    let stages = Stages::build(config, &Library::discover()?)?;
    let store = Sqlite::open(&scratch.path().join("stepreel.db")).await?;
    let blobs = Blobs::open(&scratch.path().join("blobs").to_string_lossy())?;
    let pipeline = Pipeline::new(stages, Arc::new(store), blobs, scratch.path().join("cache"));
    let mut outcomes = Vec::new();
    for truth in truths {
        let began = Instant::now();
        let record = process(&pipeline, folder, truth).await.with_context(|| truth.name.clone())?;
        let outcome = Outcome::new(truth, &record, began.elapsed().as_secs_f64());
        writeln!(std::io::stderr(), "{}: {}", outcome.name, outcome.verdict)?;
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

async fn process(pipeline: &Arc<Pipeline>, folder: &Path, truth: &Truth) -> Result<SessionRecord> {
    let Some(recording) = &truth.recording else { bail!("it has no recording") };
    let job = Job {
        recording: folder.join(recording),
        captions: None,
        tenant: "eval".parse()?,
        title: truth.name.clone(),
        engineer: None,
        clock: Utc::now,
    };
    Ok(pipeline.process(job, Watch::new(Arc::new(Quiet))).await?)
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

/// Exit code 1, with a line for each reason, unless all is as it must be.
fn check(outcomes: &[Outcome]) -> Result<ExitCode> {
    let mut wrong = Vec::new();
    for outcome in outcomes {
        if !outcome.verdict_right() {
            wrong.push(format!("{}: {} instead of {}", outcome.name, outcome.verdict, outcome.true_verdict));
        }
        if let Some(iou) = outcome.finding_iou.filter(|&iou| iou < 0.8) {
            wrong.push(format!("{}: planted range found with {iou:.2}", outcome.name));
        }
    }
    let sum = |figure: fn(&Outcome) -> f64| outcomes.iter().map(figure).sum::<f64>();
    for (baseline, figure) in [
        ("by five equal parts", (|o| o.uniform_five.procedure_f1) as fn(&Outcome) -> f64),
        ("at random", |o| o.random_oracle.procedure_f1),
    ] {
        if sum(|o| o.found.procedure_f1) <= sum(figure) {
            wrong.push(format!("procedures are found no better than {baseline}"));
        }
    }
    for line in &wrong {
        writeln!(std::io::stderr(), "{line}")?;
    }
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
