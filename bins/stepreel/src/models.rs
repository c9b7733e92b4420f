//! `stepreel models`: what is known by name, and what is here.

use std::io::Write;
use std::process::ExitCode;

use stepreel_models::{Library, ModelError, Role};

use crate::args;
use crate::exit::Failure;
use crate::table::Table;

pub(crate) fn run(command: &args::Models) -> Result<ExitCode, Failure> {
    let library = Library::discover();
    match command {
        args::Models::List => list(&library),
        args::Models::Verify => verify(&library),
    }
}

fn list(library: &Library) -> Result<ExitCode, Failure> {
    let mut table = Table::new(["name", "role", "MB", "licence", "here", "what it is"]);
    for (name, role) in all(library) {
        let located = library.locate(role, &name);
        let here = match &located {
            Ok(_) => "yes",
            Err(ModelError::Missing { .. }) => "no",
            Err(_) => "damaged",
        };
        let entry = library.manifest().entry(role, &name);
        let megabytes = entry.map_or(String::new(), |entry| format!("{:.1}", entry.bytes as f64 / 1e6));
        let licence = entry.map_or("", |entry| &entry.licence);
        let summary = entry.map_or("brought by the user: nothing is known of it", |entry| &entry.summary);
        table.row([name.as_str(), &role.to_string(), &megabytes, licence, here, summary]);
    }
    table.print()?;
    if library.speech_models().is_empty() {
        writeln!(
            std::io::stderr(),
            "No speech model is here: words come from captions. Put a ggml Whisper file named ggml-<name>.bin into a folder, \
             and name the folder in the environment variable STEPREEL_MODELS."
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

fn verify(library: &Library) -> Result<ExitCode, Failure> {
    let mut failure = None;
    for (name, role) in all(library) {
        match library.locate(role, &name) {
            Ok(located) => writeln!(std::io::stdout(), "{name}: good, {}", located.sha256)?,
            Err(error) => {
                writeln!(std::io::stdout(), "{name}: {error}")?;
                failure = Some(error);
            }
        }
    }
    failure.map_or(Ok(ExitCode::SUCCESS), |error| Err(Failure::usage(error)))
}

/// The models of the manifest, and those that the user brought.
fn all(library: &Library) -> Vec<(String, Role)> {
    let known = library.manifest().entries().map(|(name, entry)| (name.to_owned(), entry.role));
    let brought = library.speech_models().into_iter().map(|name| (name, Role::Speech));
    let mut all: Vec<_> = known.collect();
    all.extend(brought.filter(|(name, role)| library.manifest().entry(*role, name).is_none()));
    all
}
