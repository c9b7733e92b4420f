//! What whoever runs the service does now and then: check that all is well, and copy it.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use stepreel_storage::{Audit, Backup, Invariant, Scrutiny, Sqlite, back_up};
use tokio::runtime::Runtime;

use crate::{args, data};

/// Something doesn't hold; 1 is for what couldn't be done, and 2 for what can't be understood.
const VIOLATED: u8 = 3;

pub(crate) fn audit(arguments: &args::Audit) -> Result<ExitCode> {
    let scrutiny = Scrutiny { contents: !arguments.quick, grace: Duration::from_secs(arguments.grace) };
    let audit = Runtime::new().context("could not start")?.block_on(audited(&arguments.data.data, scrutiny))?;
    if arguments.json {
        writeln!(io::stdout(), "{}", serde_json::to_string_pretty(&audit)?)?;
    } else {
        print(&audit)?;
    }
    Ok(exit(&audit))
}

/// The copy gets its place when it is whole: whoever finds it there can start with it.
pub(crate) fn backup(arguments: &args::Backup) -> Result<ExitCode> {
    let (from, to) = (&arguments.data.data, &arguments.to);
    if to.try_exists().with_context(|| format!("cannot look at {}", to.display()))? {
        bail!("{} is there already: choose another folder for the backup", to.display());
    }
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).with_context(|| format!("cannot make the folder {}", parent.display()))?;
    let growing = tempfile::Builder::new().prefix(".stepreel-backup-").tempdir_in(parent);
    let growing = growing.with_context(|| format!("cannot write to {}", parent.display()))?;
    let (copied, audit) = Runtime::new().context("could not start")?.block_on(copied(from, growing.path()))?;
    fs::rename(growing.path(), to).with_context(|| format!("cannot make the folder {}", to.display()))?;
    // It has another name by now.
    let _ = growing.keep();
    fs::File::open(parent)?.sync_all()?;
    let Backup { files, bytes, missing } = copied;
    writeln!(io::stdout(), "{}: {files} files, {bytes} bytes, {missing} missing", to.display())?;
    print(&audit)?;
    Ok(exit(&audit))
}

async fn copied(from: &Path, to: &Path) -> Result<(Backup, Audit)> {
    let store = data::existing_store(from).await?;
    let copied = back_up(&store, &data::folders(from), &data::database(to), &data::folders(to)).await?;
    match fs::copy(from.join("secret"), to.join("secret")) {
        // Nobody has served from there yet.
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
        secret => drop(secret.context("cannot copy the key that signs URLs")?),
    }
    // Nobody is at work on a copy: what nobody refers to is left over.
    let audit = audited(to, Scrutiny { contents: true, grace: Duration::ZERO }).await?;
    Ok((copied, audit))
}

async fn audited(folder: &Path, scrutiny: Scrutiny) -> Result<Audit> {
    let store: Sqlite = data::store_to_read(folder).await?;
    let audit = stepreel_storage::audit(&store, &data::folders(folder), scrutiny).await?;
    store.close().await;
    Ok(audit)
}

fn print(audit: &Audit) -> Result<()> {
    let mut out = io::stdout().lock();
    let counts = &audit.counts;
    writeln!(
        out,
        "{} sessions, {} procedures, {} jobs, {} uploads, {} files of {} bytes",
        counts.sessions, counts.procedures, counts.jobs, counts.uploads, counts.files, counts.bytes
    )?;
    for invariant in Invariant::ALL {
        let violations = audit.violations.iter().filter(|violation| violation.invariant == invariant).count();
        let verdict = if violations == 0 { "holds".to_owned() } else { format!("{violations} violations") };
        writeln!(out, "{invariant:<3} {verdict:<13} {}", invariant.sentence())?;
    }
    for violation in &audit.violations {
        writeln!(out, "{}", stepreel_core::plain(&violation.to_string()))?;
    }
    Ok(())
}

fn exit(audit: &Audit) -> ExitCode {
    if audit.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(VIOLATED) }
}
