//! Speed and memory of the whole, beside what bounds it: bare tools that do the same work on the same recording in the same run, and the
//! stack that somebody would put together in Python.
//!
//! Machines differ and are noisy, so what is compared are ratios to limits that were measured a moment before; docs/performance.md tells
//! how to build what is measured.

mod arguments;
mod budget;
mod limit;
mod measure;
mod peak;
mod peer;
mod program;
mod session;
mod speech;
mod table;
mod tool;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use arguments::Arguments;
use budget::Budgets;
use measure::Bench;
use session::Session;

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    std::fs::create_dir_all(&arguments.folder)?;
    let session = Session::record(&arguments.folder, arguments.format())?;
    let model = arguments.model()?;
    let bench = Bench::new(&arguments.folder, &session, model)?;
    let measured = bench.measure(arguments.tries())?;
    let mut rows = measured.rows();
    if let Some(peer) = arguments.peer()? {
        rows.extend(peer.measure(&session, &measured)?);
    }
    table::print(&session, &rows, &measured)?;
    let budgets = Budgets::own()?;
    let over = if arguments.short { budgets.broken(&rows) } else { Vec::new() };
    table::complain(&over)?;
    Ok(if over.is_empty() && budgets.holds(&measured.memory) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
