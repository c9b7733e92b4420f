//! Programs that are timed.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// How long ffmpeg takes; what it writes to its output goes nowhere.
pub(crate) fn ffmpeg<const A: usize, const B: usize>(
    before: [&str; A],
    input: &Path,
    after: [&str; B],
) -> Result<Duration> {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error", "-y"]).args(before).arg("-i").arg(input).args(after);
    let began = Instant::now();
    finish(command.stdout(Stdio::null()))?;
    Ok(began.elapsed())
}

/// Runs a program to its end.
pub(crate) fn finish(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("could not start {name}"))?;
    ensure!(status.success(), "{name} failed");
    Ok(())
}

/// What a program prints; its errors go where ours go.
pub(crate) fn answer(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("could not start {name}"))?;
    ensure!(output.status.success(), "{name} failed");
    Ok(String::from_utf8(output.stdout)?)
}
