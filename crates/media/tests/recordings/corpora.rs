#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use stepreel_media::{Recording, Sampling};

/// Where the data is: `STEPREEL_DATA`, or beside the workspace.
fn data() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("STEPREEL_DATA").map_or(beside, PathBuf::from)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, mut files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    files.extend(folders.iter().flat_map(|folder| self::files(folder)));
    files.sort();
    files
}

/// What was made of a file, in a line.
fn outcome(path: &Path) -> String {
    match Recording::open(path) {
        Ok(recording) => format!("opens; {}; {}", pictures(&recording), sound(&recording)),
        Err(error) => format!("is refused: {error}"),
    }
}

fn pictures(recording: &Recording) -> String {
    let Some(plan) = recording.plan(&Sampling::default()) else { return "no pictures".into() };
    let frames = recording.frames(&plan).unwrap().take(20).collect::<Result<Vec<_>, _>>();
    frames.map_or_else(|error| format!("{error:?}"), |frames| format!("{} samples", frames.len()))
}

fn sound(recording: &Recording) -> String {
    let Some(sound) = recording.sound().unwrap() else { return "no sound".into() };
    let blocks = sound.take(60).collect::<Result<Vec<_>, _>>();
    blocks.map_or_else(|error| format!("{error:?}"), |blocks| format!("{} blocks", blocks.len()))
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn every_odd_file_opens_or_is_refused_in_time() {
    let files = files(&data().join("corpora"));
    assert!(files.len() > 150);
    for path in files {
        let started = Instant::now();
        let outcome = outcome(&path);
        println!("{:5.1} s {} {outcome}", started.elapsed().as_secs_f64(), path.display());
        assert!(started.elapsed() < Duration::from_mins(1), "{}", path.display());
    }
}
