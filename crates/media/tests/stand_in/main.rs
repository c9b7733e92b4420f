//! Decoders that crash, hang, flood and leak: each run ends by a name, in time, and leaves nothing.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]
#![allow(clippy::print_stdout, reason = "a table is what they print")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_stepreel-stand-in");

/// Bytes of memory that the reader of a broken decoder may take.
const READER: u64 = 300 << 20;

/// Runs of each behaviour: `STEPREEL_RUNS`, or the few that tell whether it works at all.
fn runs() -> usize {
    std::env::var("STEPREEL_RUNS").map_or(2, |runs| runs.parse().expect("STEPREEL_RUNS is a number"))
}

struct Bench {
    folder: TempDir,
    recording: PathBuf,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let recording = folder.path().join("recording.mp4");
        let made = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=d=30:r=10:s=160x90"])
            .args(["-f", "lavfi", "-i", "sine=d=30", "-g", "10", "-preset", "ultrafast"])
            .arg(&recording)
            .status();
        assert!(made.unwrap().success());
        Self { folder, recording }
    }

    /// One reading of the recording with a decoder of that behaviour in the place of `tool`: what became of it.
    fn read(&self, tool: &str, behaviour: &str, run: usize) -> Reading {
        let place = self.folder.path().join(format!("{tool}-{run}")).join(behaviour);
        let scratch = self.folder.path().join(format!("{tool}-{run}-{behaviour}-scratch"));
        fs::create_dir_all(&place).unwrap();
        fs::create_dir_all(&scratch).unwrap();
        symlink(PROGRAM, place.join(tool)).unwrap();
        let path = std::env::join_paths(
            [place.clone()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
        );
        let started = Instant::now();
        let output = Command::new(PROGRAM)
            .arg(&self.recording)
            .current_dir(&scratch)
            .env("PATH", path.unwrap())
            .env("TMPDIR", &scratch)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let took = started.elapsed();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut lines = said.lines();
        Reading {
            outcome: lines.next().unwrap_or("died").to_owned(),
            peak_bytes: lines.next().and_then(|line| line.parse().ok()).unwrap_or(u64::MAX),
            took,
            left: left(&scratch, &place),
        }
    }
}

struct Reading {
    outcome: String,
    peak_bytes: u64,
    took: Duration,
    left: Vec<String>,
}

/// Files that were left, and processes that still run.
fn left(scratch: &Path, place: &Path) -> Vec<String> {
    let files = [scratch, place].into_iter().flat_map(|folder| fs::read_dir(folder).unwrap().flatten());
    // In its place lies the decoder itself, by a link.
    let files = files.map(|file| file.path()).filter(|path| !path.is_symlink()).map(|path| path.display().to_string());
    let runs_there = |process: &fs::DirEntry| {
        let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(place.to_str().unwrap())
    };
    let processes = fs::read_dir("/proc").unwrap().flatten().filter(runs_there);
    let processes = processes.map(|process| format!("process {}", process.file_name().to_string_lossy()));
    files.chain(processes).collect()
}

/// Every run with such a decoder in the place of `tool` ends so.
fn check(tool: &'static str, behaviours: &[(&'static str, &'static str)]) {
    let bench = Bench::new();
    for run in 0..runs() {
        thread::scope(|scope| {
            let bench = &bench;
            let reading = |&(behaviour, expected): &(&'static str, &'static str)| {
                scope.spawn(move || (behaviour, expected, bench.read(tool, behaviour, run)))
            };
            let readings: Vec<_> = behaviours.iter().map(reading).collect();
            for (behaviour, expected, reading) in readings.into_iter().map(|reading| reading.join().unwrap()) {
                println!("{tool} {behaviour}: {} after {:.1} s", reading.outcome, reading.took.as_secs_f64());
                assert_eq!(reading.outcome, expected, "{tool} {behaviour}");
                assert!(reading.took < Duration::from_mins(1), "{tool} {behaviour} took {:?}", reading.took);
                assert!(reading.peak_bytes < READER, "{tool} {behaviour} took {} bytes", reading.peak_bytes);
                assert_eq!(reading.left, Vec::<String>::new(), "{tool} {behaviour}");
            }
        });
    }
}

#[test]
fn a_broken_ffprobe_has_a_named_end() {
    check(
        "ffprobe",
        &[
            ("crash", "decoder_crashed"),
            ("abort", "decoder_crashed"),
            ("fails", "media_unreadable"),
            ("says_nothing", "decoder_failed"),
            ("says_nonsense", "decoder_failed"),
            ("says_a_gigabyte", "media_too_large"),
            ("complains_for_ever", "over_budget"),
            ("hangs", "decoder_timeout"),
            ("forks", "decoder_crashed"),
            ("writes", "media_unreadable"),
            ("leaks", "decoder_crashed"),
            ("breaks_off", "decoder_failed"),
        ],
    );
}

#[test]
fn a_broken_ffmpeg_has_a_named_end() {
    check(
        "ffmpeg",
        &[
            ("crash", "decoder_crashed"),
            ("abort", "decoder_crashed"),
            ("fails", "decoder_failed"),
            ("says_nothing", "media_unreadable"),
            ("says_nonsense", "media_unreadable"),
            ("says_a_gigabyte", "decoder_timeout"),
            ("complains_for_ever", "over_budget"),
            ("hangs", "decoder_timeout"),
            ("forks", "decoder_crashed"),
            ("writes", "decoder_failed"),
            ("leaks", "decoder_crashed"),
            ("breaks_off", "media_unreadable"),
        ],
    );
}
