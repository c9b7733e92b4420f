//! `stepreel process`: recordings to stored procedures.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use chrono::Utc;
use stepreel_core::{ProcedureStatus, SessionRecord, SessionStatus, plain};
use stepreel_models::Library;
use stepreel_pipeline::{Job, Pipeline, Stages, Watch};

use crate::args::Process;
use crate::exit::Failure;
use crate::table::Table;
use crate::{bars, config};

/// Endings of the files that are taken out of a folder.
const ENDINGS: [&str; 10] = ["mp4", "mov", "m4v", "mkv", "webm", "avi", "ts", "mts", "m2ts", "3gp"];

pub(crate) fn run(arguments: &Process) -> Result<ExitCode, Failure> {
    let recordings = recordings(arguments)?;
    let library = Library::discover().map_err(Failure::usage)?;
    let stages = Stages::build(&config::read(&arguments.settings)?, &library).map_err(Failure::usage)?;
    let runtime = tokio::runtime::Runtime::new().context("could not start")?;
    let code = runtime.block_on(all(arguments, &recordings, stages));
    // A cancelled run may still have a child process to wait for; it dies with this process.
    runtime.shutdown_background();
    code
}

async fn all(arguments: &Process, recordings: &[PathBuf], stages: Stages) -> Result<ExitCode, Failure> {
    let place = arguments.place.open().await?;
    let pipeline = Pipeline::new(stages, place.store, place.blobs, place.cache);
    let watch = Watch::new(bars::audience());
    stop_on_signal(watch.clone());
    let mut worst = 0;
    for recording in recordings {
        let code = match one(arguments, &pipeline, recording, &watch).await {
            Ok(record) => show(arguments, &record)?,
            // One bad recording among many doesn't keep the others from being processed; being stopped does.
            Err(failure) if recordings.len() > 1 && failure.code() != 130 => {
                failure.say();
                failure.code()
            }
            Err(failure) => return Err(failure),
        };
        worst = graver(worst, code);
    }
    Ok(ExitCode::from(worst))
}

/// Of two exit codes the one to end with: an error before a failed session, the earlier error before the later.
fn graver(so_far: u8, code: u8) -> u8 {
    if so_far == 0 || (so_far == 5 && code != 0) { code } else { so_far }
}

async fn one(
    arguments: &Process,
    pipeline: &Arc<Pipeline>,
    recording: &Path,
    watch: &Watch,
) -> Result<SessionRecord, Failure> {
    let stem = recording.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let job = Job {
        recording: recording.to_owned(),
        captions: arguments.captions.clone(),
        tenant: arguments.place.tenant.clone(),
        title: arguments.title.clone().unwrap_or(stem),
        engineer: arguments.engineer.clone(),
        role: arguments.role.into(),
        started_at: None,
        clock: Utc::now,
    };
    Ok(pipeline.process(job, watch.clone()).await?)
}

/// Ctrl-C stops the run at the next frame or block, or in the middle of a clip.
fn stop_on_signal(watch: Watch) {
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            watch.cancel();
        }
    });
}

/// The files that were named, and those in the folders that were named.
fn recordings(arguments: &Process) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for path in &arguments.recordings {
        if path.is_dir() { found.extend(in_folder(path)?) } else { found.push(path.clone()) }
    }
    if found.len() > 1 && (arguments.captions.is_some() || arguments.title.is_some()) {
        return Err(Failure::usage(anyhow!(
            "--captions and --title are for a single recording, and there are {}",
            found.len()
        )));
    }
    Ok(found)
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = folder
        .read_dir()
        .with_context(|| format!("could not look into {}", folder.display()))
        .map_err(Failure::input)?;
    let fits = |path: &PathBuf| {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        path.is_file() && ENDINGS.contains(&ending.as_str())
    };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(fits).collect();
    files.sort();
    if files.is_empty() {
        let endings = ENDINGS.join(", ");
        return Err(Failure::input(anyhow!(
            "no recording in {}: looked for files ending in {endings}",
            folder.display()
        )));
    }
    Ok(files)
}

/// Prints what became of a recording; gives the exit code that it asks for.
fn show(arguments: &Process, record: &SessionRecord) -> Result<u8, Failure> {
    if arguments.json {
        writeln!(std::io::stdout(), "{}", stepreel_report::json_line(record))?;
    } else {
        print(record)?;
    }
    Ok(if record.session.status == SessionStatus::Failed { 5 } else { 0 })
}

fn print(record: &SessionRecord) -> std::io::Result<()> {
    let session = &record.session;
    let mut out = std::io::stdout();
    writeln!(out, "\n{}  {}", plain(&session.title), session.id)?;
    if record.procedures.is_empty() {
        writeln!(out, "No procedures extracted for this session.")?;
    } else {
        let mut table = Table::new(["", "procedure", "start", "length", "score", "status"]).right([0, 2, 3, 4]);
        for procedure in &record.procedures {
            table.row([
                &procedure.ordinal.to_string(),
                &procedure.procedure_name,
                &procedure.span.start().to_string(),
                &length(procedure.duration_seconds),
                &procedure.score.total.to_string(),
                if procedure.status == ProcedureStatus::Approved { "approved" } else { "excluded" },
            ]);
        }
        table.print()?;
    }
    for finding in session.findings.all() {
        writeln!(out, "{}: {}", finding.code, plain(&finding.message))?;
    }
    if let Some(words) = record.provenance.stages.iter().find(|stage| stage.stage == "transcriber") {
        writeln!(out, "Words: {} ({})", words.kind, plain(words.model.as_deref().unwrap_or(&words.settings)))?;
    }
    match &session.score {
        Some(card) => writeln!(out, "Session score {} of 100.", card.total),
        None if session.status == SessionStatus::Failed => writeln!(out, "The session failed."),
        None => writeln!(out, "The session is stored."),
    }
}

fn length(seconds: f64) -> String {
    stepreel_core::Time::from_seconds(seconds).to_string()
}
