//! `stepreel-eval make`: labelled synthetic sessions.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, Result};
use stepreel_testkit::{Scenario, Script, narrations, own_scripts, planted};

use crate::Done;
use crate::args::Make;

pub(crate) fn run(arguments: &Make) -> Done {
    std::fs::create_dir_all(&arguments.folder)
        .with_context(|| format!("could not make the folder {}", arguments.folder.display()))?;
    for scenario in scenarios(arguments)? {
        let take = scenario.record(&arguments.folder)?;
        writeln!(std::io::stderr(), "recorded {}", take.recording.display())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn scenarios(arguments: &Make) -> Result<Vec<Scenario>> {
    if arguments.planted {
        return Ok(planted());
    }
    let scripts = match &arguments.narrations {
        Some(file) => narrations(file)?,
        None => own_scripts(),
    };
    let filmed = |scenario: Scenario| match &arguments.footage {
        Some(folder) => scenario.filmed_from(folder),
        None => scenario,
    };
    let chosen = spread(scripts, arguments.count);
    Ok((1..).zip(chosen).map(|(seed, script)| filmed(Scenario::new(script, seed))).collect())
}

/// So many scripts, taken from each style in turn.
fn spread(scripts: Vec<Script>, count: usize) -> Vec<Script> {
    let mut styles: BTreeMap<String, Vec<Script>> = BTreeMap::new();
    for script in scripts.into_iter().rev() {
        styles.entry(format!("{:?}", script.style)).or_default().push(script);
    }
    let mut chosen = Vec::new();
    while chosen.len() < count && styles.values().any(|left| !left.is_empty()) {
        chosen.extend(styles.values_mut().filter_map(Vec::pop));
    }
    chosen.truncate(count);
    chosen
}
