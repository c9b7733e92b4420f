//! `stepreel-eval run`: configurations over labelled sessions.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::Done;
use crate::args::Run;
use crate::candidate::{Candidate, candidates};
use crate::check::complaints;
use crate::costs::Costs;
use crate::outcome::{Evaluation, Outcome};
use crate::page::Page;
use crate::sessions::Sessions;
use crate::tables;

pub(crate) fn run(arguments: &Run) -> Done {
    let sessions = Sessions::find(&arguments.sessions)?;
    let candidates = candidates(&arguments.config, sessions.recorded())?;
    let scratch = tempfile::tempdir()?;
    let mut costs = Costs::open(arguments.kept.as_deref().unwrap_or(scratch.path()))?;
    let evaluations = candidates.iter().map(|candidate| evaluate(candidate, &sessions, &mut costs));
    let evaluations: Vec<Evaluation> = evaluations.collect::<Result<_>>()?;
    if let Some(file) = &arguments.html {
        write_page(file, &sessions, &evaluations)?;
    }
    if arguments.json {
        writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&evaluations)?)?;
    } else {
        tables::print(&evaluations)?;
    }
    let wrong = if arguments.check { complaints(&evaluations) } else { Vec::new() };
    wrong.iter().try_for_each(|line| writeln!(std::io::stderr(), "{line}"))?;
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(crate) fn evaluate(candidate: &Candidate, sessions: &Sessions, costs: &mut Costs) -> Result<Evaluation> {
    let outcomes = sessions.truths.iter().map(|truth| {
        let recording = sessions.recording(truth);
        Ok(Outcome::new(truth, candidate.predict(truth, recording.as_deref(), costs)?))
    });
    Ok(Evaluation::new(candidate.name.clone(), outcomes.collect::<Result<_>>()?))
}

fn write_page(file: &Path, sessions: &Sessions, evaluations: &[Evaluation]) -> Result<()> {
    let page = Page::new(&sessions.truths, evaluations).text()?;
    fs::write(file, page).with_context(|| format!("could not write {}", file.display()))
}
