//! `stepreel groups`: stored procedures that are takes of one job.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use serde::Serialize;
use stepreel_core::{ProcedureId, Score, SessionId, plain};

use crate::args;
use crate::exit::Failure;
use crate::grouped::Grouped;

pub(crate) fn run(arguments: &args::Groups) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Runtime::new().context("could not start")?;
    let grouped = runtime.block_on(async {
        let opened = arguments.place.open_existing().await?;
        Grouped::read(&opened, &arguments.place.tenant).await
    })?;
    let listed: Vec<Listed> = grouped.groups.iter().map(|group| Listed::new(&grouped, group)).collect();
    if arguments.json {
        let json = serde_json::to_string_pretty(&listed).context("could not print")?;
        writeln!(std::io::stdout(), "{}", stepreel_report::printable(&json))?;
    } else {
        print(&listed)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A group as it is listed.
#[derive(Serialize)]
struct Listed {
    exemplar: Take,
    others: Vec<Beside>,
}

#[derive(Serialize)]
struct Take {
    procedure_id: ProcedureId,
    procedure_name: String,
    session_id: SessionId,
    session: String,
    ordinal: u32,
    score: Score,
}

#[derive(Serialize)]
struct Beside {
    #[serde(flatten)]
    take: Take,
    /// Steps of the exemplar that come at another place.
    moved: Vec<Moved>,
}

#[derive(Serialize)]
struct Moved {
    step: usize,
    text: String,
    place: usize,
    #[serde(skip)]
    told: String,
}

impl Listed {
    fn new(grouped: &Grouped, group: &stepreel_grouping::Group) -> Self {
        let moved = |moved: &stepreel_grouping::Moved| Moved {
            step: moved.step,
            text: moved.text.clone(),
            place: moved.place,
            told: moved.to_string(),
        };
        let beside = |other: &stepreel_grouping::Other| Beside {
            take: Take::new(grouped, other.take),
            moved: other.moved.iter().map(moved).collect(),
        };
        Self { exemplar: Take::new(grouped, group.exemplar), others: group.others.iter().map(beside).collect() }
    }
}

impl Take {
    fn new(grouped: &Grouped, take: usize) -> Self {
        let (record, procedure) = grouped.take(take);
        Self {
            procedure_id: procedure.id,
            procedure_name: procedure.procedure_name.clone(),
            session_id: procedure.session_id,
            session: record.session.title.clone(),
            ordinal: procedure.ordinal,
            score: procedure.score.total,
        }
    }

    fn told(&self) -> String {
        let Self { procedure_name, session, ordinal, score, .. } = self;
        let id = self.procedure_id.to_string();
        plain(&format!("{}  {procedure_name} ({session}, procedure {ordinal}, score {score})", &id[..8]))
    }
}

fn print(groups: &[Listed]) -> std::io::Result<()> {
    let mut out = std::io::stdout();
    if groups.is_empty() {
        return writeln!(out, "no two approved procedures are takes of one job");
    }
    for group in groups {
        writeln!(out, "{}", group.exemplar.told())?;
        for other in &group.others {
            writeln!(out, "  {}", other.take.told())?;
            for moved in &other.moved {
                writeln!(out, "            {}", plain(&moved.told))?;
            }
        }
    }
    Ok(())
}
