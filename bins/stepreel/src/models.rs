//! `stepreel models`: what is known by name, and what is here.

use std::io::Write;
use std::process::ExitCode;

use stepreel_core::plain;
use stepreel_models::{Entry, Library, ModelError, Presence, Role};

use crate::args::Models;
use crate::bring;
use crate::exit::Failure;
use crate::table::Table;

pub(crate) fn run(command: &Models) -> Result<ExitCode, Failure> {
    let library = Library::discover().map_err(Failure::usage)?;
    match command {
        Models::List { role, here } => list(&library, *role, *here),
        Models::Pull { names, web } => bring::pull(&library, names, web),
        Models::Verify { names } => verify(&library, names),
        Models::Path { name } => path(&library, name),
        Models::Add(add) => bring::add(&library, add),
    }
}

fn list(library: &Library, role: Option<Role>, only_here: bool) -> Result<ExitCode, Failure> {
    let mut table = Table::new(["name", "role", "here", "MB", "memory", "licence", "what it is"]).right([3, 4]);
    let wanted = |entry: &Entry| role.is_none_or(|role| entry.role == role);
    for (name, entry) in library.entries().filter(|(_, entry)| wanted(entry)) {
        let presence = library.presence(entry);
        if only_here && presence == Presence::Absent {
            continue;
        }
        let here = match presence {
            Presence::Here => "yes",
            Presence::Absent => "",
            Presence::Damaged => "damaged",
        };
        let megabytes = entry.bytes().map_or(String::new(), |bytes| format!("{:.1}", bytes as f64 / 1e6));
        let memory = entry.memory_mb.map_or(String::new(), |memory| memory.to_string());
        let what = entry.speed.as_ref().map_or(entry.summary.clone(), |speed| format!("{}; {speed}", entry.summary));
        table.row([name, &entry.role.to_string(), here, &megabytes, &memory, &entry.licence, &what]);
    }
    for name in brought(library).iter().filter(|_| role.is_none_or(|role| role == Role::Speech)) {
        table.row([name, "speech", "yes", "", "", "", "brought by the user: nothing is known of it"]);
    }
    table.print()?;
    if library.speech_models().is_empty() {
        writeln!(
            std::io::stderr(),
            "No speech model is here: words come from captions. `stepreel models pull base.en-q8_0` gets one."
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

fn verify(library: &Library, names: &[String]) -> Result<ExitCode, Failure> {
    let mut failure = None;
    for (name, role) in if names.is_empty() { all_here(library) } else { named(library, names)? } {
        match library.locate(role, &name) {
            Ok(located) => writeln!(std::io::stdout(), "{name}: good, {}", located.sha256)?,
            Err(error) => {
                writeln!(std::io::stdout(), "{}", plain(&format!("{name}: {error}")))?;
                failure = Some(error);
            }
        }
    }
    failure.map_or(Ok(ExitCode::SUCCESS), |error| Err(Failure::usage(error)))
}

fn path(library: &Library, name: &str) -> Result<ExitCode, Failure> {
    for (name, role) in named(library, &[name.to_owned()])? {
        let located = library.locate(role, &name).map_err(Failure::usage)?;
        writeln!(std::io::stdout(), "{}", located.path.display())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn named(library: &Library, names: &[String]) -> Result<Vec<(String, Role)>, Failure> {
    let brought = brought(library);
    let role = |name: &String| match library.entry(name) {
        Ok(entry) => Ok(entry.role),
        Err(_) if brought.contains(name) => Ok(Role::Speech),
        Err(error) => Err(error),
    };
    let roles = names.iter().map(|name| Ok((name.clone(), role(name)?))).collect::<Result<_, ModelError>>();
    roles.map_err(Failure::usage)
}

fn all_here(library: &Library) -> Vec<(String, Role)> {
    let here = library.entries().filter(|(_, entry)| library.presence(entry) != Presence::Absent);
    let known = here.map(|(name, entry)| (name.to_owned(), entry.role));
    known.chain(brought(library).into_iter().map(|name| (name, Role::Speech))).collect()
}

/// Speech models that a user put into a folder: their files name them, and nothing else is known.
fn brought(library: &Library) -> Vec<String> {
    library.speech_models().into_iter().filter(|name| library.entry(name).is_err()).collect()
}
