//! What confinement adds to the start of a child: `cargo run --release --example confinement -- recording.mp4 [runs]`.
//!
//! Each run opens the recording, which starts two children, once confined and once not; the order changes from run to run.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use stepreel_media::{Confinement, Layer, MediaError, Recording};

/// Children that opening a recording starts.
const CHILDREN: f64 = 2.0;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).map(PathBuf::from).ok_or("give a recording")?;
    let runs: usize = std::env::args().nth(2).map_or(Ok(100), |runs| runs.parse())?;
    let added = medians(&path, runs, Confinement::REQUIRED)?;
    println!("all layers: {:.1} ms unconfined, {:+.2} ms confined, a child, in the median of {runs}", added.0, added.1);
    for layer in Layer::ALL.into_iter().skip(1) {
        let (_, added) = medians(&path, runs, Confinement::REQUIRED.without(layer))?;
        println!("without {layer}: {added:+.2} ms");
    }
    Ok(())
}

/// Milliseconds a child: unconfined, and what is added.
fn medians(path: &Path, runs: usize, confinement: Confinement) -> Result<(f64, f64), MediaError> {
    let (mut plain, mut added) = (Vec::new(), Vec::new());
    for run in 0..runs {
        let (without, with) = if run % 2 == 0 {
            let without = open(path, Confinement::NONE)?;
            (without, open(path, confinement)?)
        } else {
            let with = open(path, confinement)?;
            (open(path, Confinement::NONE)?, with)
        };
        plain.push(without);
        added.push(with - without);
    }
    Ok((median(plain), median(added)))
}

/// Milliseconds of each child.
fn open(path: &Path, confinement: Confinement) -> Result<f64, MediaError> {
    let started = Instant::now();
    Recording::open_confined(path, confinement)?;
    Ok(started.elapsed().as_secs_f64() * 1000.0 / CHILDREN)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
