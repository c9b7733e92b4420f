//! The end of what a child says on standard error.

use std::io::{ErrorKind, Read};

/// Bytes kept; a decoder may print gigabytes.
const KEPT: usize = 8 * 1024;

/// What ffmpeg says after the reason, and ffprobe where there is one.
const AFTERTHOUGHTS: [&str; 4] = ["file:", "Conversion failed", "Error marking filters", "Error while "];

/// Bytes after which nobody listens any more: some lines for each frame of a day.
const MOST: u64 = 1 << 30;

/// What a child said.
#[derive(Default)]
pub(super) struct Said {
    /// The last bytes.
    pub(super) tail: Vec<u8>,
    /// Whether there was no end of it.
    pub(super) endless: bool,
}

/// Reads to the end so that the child never blocks, and keeps the last bytes. Where there is no end, it stops, and the child's
/// next word ends the child.
pub(super) fn keep(errors: impl Read) -> Said {
    keep_of(errors, MOST)
}

fn keep_of(mut errors: impl Read, most: u64) -> Said {
    let mut said = Said { tail: Vec::with_capacity(2 * KEPT), endless: false };
    let mut chunk = [0; KEPT];
    let mut heard = 0;
    while heard < most {
        match errors.read(&mut chunk) {
            Ok(read) if read > 0 => {
                heard += read as u64;
                said.tail.extend_from_slice(&chunk[..read]);
                said.tail.drain(..said.tail.len().saturating_sub(KEPT));
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            _ => return said,
        }
    }
    said.endless = true;
    said
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
        let kept = keep(said.as_slice());
        assert_eq!(kept.tail.len(), KEPT);
        assert!(kept.tail.ends_with(b"x\nlast") && !kept.endless);
    }

    #[test]
    fn talk_without_end_is_not_listened_to() {
        assert!(keep_of(std::io::repeat(b'x'), 100_000).endless);
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
