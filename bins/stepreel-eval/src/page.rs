//! All figures and timelines as one page that needs nothing else.

mod figures;
mod timeline;

use anyhow::Result;
use askama::Template;
use stepreel_testkit::Truth;

use crate::comparison::changed;
use crate::outcome::Evaluation;
use figures::FigureTable;
use timeline::SessionCard;

/// The page, ready to be written.
#[derive(Template)]
#[template(path = "page.html")]
pub(crate) struct Page<'a> {
    style: &'static str,
    own_style: &'static str,
    title: String,
    facts: Vec<(&'static str, String)>,
    tables: Vec<FigureTable>,
    changed: Option<ChangedSessions<'a>>,
    cards: Vec<SessionCard<'a>>,
}

/// The sessions of which two configurations make something else.
pub(crate) struct ChangedSessions<'a> {
    before: &'a str,
    after: &'a str,
    rows: Vec<ChangedRow<'a>>,
}

struct ChangedRow<'a> {
    name: &'a str,
    anchor: String,
    f1: [String; 2],
    gain: String,
    counts: String,
    changes: Vec<String>,
}

/// The look is that of a session's report.
const STYLE: &str = include_str!("../../../crates/report/templates/page.css");

impl<'a> Page<'a> {
    pub(crate) fn new(truths: &'a [Truth], evaluations: &'a [Evaluation]) -> Self {
        let names: Vec<&str> = evaluations.iter().map(|evaluation| evaluation.configuration.as_str()).collect();
        let changed = match evaluations {
            [before, after] => Some(ChangedSessions::new(before, after)),
            _ => None,
        };
        Self {
            style: STYLE,
            own_style: include_str!("../templates/page.css"),
            title: names.join(", "),
            facts: facts(truths),
            tables: figures::tables(evaluations),
            changed,
            cards: SessionCard::worst_first(truths, evaluations),
        }
    }

    pub(crate) fn text(&self) -> Result<String> {
        Ok(self.render()?)
    }
}

fn facts(truths: &[Truth]) -> Vec<(&'static str, String)> {
    let hours = truths.iter().map(|truth| truth.duration.seconds()).sum::<f64>() / 3600.0;
    let procedures: usize = truths.iter().map(|truth| truth.procedures.len()).sum();
    let recorded = truths.iter().filter(|truth| truth.recording.is_some()).count();
    let evidence = match recorded {
        0 => "words alone".to_owned(),
        all if all == truths.len() => "recordings".to_owned(),
        some => format!("recordings of {some}, else words alone"),
    };
    vec![
        ("Sessions", truths.len().to_string()),
        ("Hours", format!("{hours:.1}")),
        ("True procedures", procedures.to_string()),
        ("Evidence", evidence),
    ]
}

impl<'a> ChangedSessions<'a> {
    fn new(before: &'a Evaluation, after: &'a Evaluation) -> Self {
        let f1 = |outcome: &crate::outcome::Outcome| format!("{:.1}", 100.0 * outcome.found.found.procedure_f1);
        let rows = changed(before, after).into_iter().map(|session| ChangedRow {
            name: &session.after.result.name,
            anchor: timeline::anchor(&session.after.result.name),
            f1: [f1(session.before), f1(session.after)],
            gain: format!("{:+.1}", 100.0 * session.gain()),
            counts: session.counts(),
            changes: session.changes.iter().map(ToString::to_string).collect(),
        });
        Self { before: &before.configuration, after: &after.configuration, rows: rows.collect() }
    }
}
