//! Peak memory of a child process and of its own children.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::process::{Child, Output};
use std::thread;
use std::time::Duration;

/// The most memory that was held, in MiB resident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Peak {
    /// By the process itself.
    pub(crate) own: u64,
    /// By its children and theirs, all that were there at the same moment together. Pages that several share count for each.
    pub(crate) children: u64,
}

impl Peak {
    /// Whichever is more.
    pub(crate) fn max(self, other: Self) -> Self {
        Self { own: self.own.max(other.own), children: self.children.max(other.children) }
    }
}

/// Waits for a child; gives its output and its peak.
pub(crate) fn wait(child: Child) -> io::Result<(Output, Peak)> {
    let process = child.id();
    let watcher = thread::spawn(move || {
        let mut peak = Peak::default();
        // The kernel keeps the process's high-water mark, so only the last reading before the end matters; children come and go.
        while let Some(kib) = status(process, "VmHWM:") {
            let children: u64 = descendants(process).into_iter().filter_map(|child| status(child, "VmRSS:")).sum();
            peak = peak.max(Peak { own: kib / 1024, children: children / 1024 });
            thread::sleep(Duration::from_millis(200));
        }
        peak
    });
    let output = child.wait_with_output()?;
    let peak = watcher.join().map_err(|_| io::Error::other("the watcher of the memory failed"))?;
    Ok((output, peak))
}

fn status(process: u32, field: &str) -> Option<u64> {
    kibibytes(&fs::read_to_string(format!("/proc/{process}/status")).ok()?, field)
}

fn kibibytes(status: &str, field: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with(field))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn descendants(process: u32) -> Vec<u32> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        if let Some((child, parent)) = family(&stat) {
            children.entry(parent).or_default().push(child);
        }
    }
    let mut found = vec![process];
    let mut at = 0;
    while let Some(parent) = found.get(at) {
        found.extend(children.remove(parent).unwrap_or_default());
        at += 1;
    }
    found.split_off(1)
}

/// The process and its parent. The name between them is in brackets and may hold anything.
fn family(stat: &str) -> Option<(u32, u32)> {
    let (process, rest) = stat.split_once(' ')?;
    let (_, after) = rest.rsplit_once(')')?;
    Some((process.parse().ok()?, after.split_whitespace().nth(1)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_read_from_its_line() {
        assert_eq!(kibibytes("Name:\tx\nVmHWM:\t  5124 kB\nVmRSS:\t 10 kB\n", "VmHWM:"), Some(5124));
        assert_eq!(kibibytes("Name:\tx\n", "VmHWM:"), None);
    }

    #[test]
    fn a_name_does_not_hide_the_parent() {
        assert_eq!(family("42 (a) b (c) S 7 42 42 0"), Some((42, 7)));
        assert_eq!(family(""), None);
    }
}
