//! Prints how good names are on labelled text: `cargo run -p stepreel-naming --example measure`.
//!
//! Reads the folder that `STEPREEL_DATA` names (default `../shared/data`). Guides are split by a hash of their ids into a half that weights
//! may be chosen on ("dev") and one that is only reported ("test"), which holds in every set they are in; real sessions likewise. With `--show` prints every title beside its reference,
//! with `--show 10` those of the transcripts of which a tenth is wrong.
#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::error::Error;
use std::path::PathBuf;

use stepreel_core::NameSource;
use stepreel_naming::{Extractive, FirstWords, Namer};
use stepreel_testkit::title_metric::TitleScore;

use crate::session::Session;

mod noise;
mod session;
mod sets;
mod wording;

fn main() -> Result<(), Box<dyn Error>> {
    let data = data();
    let show = shown(&std::env::args().collect::<Vec<_>>());
    let sets = [
        ("naming, announced", sets::naming(&data, true)?),
        ("naming, own wordings", sets::wordings(&data)?),
        ("naming, implicit", sets::naming(&data, false)?),
        ("narrations, announced", sets::narrations(&data, true)?),
        ("narrations, implicit", sets::narrations(&data, false)?),
        ("holoassist", sets::holoassist(&data)?),
    ];
    println!("{:<24} {:<12} {:>5} {:<5} {}", "set", "namer", "noise", "half", Row::HEADER);
    let mut told: Vec<(f32, f64)> = Vec::new();
    for (label, sessions) in &sets {
        for percent in [0, 10, 25] {
            let noisy: Vec<Session> = sessions.iter().map(|session| session.with_word_errors(percent)).collect();
            for half in ["dev", "test"] {
                let row = measure(&Extractive::default(), &noisy, half, show == Some(percent))?;
                println!("{label:<24} {:<12} {percent:>5} {half:<5} {row}", "extractive");
                if percent == 0 && half == "test" {
                    told.extend(row.confidences.iter().zip(&row.scores).map(|(&sure, score)| (sure, score.content_f1)));
                }
            }
        }
        let row = measure(&FirstWords, sessions, "test", false)?;
        println!("{label:<24} {:<12} {:>5} {:<5} {row}", "first_words", 0, "test");
    }
    print_reliability(&told);
    Ok(())
}

/// How good titles of each confidence are: of the test halves, all sets together, every word heard.
fn print_reliability(told: &[(f32, f64)]) {
    println!("\nconfidence     n  content");
    for tenth in 0..10_u8 {
        let alike = told.iter().filter(|(sure, _)| (sure * 10.0).floor() as u8 == tenth).map(|(_, content)| *content);
        let alike: Vec<f64> = alike.collect();
        if !alike.is_empty() {
            println!("from .{tenth}    {:>5}   {:.3}", alike.len(), alike.iter().sum::<f64>() / alike.len() as f64);
        }
    }
}

/// The noise at which titles are shown: that of `--show`, by itself none.
fn shown(arguments: &[String]) -> Option<u64> {
    let at = arguments.iter().position(|argument| argument == "--show")?;
    Some(arguments.get(at + 1).and_then(|percent| percent.parse().ok()).unwrap_or(0))
}

/// Means over titles.
#[derive(Default)]
struct Row {
    scores: Vec<TitleScore>,
    confidences: Vec<f32>,
    announced: usize,
    distinct: bool,
}

impl Row {
    const HEADER: &str = "    n  content object   verb  exact ground length announced distinct";
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = self.scores.len().max(1) as f64;
        let mean = |value: fn(&TitleScore) -> f64| self.scores.iter().map(value).sum::<f64>() / count;
        let verbs: Vec<bool> = self.scores.iter().filter_map(|score| score.verb_ok).collect();
        let verb = verbs.iter().filter(|ok| **ok).count() as f64 / verbs.len().max(1) as f64;
        write!(
            f,
            "{:>5}   {:.3}  {:.3}  {verb:.3}  {:.3}  {:.3}  {:.3}     {:.3} {:>8}",
            self.scores.len(),
            mean(|score| score.content_f1),
            mean(|score| score.object_f1),
            mean(|score| f64::from(u8::from(score.exact))),
            mean(|score| score.grounded),
            mean(|score| f64::from(u8::from(score.length_ok))),
            self.announced as f64 / count,
            self.distinct,
        )
    }
}

fn measure(namer: &dyn Namer, sessions: &[Session], half: &str, show: bool) -> Result<Row, Box<dyn Error>> {
    let mut row = Row { distinct: true, ..Row::default() };
    for session in sessions.iter().filter(|session| session.procedures.iter().any(|one| one.half == Some(half))) {
        let names = session.names(namer)?;
        let mut titles: Vec<&String> = names.iter().map(|name| &name.title).collect();
        titles.sort_unstable();
        row.distinct &= titles.windows(2).all(|pair| pair[0] != pair[1]);
        for (name, procedure) in
            names.iter().zip(&session.procedures).filter(|(_, procedure)| procedure.half == Some(half))
        {
            let score = procedure.score(&name.title);
            if show {
                let first = procedure.said.first().map_or("", String::as_str);
                println!(
                    "{half} {:.2} {:?} {:.2} | {} | {} | {first}",
                    score.content_f1, name.source, name.confidence, name.title, procedure.title
                );
            }
            row.announced += usize::from(name.source == NameSource::Announced);
            row.confidences.push(name.confidence);
            row.scores.push(score);
        }
    }
    Ok(row)
}

fn data() -> PathBuf {
    std::env::var_os("STEPREEL_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from)
}
