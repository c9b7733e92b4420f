//! Started as `…/BEHAVIOUR/ffmpeg` or `…/BEHAVIOUR/ffprobe`, it behaves as a decoder must not. Started by its own name with a
//! recording, it reads that as the pipeline does and prints what became of it.
#![allow(clippy::print_stdout, reason = "the test reads what it prints")]
#![expect(clippy::exit, reason = "a decoder that ends with a code is what some behaviours are")]

use std::env;
use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, abort, exit};
use std::thread::sleep;
use std::time::Duration;

use stepreel_core::SourceError;
use stepreel_media::{MediaError, Recording, Sampling};

/// What it writes where it has nothing to write: beside itself, and where it was started.
const LITTER: &str = "litter";

fn main() {
    let arguments: Vec<PathBuf> = env::args_os().map(PathBuf::from).collect();
    let name = arguments[0].file_name().unwrap_or_default();
    if name == "ffmpeg" || name == "ffprobe" {
        let behaviour = arguments[0].parent().and_then(Path::file_name).unwrap_or_default();
        let outputs: Vec<PathBuf> = arguments.iter().filter_map(|argument| file(argument)).collect();
        let elsewhere = [arguments[0].with_file_name(LITTER), PathBuf::from(LITTER)];
        behave(&behaviour.to_string_lossy(), &elsewhere.into_iter().chain(outputs).collect::<Vec<_>>());
    } else {
        println!("{}", read(&arguments[1]).map_or_else(|error| word(&*error), |frames| format!("{frames} frames")));
        println!("{}", peak_memory());
    }
}

fn file(argument: &Path) -> Option<PathBuf> {
    argument.to_str()?.strip_prefix("file:").map(PathBuf::from)
}

/// Reads a recording as the pipeline does, as far as it goes.
fn read(path: &Path) -> Result<usize, Box<dyn Error>> {
    let recording = Recording::open(path)?;
    let frames = match recording.plan(&Sampling::default()) {
        Some(plan) => recording.frames(&plan)?.collect::<Result<Vec<_>, SourceError>>()?.len(),
        None => 0,
    };
    Ok(frames)
}

/// The code of the error that is behind another.
fn word(error: &(dyn Error + 'static)) -> String {
    let found = std::iter::successors(Some(error), |&error| error.source())
        .find_map(|error| error.downcast_ref::<MediaError>());
    found.map_or_else(|| error.to_string(), |error| error.code().to_owned())
}

/// Bytes of memory that this process had at once.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) * 1024
}

fn behave(behaviour: &str, files: &[PathBuf]) {
    match behaviour {
        "crash" => crash(),
        "abort" => abort(),
        "fails" => exit(1),
        "says_nothing" => exit(0),
        "says_nonsense" => print!("{{\"streams\": [[[\u{1}"),
        "says_a_gigabyte" => flood(&mut io::stdout(), 1 << 30),
        "complains_for_ever" => flood(&mut io::stderr(), u64::MAX),
        "hangs" => loop {
            sleep(Duration::from_hours(1));
        },
        "forks" => fork_bomb(),
        "writes" => write_everywhere(files),
        "leaks" => leak(),
        "breaks_off" => {
            print!("{{\"streams\": [{{\"index\": 0, \"codec_type\": \"video\"");
            write_time();
        }
        unknown => println!("what is {unknown}?"),
    }
}

#[expect(unsafe_code, reason = "safe code does not crash")]
fn crash() {
    // SAFETY: none; that is what it is for, and nothing comes after it.
    unsafe { std::ptr::null_mut::<u8>().write_volatile(1) };
}

/// Half of a frame's time: what ffmpeg writes to its side pipe.
fn write_time() {
    if let Ok(side) = io::stdin().as_fd().try_clone_to_owned() {
        let _ = File::from(side).write_all(b"frame:0    pts:0  pts_time:0\n");
    }
}

fn flood(stream: &mut dyn Write, bytes: u64) {
    let line = [b"x".repeat(4095), b"\n".to_vec()].concat();
    let mut left = bytes;
    while left > 0 {
        let _ = stream.write_all(&line);
        left = left.saturating_sub(line.len() as u64);
    }
}

fn fork_bomb() {
    loop {
        let _ = Command::new("/proc/self/exe").arg0("/forks/ffmpeg").spawn();
    }
}

/// Writes as much as it can into each file.
fn write_everywhere(files: &[PathBuf]) {
    let block = vec![0; 1 << 20];
    for path in files {
        if let Ok(mut file) = OpenOptions::new().create(true).append(true).open(path) {
            for _ in 0..100_000 {
                if file.write_all(&block).is_err() {
                    break;
                }
            }
        }
    }
    exit(1)
}

fn leak() {
    loop {
        std::mem::forget(vec![1_u8; 1 << 24]);
    }
}
