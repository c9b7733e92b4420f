//! The stages one by one, on half a minute of recording: `cargo bench -p stepreel-benches`.
//!
//! What is decided about a session is measured on an hour of evidence. Without `--bench`, as `cargo test --benches` calls it, each runs once.
#![allow(clippy::expect_used, reason = "a bench that can't go on should stop")]

mod clips;
mod decisions;
mod hour;
mod pictures;
mod sound;
mod take;

use std::time::Duration;

use criterion::Criterion;

use take::Take;

fn main() {
    let take = Take::record();
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    pictures::bench(&mut criterion, &take);
    sound::bench(&mut criterion, &take);
    decisions::bench(&mut criterion, &take);
    clips::bench(&mut criterion, &take);
    criterion.final_summary();
}
