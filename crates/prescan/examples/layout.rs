//! Prints what the pre-scan finds in each file that is named, or why it refuses it.
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::fs::File;
use std::time::Instant;

use stepreel_prescan::{Limits, prescan};

fn main() -> std::io::Result<()> {
    for path in std::env::args().skip(1) {
        let started = Instant::now();
        let found = prescan(&mut File::open(&path)?, &Limits::default());
        println!("{path}: {} ms", started.elapsed().as_millis());
        match found {
            Ok(layout) => println!("{layout:#?}"),
            Err(refusal) => println!("{}: {refusal}", refusal.code()),
        }
    }
    Ok(())
}
