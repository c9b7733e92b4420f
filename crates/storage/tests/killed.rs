//! A program that is killed while it stores leaves all of a run or nothing of it.

use std::env;
use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use stepreel_core::{SessionRecord, TenantId};
use stepreel_storage::conformance::completed;
use stepreel_storage::{Sqlite, Store};
use tempfile::TempDir;

/// Names the file, for the program that is to be killed.
const FILE: &str = "STEPREEL_TEST_KILLED_FILE";

#[tokio::test]
async fn a_run_that_is_killed_is_stored_whole_or_not_at_all() -> Result<(), Box<dyn Error>> {
    if let Some(file) = env::var_os(FILE) {
        return store_until_killed(Path::new(&file)).await;
    }
    let folder = TempDir::new()?;
    let file = folder.path().join("sessions.db");
    for runs in [1, 2, 3, 5, 8, 13] {
        kill_after(runs, &file)?;
        let store = Sqlite::open(&file).await?;
        let first = version(0);
        let found = store.session(&first.session.tenant_id, first.session.id).await?;
        if let Some(found) = found {
            let stored: usize = found.session.summary.parse()?;
            assert!(stored <= runs, "run {stored} had not begun");
            assert_eq!(found, version(stored));
        } else {
            assert_eq!(runs, 1, "an earlier run had finished");
        }
        let next = store.begin(&first.session).await?;
        store.finish(&first, next).await?;
        store.close().await;
    }
    Ok(())
}

/// Runs this very test in another process and kills it when it has begun to store for the given time.
fn kill_after(runs: usize, file: &Path) -> Result<(), Box<dyn Error>> {
    let mut child = Command::new(env::current_exe()?)
        .args(["--exact", "a_run_that_is_killed_is_stored_whole_or_not_at_all", "--nocapture"])
        .env(FILE, file)
        .stdout(Stdio::piped())
        .spawn()?;
    let output = BufReader::new(child.stdout.take().expect("standard output is a pipe"));
    output.lines().map_while(Result::ok).filter(|line| line.contains("storing")).nth(runs - 1);
    child.kill()?;
    child.wait()?;
    Ok(())
}

async fn store_until_killed(file: &Path) -> Result<(), Box<dyn Error>> {
    let store = Sqlite::open(file).await?;
    for run in 1.. {
        let record = version(run);
        let epoch = store.begin(&record.session).await?;
        writeln!(std::io::stdout(), "\nstoring")?;
        store.finish(&record, epoch).await?;
    }
    Ok(())
}

/// The session as one run makes it: with so many procedures, each telling of which run it is.
fn version(run: usize) -> SessionRecord {
    let mut record = completed(&"acme".parse::<TenantId>().expect("a tenant"), 1);
    let template = record.procedures.remove(0);
    record.session.summary = run.to_string();
    record.procedures = (1..=run as u32 % 40)
        .map(|ordinal| stepreel_core::Procedure {
            id: record.session.id.procedure(ordinal),
            ordinal,
            procedure_name: format!("Run {run}"),
            ..template.clone()
        })
        .collect();
    record
}
