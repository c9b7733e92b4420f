//! Figures for people.

use std::io::{self, Write};

use comfy_table::{CellAlignment, Table};

use crate::outcome::Outcome;
use stepreel_testkit::metrics::{Found, mean};

/// Lines above and below the header and below the last row, none between rows: a preset of `comfy_table`.
const LINES: &str = "  ── ══      ──    ";

pub(crate) fn print(outcomes: &[Outcome]) -> io::Result<()> {
    let mut out = io::stdout();
    writeln!(out, "{}", sessions(outcomes))?;
    writeln!(out, "{}", methods(outcomes))?;
    let wrong = outcomes.iter().filter(|outcome| !outcome.verdict_right()).count();
    writeln!(out, "Verdicts: {wrong} of {} wrong.", outcomes.len())
}

fn sessions(outcomes: &[Outcome]) -> Table {
    let header = [
        "session",
        "min",
        "K",
        "found",
        "proc F1",
        "bound F1",
        "title F1",
        "verdict",
        "range IoU",
        "unexpected",
        "s/min",
    ];
    let mut table = table(&header, &[1, 2, 3, 4, 5, 6, 8, 10]);
    for o in outcomes {
        let verdict =
            if o.verdict_right() { o.verdict.clone() } else { format!("{} not {}", o.verdict, o.true_verdict) };
        table.add_row([
            o.name.clone(),
            format!("{:.1}", o.minutes),
            o.true_count.to_string(),
            o.predicted_count.to_string(),
            percent(o.found.procedure_f1),
            percent(o.found.boundary_f1),
            o.title_f1.map_or_else(String::new, percent),
            verdict,
            o.finding_iou.map_or_else(String::new, |iou| format!("{iou:.2}")),
            o.unexpected.join(" "),
            format!("{:.1}", o.seconds_per_minute),
        ]);
    }
    table
}

/// How well one method did on a session.
type Figures = fn(&Outcome) -> Found;

/// The configuration beside the baselines, as means over the sessions that have procedures.
fn methods(outcomes: &[Outcome]) -> Table {
    let scored: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.true_count > 0).collect();
    let mut table =
        table(&["method", "proc F1@.5", "bound F1@15s", "|K error|", "title F1", "s/min"], &[1, 2, 3, 4, 5]);
    let methods: [(&str, Figures); 4] = [
        ("this configuration", |o| o.found),
        ("uniform, K = 5", |o| o.uniform_five),
        ("uniform, right K", |o| o.uniform_oracle),
        ("random, right K", |o| o.random_oracle),
    ];
    for (name, figure) in methods {
        let found = mean(&scored.iter().map(|outcome| figure(outcome)).collect::<Vec<_>>());
        let mut row = vec![
            name.to_owned(),
            percent(found.procedure_f1),
            percent(found.boundary_f1),
            format!("{:.2}", found.count_error),
        ];
        if name == methods[0].0 {
            row.push(average(scored.iter().filter_map(|outcome| outcome.title_f1)).map_or_else(String::new, percent));
            let pace = average(outcomes.iter().map(|outcome| outcome.seconds_per_minute));
            row.push(pace.map_or_else(String::new, |pace| format!("{pace:.1}")));
        }
        table.add_row(row);
    }
    table
}

fn table(header: &[&str], right: &[usize]) -> Table {
    let mut table = Table::new();
    table.load_preset(LINES).set_header(header);
    for &index in right {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn average(values: impl Iterator<Item = f64>) -> Option<f64> {
    let values: Vec<f64> = values.collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn percent(share: f64) -> String {
    format!("{:.1}", share * 100.0)
}
