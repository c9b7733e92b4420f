//! `stepreel-eval make`: labelled synthetic sessions.

use std::collections::{BTreeMap, VecDeque};
use std::io::Write;
use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use stepreel_testkit::{Scenario, Script, Take, narrations, own_scripts, planted};

use crate::Done;
use crate::args::Make;

pub(crate) fn run(arguments: &Make) -> Done {
    std::fs::create_dir_all(&arguments.folder)
        .with_context(|| format!("could not make the folder {}", arguments.folder.display()))?;
    if arguments.planted {
        planted().iter().try_for_each(|scenario| tell(&scenario.record(&arguments.folder)?))?;
    } else {
        scripted(arguments)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Records as many of the scripts as are wanted, one of each style in turn.
fn scripted(arguments: &Make) -> Result<()> {
    let scripts = match &arguments.narrations {
        Some(file) => narrations(file)?,
        None => own_scripts(),
    };
    let wanted = arguments.count.unwrap_or(scripts.len());
    let mut styles = by_style(scripts);
    let mut made = 0;
    while made < wanted {
        let before = made;
        for left in styles.values_mut() {
            if made < wanted && record_next(left, made as u64 + 1, arguments)? {
                made += 1;
            }
        }
        if made == before {
            bail!("{made} of {wanted} sessions were made: no other script lasts as long as --minutes asks");
        }
    }
    Ok(())
}

/// Each style's scripts, in order.
fn by_style(scripts: Vec<Script>) -> BTreeMap<String, VecDeque<Script>> {
    let mut styles: BTreeMap<String, VecDeque<Script>> = BTreeMap::new();
    for script in scripts {
        styles.entry(format!("{:?}", script.style)).or_default().push_back(script);
    }
    styles
}

/// Records the first script that lasts as long as is allowed, and takes it and those before it away; says whether there was one.
fn record_next(left: &mut VecDeque<Script>, seed: u64, arguments: &Make) -> Result<bool> {
    while let Some(script) = left.pop_front() {
        let scenario = Scenario::new(script, seed).spoken_by(arguments.voices.clone());
        let scenario = match &arguments.footage {
            Some(folder) => scenario.filmed_from(folder),
            None => scenario,
        };
        if let Some(take) = scenario.record_if_lasting(&allowed(arguments), &arguments.folder)? {
            tell(&take)?;
            return Ok(true);
        }
    }
    Ok(false)
}

fn allowed(arguments: &Make) -> RangeInclusive<Duration> {
    arguments.minutes.as_ref().map_or(Duration::ZERO..=Duration::MAX, |minutes| minutes.0.clone())
}

fn tell(take: &Take) -> Result<()> {
    let minutes = take.truth.duration.seconds() / 60.0;
    let speaker = take.truth.speaker.map_or_else(String::new, |speaker| format!(", spoken by {speaker}"));
    writeln!(std::io::stderr(), "recorded {}: {minutes:.1} minutes{speaker}", take.recording.display())?;
    Ok(())
}
