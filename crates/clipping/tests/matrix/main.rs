//! Clips, stills and captions keep their times on whatever a camera, a phone or a browser writes.
//!
//! Every frame of the recordings shows its own time, and a beep is heard at each whole second of it. What is measured comes
//! out as one table: `cargo test -p stepreel-clipping --test matrix -- --nocapture`.
#![allow(clippy::unwrap_used, reason = "what fails while a test is set up fails the test")]

mod bench;
mod fixtures;
mod pattern;
mod reading;
mod table;

use std::panic::catch_unwind;
use std::sync::Mutex;
use std::thread;

use stepreel_clipping::{Clipper, Hevc, Reencode, SmartCut, SmartCutSettings};

use bench::Bench;
use fixtures::Fixture;
use table::{Row, table};

fn clippers() -> Vec<(&'static str, Box<dyn Clipper>)> {
    let smart = SmartCutSettings { hevc: Hevc::Copy, ..SmartCutSettings::default() };
    vec![("reencode", Box::new(Reencode::default())), ("smart cut", Box::new(SmartCut::new(smart)))]
}

/// Length, boundaries, played frames, sound beside pictures, stills and captions: off by a frame or 20 ms at most.
#[test]
fn every_recording_keeps_its_times() {
    let rows = rows(fixtures::all());
    println!("{}", table(&rows));
    let bad: Vec<&str> = rows.iter().filter(|row| !row.is_good()).map(|row| row.name).collect();
    assert!(bad.is_empty(), "{} of {} rows are off: {bad:?}", bad.len(), rows.len());
}

/// The rows of all fixtures in their order, on as many threads as there are cores.
fn rows(fixtures: Vec<Fixture>) -> Vec<Row> {
    let waiting = Mutex::new(fixtures.into_iter().enumerate());
    let work = || {
        let next = || waiting.lock().unwrap().next();
        std::iter::from_fn(next).map(|(number, fixture)| (number, rows_of(fixture))).collect::<Vec<_>>()
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut rows: Vec<(usize, Vec<Row>)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    rows.sort_by_key(|(number, _)| *number);
    rows.into_iter().flat_map(|(_, rows)| rows).collect()
}

/// A row for each clipper.
fn rows_of(fixture: Fixture) -> Vec<Row> {
    let measured = catch_unwind(|| {
        let bench = Bench::new(fixture)?;
        Ok(clippers().iter().map(|(name, clipper)| Row { clipper: name, ..bench.row(clipper.as_ref()) }).collect())
    });
    let fault = match measured {
        Ok(Ok(rows)) => return rows,
        Ok(Err(fault)) => fault,
        Err(panic) => panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "it panics".to_owned()),
    };
    vec![Row { name: fixture.name, container: fixture.container(), faults: vec![fault], ..Row::default() }]
}
