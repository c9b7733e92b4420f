//! The end of what a child says on standard error.

use std::io::{ErrorKind, Read};
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes kept; a decoder may print gigabytes.
const KEPT: usize = 8 * 1024;

/// What ffmpeg says after the reason, and ffprobe where there is one.
const AFTERTHOUGHTS: [&str; 4] = ["file:", "Conversion failed", "Error marking filters", "Error while "];

/// Bytes after which nobody listens any more: some lines for each frame of a day.
const MOST: u64 = 1 << 30;

/// Reads to the end so that the child never blocks, and keeps the last bytes. Where there is no end, it stops and says so.
pub(super) fn keep(errors: impl Read, endless: &AtomicBool) -> Vec<u8> {
    keep_of(errors, MOST, endless)
}

fn keep_of(mut errors: impl Read, most: u64, endless: &AtomicBool) -> Vec<u8> {
    let mut kept = Vec::with_capacity(2 * KEPT);
    let mut chunk = [0; KEPT];
    let mut heard = 0;
    while heard < most {
        match errors.read(&mut chunk) {
            Ok(read) if read > 0 => {
                heard += read as u64;
                kept.extend_from_slice(&chunk[..read]);
                kept.drain(..kept.len().saturating_sub(KEPT));
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            _ => return kept,
        }
    }
    endless.store(true, Ordering::Release);
    kept
}

/// The last line that says more than that a file has invalid data, without control characters and without the name and
/// address of the part of ffmpeg that says it.
pub(super) fn last_useful_line(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    let mut lines = text.lines().rev().map(message).filter(|line| !line.is_empty()).peekable();
    let last = lines.peek().copied().unwrap_or("it gave no reason");
    let reason = |line: &&str| !AFTERTHOUGHTS.iter().any(|start| line.starts_with(start));
    let line = lines.find(reason).unwrap_or_else(|| last.rsplit(": ").next().unwrap_or(last));
    line.chars().filter(|c| !c.is_control()).take(300).collect()
}

fn message(line: &str) -> &str {
    let line = line.trim();
    line.strip_prefix('[').and_then(|rest| rest.split_once("] ")).map_or(line, |(_, message)| message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_is_kept() {
        let said = [b"first\n".as_slice(), &vec![b'x'; 3 * KEPT], b"\nlast"].concat();
        let endless = AtomicBool::new(false);
        let kept = keep(said.as_slice(), &endless);
        assert_eq!(kept.len(), KEPT);
        assert!(kept.ends_with(b"x\nlast") && !endless.into_inner());
    }

    #[test]
    fn talk_without_end_is_not_listened_to() {
        let endless = AtomicBool::new(false);
        keep_of(std::io::repeat(b'x'), 100_000, &endless);
        assert!(endless.into_inner());
    }

    #[test]
    fn the_reason_is_the_last_line_that_says_something() {
        for (said, reason) in [
            ("a\n[mov,mp4 @ 0x55d0] moov atom not found\n\n", "moov atom not found"),
            ("[mov @ 0x1] moov atom not found\nfile:/a: b.mp4: Invalid data found\n", "moov atom not found"),
            ("file:/a: b.mp4: Invalid data found\n", "Invalid data found"),
            ("\u{1b}[31mInvalid data\r\n", "[31mInvalid data"),
            ("", "it gave no reason"),
        ] {
            assert_eq!(last_useful_line(said.as_bytes()), reason);
        }
    }
}
