//! Peak memory of a child process.

use std::fs;
use std::io;
use std::process::{Child, Output};
use std::thread;
use std::time::Duration;

/// Waits for a child; gives its output, and the most memory (MiB resident) that it held itself, its own children not counted.
pub(crate) fn wait(child: Child) -> io::Result<(Output, u64)> {
    let status = format!("/proc/{}/status", child.id());
    let watcher = thread::spawn(move || {
        let mut peak = 0;
        // The kernel keeps the high-water mark; only the last reading before the end matters.
        while let Some(kib) = fs::read_to_string(&status).ok().as_deref().and_then(high_water) {
            peak = peak.max(kib);
            thread::sleep(Duration::from_millis(50));
        }
        peak / 1024
    });
    let output = child.wait_with_output()?;
    let peak = watcher.join().map_err(|_| io::Error::other("the watcher of the memory failed"))?;
    Ok((output, peak))
}

fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_read_from_its_line() {
        assert_eq!(high_water("Name:\tx\nVmHWM:\t  5124 kB\nVmRSS:\t 10 kB\n"), Some(5124));
        assert_eq!(high_water("Name:\tx\n"), None);
    }
}
