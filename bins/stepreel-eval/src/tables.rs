//! Figures for people.

use std::collections::BTreeMap;
use std::io::{self, Write};

use comfy_table::{CellAlignment, Table};
use stepreel_core::FindingCode;
use stepreel_testkit::word_metric::WordScore;

use crate::comparison::{Changed, changed};
use crate::outcome::{Evaluation, Outcome};
use crate::summary::{Estimate, Estimates, FIGURES, Summary, TITLES, Unit};
use crate::verdicts::Judgement;

/// Lines above and below the header and below the last row, none between rows: a preset of `comfy_table`.
const LINES: &str = "  ── ══      ──    ";

/// One configuration session by session, or the sessions that two make something else of; and all of them beside each other and the
/// baselines.
pub(crate) fn print(evaluations: &[Evaluation]) -> io::Result<()> {
    let mut out = io::stdout();
    match evaluations {
        [only] => {
            writeln!(out, "{}", sessions(&only.sessions))?;
            if only.sessions.iter().any(|outcome| outcome.words.is_some()) {
                writeln!(out, "{}", voices(&only.sessions))?;
            }
        }
        [before, after] => writeln!(out, "{}", comparison(before, after))?,
        _ => {}
    }
    writeln!(out, "{}", methods(evaluations))?;
    writeln!(
        out,
        "In brackets: 90 % of resamples of the sessions. Verdicts: false fails / false passes / wrong reasons."
    )
}

fn sessions(outcomes: &[Outcome]) -> Table {
    let header = [
        "session",
        "min",
        "K",
        "found",
        "proc F1",
        "bound F1",
        "MoF",
        "Pk",
        "title F1",
        "WER",
        "verdict",
        "range IoU",
        "unexpected",
        "s/min",
    ];
    let mut table = table(&header, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13]);
    for o in outcomes {
        table.add_row([
            o.result.name.clone(),
            format!("{:.1}", o.minutes),
            o.true_count.to_string(),
            o.predicted_count.to_string(),
            Unit::Percent.shown(o.found.found.procedure_f1),
            Unit::Percent.shown(o.found.found.boundary_f1),
            Unit::Percent.shown(o.found.frame_accuracy),
            or_blank(o.found.pk, |pk| Unit::Share.shown(pk)),
            or_blank(o.titles, |titles| Unit::Percent.shown(titles.content_f1)),
            or_blank(o.words.as_ref().and_then(WordScore::error_rate), |rate| Unit::Percent.shown(rate)),
            verdict(o),
            or_blank(o.finding_iou, |iou| format!("{iou:.2}")),
            o.unexpected.iter().map(FindingCode::to_string).collect::<Vec<_>>().join(" "),
            or_blank(o.seconds_per_minute, |pace| format!("{pace:.1}")),
        ]);
    }
    table
}

fn verdict(outcome: &Outcome) -> String {
    let verdict = &outcome.result.verdict;
    match Judgement::of(outcome) {
        Judgement::Right => verdict.clone(),
        _ => format!("{verdict} not {}", outcome.true_verdict),
    }
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
            or_blank(score.error_rate(), |rate| Unit::Percent.shown(rate)),
            or_blank(score.median_time_error(), |error| format!("{:.2} s", error.as_secs_f64())),
        ]);
    }
    table
}

/// So many changes of a session are told one by one.
const MOST_CHANGES: usize = 4;

/// The sessions that two configurations make something else of.
fn comparison(before: &Evaluation, after: &Evaluation) -> Table {
    let changes = format!("from {} to {}", before.configuration, after.configuration);
    let mut table = table(&["session", "proc F1", "gain", "found", &changes], &[1, 2, 3]);
    for session in changed(before, after) {
        let f1 = |outcome: &Outcome| Unit::Percent.shown(outcome.found.found.procedure_f1);
        table.add_row([
            session.after.result.name.clone(),
            format!("{} → {}", f1(session.before), f1(session.after)),
            format!("{:+.1}", 100.0 * session.gain()),
            session.counts(),
            told(&session),
        ]);
    }
    table
}

fn told(session: &Changed<'_>) -> String {
    let shown = session.changes.iter().take(MOST_CHANGES).map(ToString::to_string);
    let more = session.changes.len().saturating_sub(MOST_CHANGES);
    let more = (more > 0).then(|| format!("and {more} more"));
    shown.chain(more).collect::<Vec<_>>().join("\n")
}

/// The figures that are printed; JSON and the page have all.
const MAIN: [&str; 5] = ["procedure_f1", "boundary_f1", "count_error", "frame_accuracy", "pk"];

/// A method that doesn't look.
pub(crate) type Baseline = (&'static str, fn(&Summary) -> &Estimates);

/// The floor under every figure.
pub(crate) const BASELINES: [Baseline; 3] = [
    ("uniform, K = 5", |summary| &summary.uniform_five),
    ("uniform, right K", |summary| &summary.uniform_oracle),
    ("random, right K", |summary| &summary.random_oracle),
];

/// The configurations beside the baselines.
fn methods(evaluations: &[Evaluation]) -> Table {
    let main = FIGURES.iter().filter(|column| MAIN.contains(&column.key)).map(|column| column.head);
    let header: Vec<&str> =
        ["method"].into_iter().chain(main).chain(["title F1", "WER", "verdicts", "s/min"]).collect();
    let mut table = table(&header, &[1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for Evaluation { configuration, summary, .. } in evaluations {
        let mut row = found(configuration, &summary.found);
        row.push(or_blank(summary.titles.get(TITLES[0].key), |estimate| Unit::Percent.estimate(estimate)));
        row.push(or_blank(summary.word_error_rate, |rate: Estimate| Unit::Percent.estimate(&rate)));
        row.push(summary.verdicts.to_string());
        row.push(or_blank(summary.seconds_per_minute, |pace| format!("{pace:.1}")));
        table.add_row(row);
    }
    if let Some(any) = evaluations.first() {
        BASELINES.iter().for_each(|(name, figures)| {
            table.add_row(found(name, figures(&any.summary)));
        });
    }
    table
}

/// The figures that configurations and baselines have in common, after the method's name.
fn found(name: &str, estimates: &Estimates) -> Vec<String> {
    let main = FIGURES.iter().filter(|column| MAIN.contains(&column.key));
    let cells = main.map(|column| or_blank(estimates.get(column.key), |estimate| column.unit.estimate(estimate)));
    [name.to_owned()].into_iter().chain(cells).collect()
}

pub(crate) fn table(header: &[&str], right: &[usize]) -> Table {
    let mut table = Table::new();
    table.load_preset(LINES).set_header(header);
    for &index in right {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn or_blank<T>(value: Option<T>, shown: impl Fn(T) -> String) -> String {
    value.map_or_else(String::new, shown)
}
