//! Figures for people.

use std::collections::BTreeMap;
use std::io::{self, Write};

use comfy_table::{CellAlignment, Table};
use stepreel_testkit::metrics::{Found, mean};
use stepreel_testkit::word_metric::WordScore;

use crate::outcome::{Evaluation, Outcome};

/// Lines above and below the header and below the last row, none between rows: a preset of `comfy_table`.
const LINES: &str = "  ── ══      ──    ";

/// One configuration session by session, and all of them beside each other and the baselines.
pub(crate) fn print(evaluations: &[Evaluation]) -> io::Result<()> {
    let mut out = io::stdout();
    if let [only] = evaluations {
        writeln!(out, "{}", sessions(&only.sessions))?;
        writeln!(out, "{}", voices(&only.sessions))?;
    }
    writeln!(out, "{}", methods(evaluations))
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
        "WER",
        "verdict",
        "range IoU",
        "unexpected",
        "s/min",
    ];
    let mut table = table(&header, &[1, 2, 3, 4, 5, 6, 7, 9, 11]);
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
            or_blank(o.title_f1, percent),
            or_blank(o.words.as_ref().and_then(WordScore::error_rate), percent),
            verdict,
            or_blank(o.finding_iou, |iou| format!("{iou:.2}")),
            o.unexpected.join(" "),
            or_blank(o.seconds_per_minute, |pace| format!("{pace:.1}")),
        ]);
    }
    table
}

/// How well each voice was understood.
fn voices(outcomes: &[Outcome]) -> Table {
    let mut voices: BTreeMap<String, Vec<&WordScore>> = BTreeMap::new();
    for outcome in outcomes {
        let voice = outcome.speaker.map_or_else(|| "unknown".to_owned(), |speaker| speaker.to_string());
        voices.entry(voice).or_default().extend(&outcome.words);
    }
    voices.retain(|_, scores| !scores.is_empty());
    let all: Vec<&WordScore> = voices.values().flatten().copied().collect();
    let mut table = table(&["voice", "sessions", "words", "WER", "time error, median"], &[1, 2, 3, 4]);
    for (voice, scores) in voices.into_iter().chain([("all".to_owned(), all)]) {
        let score: WordScore = scores.iter().copied().sum();
        table.add_row([
            voice,
            scores.len().to_string(),
            score.said.to_string(),
            or_blank(score.error_rate(), percent),
            or_blank(score.median_time_error(), |error| format!("{:.2} s", error.as_secs_f64())),
        ]);
    }
    table
}

/// How well one method did on a session.
type Figures = fn(&Outcome) -> Found;

const BASELINES: [(&str, Figures); 3] = [
    ("uniform, K = 5", |o| o.uniform_five),
    ("uniform, right K", |o| o.uniform_oracle),
    ("random, right K", |o| o.random_oracle),
];

/// The configurations beside the baselines, as means over the sessions that have procedures.
fn methods(evaluations: &[Evaluation]) -> Table {
    let header = ["method", "proc F1@.5", "bound F1@15s", "|K error|", "title F1", "WER", "wrong verdicts", "s/min"];
    let mut table = table(&header, &[1, 2, 3, 4, 5, 6, 7]);
    for Evaluation { configuration, sessions } in evaluations {
        let mut row = found(configuration, sessions, |o| o.found);
        let words: WordScore = sessions.iter().filter_map(|o| o.words.as_ref()).sum();
        let wrong = sessions.iter().filter(|o| !o.verdict_right()).count();
        let pace = sessions.iter().map(|o| o.seconds_per_minute).collect::<Option<Vec<f64>>>();
        row.push(or_blank(average(sessions.iter().filter_map(|o| o.title_f1)), percent));
        row.push(or_blank(words.error_rate(), percent));
        row.push(format!("{wrong} of {}", sessions.len()));
        row.push(or_blank(pace.and_then(|pace| average(pace.into_iter())), |pace| format!("{pace:.1}")));
        table.add_row(row);
    }
    if let Some(any) = evaluations.first() {
        BASELINES.iter().for_each(|(name, figures)| {
            table.add_row(found(name, &any.sessions, *figures));
        });
    }
    table
}

/// The figures that configurations and baselines have in common, after the method's name.
fn found(name: &str, outcomes: &[Outcome], figures: Figures) -> Vec<String> {
    let scored = outcomes.iter().filter(|outcome| outcome.true_count > 0);
    let found = mean(&scored.map(figures).collect::<Vec<_>>());
    vec![name.to_owned(), percent(found.procedure_f1), percent(found.boundary_f1), format!("{:.2}", found.count_error)]
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

fn or_blank<T>(value: Option<T>, shown: impl Fn(T) -> String) -> String {
    value.map_or_else(String::new, shown)
}
