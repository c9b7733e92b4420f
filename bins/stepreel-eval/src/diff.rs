//! `stepreel-eval diff`: two runs, or a run and a golden one, procedure by procedure.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::Done;
use crate::args::Diff;
use crate::changes::{Change, Tolerance, changes};
use crate::outcome::SessionResult;

pub(crate) fn run(arguments: &Diff) -> Done {
    let (before, after) = (read(&arguments.before)?, read(&arguments.after)?);
    let tolerance = Tolerance { moved: arguments.moved, score: arguments.score };
    let pairs = pairs(&before, &after)?;
    let compared: Vec<ConfigurationDiff> = pairs.iter().map(|pair| ConfigurationDiff::new(pair, tolerance)).collect();
    if arguments.json {
        writeln!(io::stdout(), "{}", serde_json::to_string_pretty(&compared)?)?;
    } else {
        compared.iter().try_for_each(|diff| diff.print(compared.len() > 1))?;
    }
    let same = compared.iter().all(|diff| diff.sessions.is_empty());
    Ok(if same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// As much of `run --json` as is compared.
#[derive(Deserialize)]
struct StoredRun {
    configuration: String,
    sessions: Vec<SessionResult>,
}

fn read(file: &Path) -> Result<Vec<StoredRun>> {
    let text = fs::read(file).with_context(|| format!("could not read {}", file.display()))?;
    let told = || format!("{} is no result of `stepreel-eval run --json`", file.display());
    serde_json::from_slice(&text).with_context(told)
}

type Pair<'a> = (&'a StoredRun, &'a StoredRun);

/// What is compared with what: the only configurations whatever they are called, or those of the same name.
fn pairs<'a>(before: &'a [StoredRun], after: &'a [StoredRun]) -> Result<Vec<Pair<'a>>> {
    if let ([before], [after]) = (before, after) {
        return Ok(vec![(before, after)]);
    }
    let names = |runs: &[StoredRun]| runs.iter().map(|run| run.configuration.as_str()).collect::<Vec<_>>().join(", ");
    let partner = |run: &StoredRun| after.iter().find(|other| other.configuration == run.configuration);
    let pairs: Option<Vec<Pair>> = before.iter().map(|run| Some((run, partner(run)?))).collect();
    match pairs {
        Some(pairs) if before.len() == after.len() => Ok(pairs),
        _ => {
            bail!("the two files have other configurations ({} and {}): run the same ones", names(before), names(after))
        }
    }
}

/// The sessions of a configuration that differ.
#[derive(Serialize)]
struct ConfigurationDiff<'a> {
    configuration: &'a str,
    compared: usize,
    sessions: Vec<SessionDiff<'a>>,
}

#[derive(Serialize)]
struct SessionDiff<'a> {
    session: &'a str,
    changes: Vec<Change>,
}

impl<'a> ConfigurationDiff<'a> {
    fn new(&(before, after): &Pair<'a>, tolerance: Tolerance) -> Self {
        let mut sessions: BTreeMap<&str, [Option<&SessionResult>; 2]> = BTreeMap::new();
        for (side, run) in [before, after].into_iter().enumerate() {
            run.sessions.iter().for_each(|session| sessions.entry(&session.name).or_default()[side] = Some(session));
        }
        let compared = sessions.len();
        let differing = sessions.into_iter().filter_map(|(session, sides)| {
            let changes = of_session(sides, tolerance);
            (!changes.is_empty()).then_some(SessionDiff { session, changes })
        });
        Self { configuration: &after.configuration, compared, sessions: differing.collect() }
    }

    fn print(&self, several: bool) -> io::Result<()> {
        let mut out = io::stdout();
        for SessionDiff { session, changes } in &self.sessions {
            writeln!(out, "{session}")?;
            changes.iter().try_for_each(|change| writeln!(out, "  {change}"))?;
        }
        let of = if several { format!("{}: ", self.configuration) } else { String::new() };
        writeln!(out, "{of}{} of {} sessions differ", self.sessions.len(), self.compared)
    }
}

fn of_session(sides: [Option<&SessionResult>; 2], tolerance: Tolerance) -> Vec<Change> {
    match sides {
        [Some(before), Some(after)] => changes(before, after, tolerance),
        [None, _] => vec![Change::SessionAdded],
        [_, None] => vec![Change::SessionRemoved],
    }
}
