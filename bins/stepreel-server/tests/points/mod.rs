//! A program that is killed at one of the calls by which it changes what is on disk.
#![allow(dead_code, reason = "each test file uses its own part of this")]
#![allow(clippy::print_stdout, reason = "how often what was tried is to be known")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::NamedTempFile;

/// Bytes of the file that is shared with the program.
const SHARED: u64 = 4_096;

/// Counts the calls of a program and its children, and may kill one of them.
pub(crate) struct Points(NamedTempFile);

impl Points {
    pub(crate) fn new() -> Self {
        let shared = NamedTempFile::new().unwrap();
        shared.as_file().set_len(SHARED).unwrap();
        Self(shared)
    }

    /// What a program is started with to be killed before that call, counted from 1; with 0, never.
    pub(crate) fn environment(&self, fatal: u64) -> [(&'static str, OsString); 3] {
        [("LD_PRELOAD", library().into()), ("POINTS", self.0.path().into()), ("POINTS_FATAL", fatal.to_string().into())]
    }

    /// The calls so far.
    pub(crate) fn count(&self) -> u64 {
        let shared = fs::read(self.0.path()).unwrap();
        u64::from_ne_bytes(shared[..8].try_into().unwrap())
    }

    /// What whoever was killed was about to do: the call and the file; nothing if nobody was.
    pub(crate) fn fatal(&self) -> Option<String> {
        let shared = fs::read(self.0.path()).unwrap();
        let about = shared[8..].split(|&byte| byte == 0).next().unwrap();
        (!about.is_empty()).then(|| String::from_utf8_lossy(about).into_owned())
    }
}

/// Calls out of so many, by the golden ratio: no two neighbours, none favoured. `STEPREEL_RUNS` times as many, if that is set.
pub(crate) fn spread(all: u64, count: u32) -> impl Iterator<Item = u64> {
    assert!(all >= count.into(), "only {all}: was the library that counts loaded?");
    let runs = std::env::var("STEPREEL_RUNS").map_or(1, |runs| runs.parse().unwrap());
    (1..=count * runs).map(move |n| 1 + ((f64::from(n) * 0.618_033_988_75).fract() * all as f64) as u64)
}

/// A program came to its end before the call: background work makes more or fewer of them.
const NOBODY: &str = "nobody";

/// How often a program was killed at what.
#[derive(Default)]
pub(crate) struct Killed(BTreeMap<String, u32>);

impl Killed {
    pub(crate) fn is_any(&self) -> bool {
        self.0.keys().any(|place| place != NOBODY)
    }

    /// Counts by the call and the folder, or the database, that it was about.
    pub(crate) fn count(&mut self, points: &Points, folder: &Path) {
        let Some(about) = points.fatal() else {
            *self.0.entry(NOBODY.to_owned()).or_default() += 1;
            return;
        };
        let (call, path) = about.split_once(' ').unwrap_or((&about, ""));
        let place = Path::new(path).strip_prefix(folder).map_or("elsewhere", |path| {
            let first = path.components().next().and_then(|first| first.as_os_str().to_str()).unwrap_or(".");
            match first {
                first if first.starts_with("stepreel.db") => "database",
                first if first.starts_with(".tmp") => "key",
                first => first,
            }
        });
        *self.0.entry(format!("{place}: {call}")).or_default() += 1;
    }
}

/// With `--nocapture` each test tells what it did.
impl Drop for Killed {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let all: u32 = self.0.values().sum();
            println!("{all} times, all well: {:?}", self.0);
        }
    }
}

/// The library that counts, built once.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/points/points.c");
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("points.so");
        let built = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).args([&library, &source]).status();
        assert!(built.unwrap().success());
        library
    })
}
