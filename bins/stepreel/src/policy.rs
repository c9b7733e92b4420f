//! `stepreel policy`: what another policy would make of stored procedures.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use serde::Serialize;
use stepreel_core::{Procedure, ProcedureId, ProcedureStatus, Score, SessionId};
use stepreel_pipeline::Policy;
use stepreel_storage::SessionFilter;

use crate::args::{self, TryPolicy};
use crate::config;
use crate::exit::Failure;
use crate::table::Table;

pub(crate) fn run(command: &args::Policy) -> Result<ExitCode, Failure> {
    let args::Policy::Try(arguments) = command;
    let runtime = tokio::runtime::Runtime::new().context("could not start")?;
    let trial = runtime.block_on(trial(arguments))?;
    if arguments.json {
        let json = serde_json::to_string_pretty(&trial).context("could not print")?;
        writeln!(std::io::stdout(), "{}", stepreel_report::printable(&json))?;
    } else {
        trial.print()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What would change.
#[derive(Debug, Default, Serialize)]
struct Trial {
    procedures: usize,
    approved: usize,
    would_be_approved: usize,
    changes: Vec<Change>,
}

/// A procedure whose status would be another.
#[derive(Debug, Serialize)]
struct Change {
    session_id: SessionId,
    session: String,
    procedure_id: ProcedureId,
    ordinal: u32,
    procedure_name: String,
    score: Score,
    status: ProcedureStatus,
    would_be: ProcedureStatus,
}

async fn trial(arguments: &TryPolicy) -> Result<Trial, Failure> {
    let policy = policy(arguments)?;
    let (opened, tenant) = (arguments.place.open_existing().await?, &arguments.place.tenant);
    let sessions = opened.store.sessions(tenant, &SessionFilter::default()).await.map_err(Failure::store)?;
    let mut trial = Trial::default();
    for session in sessions {
        let record = opened.store.session(tenant, session.id).await.map_err(Failure::store)?;
        for procedure in record.iter().flat_map(|record| &record.procedures) {
            trial.add(&session.title, procedure, &policy);
        }
    }
    Ok(trial)
}

fn policy(arguments: &TryPolicy) -> Result<Policy, Failure> {
    let policy = config::read(&arguments.settings)?.policy;
    Ok(match arguments.threshold {
        Some(points) => Policy { approve_from: Score::rounded(points.into()), ..policy },
        None => policy,
    })
}

impl Trial {
    fn add(&mut self, session: &str, procedure: &Procedure, policy: &Policy) {
        let would_be = policy.status(&procedure.score);
        self.procedures += 1;
        self.approved += usize::from(procedure.status == ProcedureStatus::Approved);
        self.would_be_approved += usize::from(would_be == ProcedureStatus::Approved);
        if would_be != procedure.status {
            self.changes.push(Change {
                session_id: procedure.session_id,
                session: session.to_owned(),
                procedure_id: procedure.id,
                ordinal: procedure.ordinal,
                procedure_name: procedure.procedure_name.clone(),
                score: procedure.score.total,
                status: procedure.status,
                would_be,
            });
        }
    }

    fn print(&self) -> Result<(), Failure> {
        let mut out = std::io::stdout();
        if !self.changes.is_empty() {
            let mut table = Table::new(["session", "", "procedure", "score", "now", "would be"]).right([1, 3]);
            for change in &self.changes {
                let (ordinal, score) = (change.ordinal.to_string(), change.score.to_string());
                let statuses = [change.status, change.would_be].map(word);
                table.row([&change.session, &ordinal, &change.procedure_name, &score, statuses[0], statuses[1]]);
            }
            table.print()?;
        }
        let Self { procedures, approved, would_be_approved, changes } = self;
        let changed = changes.len();
        writeln!(
            out,
            "{would_be_approved} of {procedures} procedures would be approved; {approved} are. {changed} would change."
        )?;
        Ok(())
    }
}

fn word(status: ProcedureStatus) -> &'static str {
    match status {
        ProcedureStatus::Approved => "approved",
        ProcedureStatus::Excluded => "excluded",
    }
}
