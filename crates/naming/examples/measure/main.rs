//! Prints how good names are on labelled text: `cargo run -p stepreel-naming --example measure`.
//!
//! Reads the folder that `STEPREEL_DATA` names (default `../shared/data`). Guides are split by a hash of their ids into a half that weights
//! may be chosen on ("dev") and one that is only reported ("test"), which holds in every set they are in; real sessions likewise. With
//! `--show` prints every title beside its reference, with `--show 10` those of the transcripts of which a tenth is wrong.
#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::error::Error;

use stepreel_naming::{Extractive, FirstWords};

use crate::figures::Figures;
use crate::session::{Half, Session};

mod figures;
mod noise;
mod session;
mod sets;
mod wording;

fn main() -> Result<(), Box<dyn Error>> {
    let show = shown(&std::env::args().collect::<Vec<_>>());
    println!("{:<24} {:<12} {:>5} {:<5} {}", "set", "namer", "noise", "half", Figures::HEADER);
    let mut told: Vec<(f32, f64)> = Vec::new();
    for (label, sessions) in &sets::all()? {
        for percent in [0, 10, 25] {
            let noisy: Vec<Session> = sessions.iter().map(|session| session.with_word_errors(percent)).collect();
            for half in [Half::Dev, Half::Test] {
                let figures = Figures::of(&Extractive::default(), &noisy, half)?;
                if show == Some(percent) {
                    figures.titles.iter().for_each(|titled| println!("{half} {titled}"));
                }
                println!("{label:<24} {:<12} {percent:>5} {half:<5} {figures}", "extractive");
                if percent == 0 && half == Half::Test {
                    told.extend(figures.titles.iter().map(|titled| (titled.name.confidence, titled.score.content_f1)));
                }
            }
        }
        let figures = Figures::of(&FirstWords, sessions, Half::Test)?;
        println!("{label:<24} {:<12} {:>5} {:<5} {figures}", "first_words", 0, Half::Test);
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
