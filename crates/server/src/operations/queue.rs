//! The queue in figures.

use std::fmt::Write as _;
use std::time::Duration;

use stepreel_storage::{Load, Tallied, Tally};

/// In the text format of Prometheus.
pub(super) fn page(load: &Load, tallies: &[Tally]) -> String {
    let mut page = String::new();
    kind(&mut page, "stepreel_jobs", "gauge");
    for (state, jobs) in [("waiting", load.waiting), ("running", load.running), ("stopped", load.stopped)] {
        line(&mut page, "stepreel_jobs", Some(("state", state)), jobs as f64);
    }
    kind(&mut page, "stepreel_queue_age_seconds", "gauge");
    line(&mut page, "stepreel_queue_age_seconds", None, load.oldest_waiting.unwrap_or_default().as_secs_f64());
    labelled(&mut page, tallies, Tallied::Stage, ("stepreel_stage_seconds_total", "stage"), |tally| {
        seconds(tally.amount)
    });
    labelled(&mut page, tallies, Tallied::Stage, ("stepreel_stages_total", "stage"), |tally| tally.times as f64);
    labelled(&mut page, tallies, Tallied::Fault, ("stepreel_faults_total", "code"), |tally| tally.times as f64);
    let (run, recording) = (sum(tallies, Tallied::Run), sum(tallies, Tallied::Recording));
    for (name, value) in [
        ("stepreel_runs_total", run.0),
        ("stepreel_run_seconds_total", run.1),
        ("stepreel_recording_seconds_total", recording.1),
    ] {
        kind(&mut page, name, "counter");
        line(&mut page, name, None, value);
    }
    if recording.1 > 0.0 {
        kind(&mut page, "stepreel_real_time_factor", "gauge");
        line(&mut page, "stepreel_real_time_factor", None, run.1 / recording.1);
    }
    page
}

fn labelled(
    page: &mut String,
    tallies: &[Tally],
    what: Tallied,
    (name, label): (&str, &str),
    value: impl Fn(&Tally) -> f64,
) {
    kind(page, name, "counter");
    for tally in tallies.iter().filter(|tally| tally.what == what) {
        line(page, name, Some((label, &tally.label)), value(tally));
    }
}

/// How often, and for how many seconds in all.
fn sum(tallies: &[Tally], what: Tallied) -> (f64, f64) {
    let of = tallies.iter().filter(|tally| tally.what == what);
    of.fold((0.0, 0.0), |(times, all), tally| (times + tally.times as f64, all + seconds(tally.amount)))
}

fn seconds(amount: Duration) -> f64 {
    amount.as_secs_f64()
}

fn kind(page: &mut String, name: &str, kind: &str) {
    // Writing to a string can't fail.
    let _ = writeln!(page, "# TYPE {name} {kind}");
}

fn line(page: &mut String, name: &str, label: Option<(&str, &str)>, value: f64) {
    let label = label.map_or(String::new(), |(key, word)| format!("{{{key}=\"{}\"}}", escaped(word)));
    let _ = writeln!(page, "{name}{label} {value}");
}

/// What a label can't hold as it is.
fn escaped(word: &str) -> String {
    word.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_reads_as_prometheus_has_it() {
        let tally = |what, label: &str, times, seconds| Tally {
            what,
            label: label.to_owned(),
            times,
            amount: Duration::from_secs(seconds),
        };
        let tallies = [
            tally(Tallied::Stage, "words", 2, 30),
            tally(Tallied::Run, "finished", 2, 50),
            tally(Tallied::Recording, "finished", 2, 200),
            tally(Tallied::Fault, "a\"b\n", 1, 0),
        ];
        let load = Load { waiting: 3, running: 1, stopped: 0, oldest_waiting: Some(Duration::from_secs(9)) };
        let page = page(&load, &tallies);
        for expected in [
            "stepreel_jobs{state=\"waiting\"} 3\n",
            "stepreel_queue_age_seconds 9\n",
            "stepreel_stage_seconds_total{stage=\"words\"} 30\n",
            "stepreel_stages_total{stage=\"words\"} 2\n",
            "stepreel_faults_total{code=\"a\\\"b\\n\"} 1\n",
            "stepreel_real_time_factor 0.25\n",
        ] {
            assert!(page.contains(expected), "{expected}: {page}");
        }
        let words = |line: &str| line.split(' ').count();
        assert!(page.lines().all(|line| line.starts_with('#') || words(line) == 2), "{page}");
    }
}
