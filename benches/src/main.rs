//! The whole pipeline over a long recording: wall time by stage, and peak memory, beside bare ffmpeg on the same file.
//!
//! `cargo run --release -p stepreel-benches -- [--minutes 20]`, after `cargo build --release -p stepreel`. Machines are noisy: the
//! ratio to ffmpeg, measured in the same run, is what can be compared.

mod peak;
mod session;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;

/// Peak memory that a run may take beside its models, which are mapped files and weights.
const BUDGET_MIB: u64 = 600;

#[derive(Parser)]
#[command(about, max_term_width = 110)]
struct Arguments {
    /// Length of the recording
    #[arg(long, default_value_t = 20)]
    minutes: u32,
    /// Folder for the recording, which is kept for the next time
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    std::fs::create_dir_all(&arguments.folder)?;
    let recording = session::record(&arguments.folder, arguments.minutes)?;
    let limits = [
        ("ffmpeg, key frames scaled into a pipe", key_frames(&recording)?),
        ("ffmpeg, every frame decoded", every_frame(&recording)?),
    ];
    let run = process(&arguments.folder, &recording)?;
    print(&recording, &limits, &run)?;
    Ok(if run.peak_mib <= BUDGET_MIB { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One run of the program.
struct Run {
    wall: Duration,
    peak_mib: u64,
    /// The stages' own lines, as the program prints them.
    stages: String,
}

/// Runs the program over the recording with an empty store.
fn process(folder: &Path, recording: &Path) -> Result<Run> {
    let program = std::env::current_exe()?.with_file_name("stepreel");
    ensure!(program.is_file(), "{} is missing: cargo build --release -p stepreel", program.display());
    let store = folder.join("store");
    if store.exists() {
        std::fs::remove_dir_all(&store)?;
    }
    let began = Instant::now();
    let child = Command::new(&program)
        .args(["process".as_ref(), recording.as_os_str(), "--store".as_ref(), store.as_os_str()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let (output, peak_mib) = peak::wait(child)?;
    let stages = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        bail!("the run failed: {stages}");
    }
    Ok(Run { wall: began.elapsed(), peak_mib, stages })
}

fn key_frames(recording: &Path) -> Result<Duration> {
    let filter = ["-vf", "scale=320:-2", "-pix_fmt", "yuv420p", "-f", "rawvideo", "pipe:1"];
    ffmpeg(&["-skip_frame", "nokey"], recording, &filter)
}

fn every_frame(recording: &Path) -> Result<Duration> {
    ffmpeg(&[], recording, &["-an", "-f", "null", "-"])
}

fn ffmpeg(before: &[&str], recording: &Path, after: &[&str]) -> Result<Duration> {
    let began = Instant::now();
    let status = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error"])
        .args(before)
        .arg("-i")
        .arg(recording)
        .args(after)
        .stdout(Stdio::null())
        .status()
        .context("could not start ffmpeg")?;
    ensure!(status.success(), "ffmpeg failed on {}", recording.display());
    Ok(began.elapsed())
}

fn print(recording: &Path, limits: &[(&str, Duration)], run: &Run) -> Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{}\n", recording.display())?;
    writeln!(out, "{}", run.stages.trim_end())?;
    writeln!(out, "\nwhole run  {:>7.1} s, peak {} MiB of {BUDGET_MIB} allowed", run.wall.as_secs_f64(), run.peak_mib)?;
    for (name, limit) in limits {
        let ratio = run.wall.as_secs_f64() / limit.as_secs_f64();
        writeln!(out, "{name}: {:.1} s, so the run takes {ratio:.1} times as long", limit.as_secs_f64())?;
    }
    Ok(())
}
