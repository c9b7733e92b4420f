//! `stepreel-eval calibrate`: what the segmenter's settings are worth, one by one, and whether choosing among them would carry over.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Result, bail};
use stepreel_pipeline::{Config, SegmenterConfig};
use stepreel_segmentation::ChangePointConfig;
use stepreel_testkit::metrics::{Found, mean};

use crate::Done;
use crate::args::Calibrate;
use crate::candidate::Candidate;
use crate::costs::Costs;
use crate::outcome::Evaluation;
use crate::run::evaluate;
use crate::sessions::Sessions;
use crate::tables::table;

/// A setting, and where it is.
type Setting = (&'static str, fn(&mut ChangePointConfig) -> &mut f64);

/// The settings that are weighed against each other; the others are limits.
const SETTINGS: [Setting; 9] = [
    ("boundary_cost", |config| &mut config.boundary_cost),
    ("typical_seconds", |config| &mut config.typical_seconds),
    ("weights.pictures", |config| &mut config.weights.pictures),
    ("weights.views", |config| &mut config.weights.views),
    ("weights.sound", |config| &mut config.weights.sound),
    ("weights.words", |config| &mut config.weights.words),
    ("weights.cues", |config| &mut config.weights.cues),
    ("weights.activity", |config| &mut config.weights.activity),
    ("weights.motion", |config| &mut config.weights.motion),
];

/// By how much each is varied: a quarter less, a third more.
const FACTORS: [f64; 2] = [0.75, 4.0 / 3.0];

/// Parts that sessions are dealt out into, one after the other.
const FOLDS: usize = 5;

pub(crate) fn run(arguments: &Calibrate) -> Done {
    let sessions = Sessions::find(&arguments.sessions)?;
    let config = arguments.config.as_deref().map_or_else(|| Ok(Config::default()), Config::read)?;
    let scratch = tempfile::tempdir()?;
    let mut costs = Costs::open(arguments.kept.as_deref().unwrap_or(scratch.path()))?;
    let variants = variants(&config)?.into_iter().map(|(name, config)| {
        let candidate = Candidate::build(name, config, sessions.recorded())?;
        evaluate(&candidate, &sessions, &mut costs)
    });
    let variants: Vec<Evaluation> = variants.collect::<Result<_>>()?;
    print(&variants)?;
    Ok(ExitCode::SUCCESS)
}

/// The configuration as it is, then with each setting varied alone.
fn variants(config: &Config) -> Result<Vec<(String, Config)>> {
    let SegmenterConfig::ChangePoint(settings) = &config.segmenter else {
        bail!("only the segmenter \"change_point\" has settings to calibrate");
    };
    let mut variants = vec![("as it is".to_owned(), config.clone())];
    for (name, setting) in SETTINGS {
        for factor in FACTORS {
            let mut varied = settings.clone();
            *setting(&mut varied) *= factor;
            let segmenter = SegmenterConfig::ChangePoint(varied);
            variants.push((format!("{name} x {factor:.2}"), Config { segmenter, ..config.clone() }));
        }
    }
    Ok(variants)
}

fn print(variants: &[Evaluation]) -> Result<()> {
    let mut table = table(&["setting", "proc F1@.5", "bound F1@15s", "|K error|"], &[1, 2, 3]);
    let mut row = |name: &str, found: Found| {
        let figures = [100.0 * found.procedure_f1, 100.0 * found.boundary_f1].map(|percent| format!("{percent:.1}"));
        table.add_row([name.to_owned(), figures[0].clone(), figures[1].clone(), format!("{:.2}", found.count_error)]);
    };
    for variant in variants {
        row(&variant.configuration, mean(&found(variant)));
    }
    row(&format!("chosen on other sessions, {FOLDS} folds"), mean(&cross_validated(variants)));
    writeln!(std::io::stdout(), "{table}")?;
    Ok(())
}

/// What was found in each session that has procedures.
fn found(variant: &Evaluation) -> Vec<Found> {
    let scored = variant.sessions.iter().filter(|outcome| outcome.scored());
    scored.map(|outcome| outcome.found.found).collect()
}

/// For each session what the variant finds there that is best, by procedure and boundary F1, on the sessions of the other folds.
fn cross_validated(variants: &[Evaluation]) -> Vec<Found> {
    let found: Vec<Vec<Found>> = variants.iter().map(found).collect();
    let chosen = (0..FOLDS).map(|fold| {
        let worth = |variant: &Vec<Found>| {
            let others = variant.iter().enumerate().filter(|(session, _)| session % FOLDS != fold);
            others.map(|(_, found)| found.procedure_f1 + found.boundary_f1).sum::<f64>()
        };
        let best = found.iter().reduce(|best, variant| if worth(variant) > worth(best) { variant } else { best });
        best.expect("the configuration itself is a variant")
    });
    let chosen: Vec<&Vec<Found>> = chosen.collect();
    (0..found[0].len()).map(|session| chosen[session % FOLDS][session]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_is_varied_alone() {
        let variants = variants(&Config::default()).unwrap();
        assert_eq!(variants.len(), 1 + 2 * SETTINGS.len());
        for (name, varied) in &variants[1..] {
            let (before, after) = (Config::default().to_toml(), varied.to_toml());
            let changed = before.lines().zip(after.lines()).filter(|(before, after)| before != after).count();
            assert_eq!(changed, 1, "{name}");
        }
    }

    #[test]
    fn another_segmenter_has_nothing_to_calibrate() {
        assert!(variants(&Config::parse("[segmenter]\nkind = \"uniform\"").unwrap()).is_err());
    }
}
