//! The tables of figures over all sessions.

use crate::outcome::Evaluation;
use crate::summary::{Column, Estimates, FIGURES, Summary, TITLES, Unit};
use crate::tables::BASELINES;

pub(super) struct FigureTable {
    pub(super) title: &'static str,
    pub(super) head: Vec<&'static str>,
    pub(super) rows: Vec<Row>,
}

pub(super) struct Row {
    pub(super) name: String,
    pub(super) baseline: bool,
    pub(super) cells: Vec<Cell>,
}

/// A figure and its interval; both empty where it isn't known.
#[derive(Default)]
pub(super) struct Cell {
    pub(super) value: String,
    pub(super) interval: String,
}

/// How procedures were found, and what became of the sessions besides.
pub(super) fn tables(evaluations: &[Evaluation]) -> Vec<FigureTable> {
    let own = |cells: fn(&Summary) -> Vec<Cell>| {
        let row =
            move |e: &Evaluation| Row { name: e.configuration.clone(), baseline: false, cells: cells(&e.summary) };
        evaluations.iter().map(row)
    };
    let baselines = evaluations.first().into_iter().flat_map(|any| {
        let row = |(name, estimates): &crate::tables::Baseline| Row {
            name: (*name).to_owned(),
            baseline: true,
            cells: cells(&FIGURES, estimates(&any.summary)),
        };
        BASELINES.iter().map(row)
    });
    let others = [
        "WER",
        "word time error",
        "range IoU",
        "right verdicts",
        "false fails",
        "false passes",
        "wrong reasons",
        "s/min",
    ];
    vec![
        FigureTable {
            title: "Procedures",
            head: FIGURES.iter().map(|column| column.head).collect(),
            rows: own(|summary| cells(&FIGURES, &summary.found)).chain(baselines).collect(),
        },
        FigureTable {
            title: "Titles of procedures that were found",
            head: TITLES.iter().map(|column| column.head).collect(),
            rows: own(|summary| cells(&TITLES, &summary.titles)).collect(),
        },
        FigureTable { title: "Words, findings and verdicts", head: others.to_vec(), rows: own(other_cells).collect() },
    ]
}

fn cells<T>(columns: &[Column<T>], estimates: &Estimates) -> Vec<Cell> {
    columns
        .iter()
        .map(|column| estimates.get(column.key).map_or_else(Cell::default, |e| Cell::of(e, column.unit)))
        .collect()
}

fn other_cells(summary: &Summary) -> Vec<Cell> {
    let estimate =
        |estimate: Option<_>, unit| estimate.map_or_else(Cell::default, |estimate| Cell::of(&estimate, unit));
    let number = |value: Option<f64>, unit: &str| {
        Cell::plain(value.map_or_else(String::new, |value| format!("{value:.2}{unit}")))
    };
    let verdicts = summary.verdicts;
    let counts = [verdicts.right, verdicts.false_fail, verdicts.false_pass, verdicts.wrong_reason];
    let figures = [
        estimate(summary.word_error_rate, Unit::Percent),
        number(summary.median_word_time_error_seconds, " s"),
        estimate(summary.finding_iou, Unit::Count),
    ];
    let counts = counts.into_iter().map(|count| Cell::plain(count.to_string()));
    figures.into_iter().chain(counts).chain([number(summary.seconds_per_minute, "")]).collect()
}

impl Cell {
    fn of(estimate: &crate::summary::Estimate, unit: Unit) -> Self {
        let interval = estimate.interval.map(|interval| unit.interval(interval));
        Self { value: unit.shown(estimate.value), interval: interval.unwrap_or_default() }
    }

    fn plain(value: String) -> Self {
        Self { value, ..Self::default() }
    }
}
