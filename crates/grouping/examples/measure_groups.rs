//! How well groups fit on the evaluation data: `cargo run -p stepreel-grouping --example measure_groups` prints the reported halves, and with `-- choose` what
//! other settings would give on the development halves.
#![allow(clippy::print_stdout, reason = "printing is what it is for")]

#[path = "../tests/pairs/mod.rs"]
mod pairs;

use pairs::{Half, fit, holoassist, narrations, of_half};
use stepreel_grouping::Nearness;

fn main() {
    let choose = std::env::args().any(|argument| argument == "choose");
    for (name, known) in [("narrations", narrations()), ("holoassist", holoassist())] {
        if choose {
            let takes = of_half(&known, Half::Development);
            println!("{name}, development half: {} takes", takes.len());
            for cosine in [0.40, 0.45, 0.50, 0.55, 0.60] {
                for shared in [8.0, 12.0, 16.0, 20.0, 24.0] {
                    tell(&format!("cosine {cosine:.2}, shared {shared:4.1}"), fit(&takes, Nearness { cosine, shared }));
                }
            }
        } else {
            let takes = of_half(&known, Half::Report);
            tell(&format!("{name}, reported half, {} takes", takes.len()), fit(&takes, Nearness::default()));
        }
    }
}

fn tell(what: &str, fit: pairs::Fit) {
    let (precision, recall) = (fit.precision(), fit.recall());
    println!(
        "{what}: {} of {} pairs right, precision {precision:.3}, recall {recall:.3} of {}",
        fit.right, fit.found, fit.true_pairs
    );
}
