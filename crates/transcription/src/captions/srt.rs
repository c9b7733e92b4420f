//! `SubRip`, which nobody ever specified.

use super::Read;
use super::cue::Cue;
use super::vtt::times;

pub(super) fn read(text: &str) -> Read {
    let lines: Vec<&str> = text.lines().collect();
    let starts: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].contains("-->")).collect();
    let ends = starts.iter().skip(1).copied().chain([lines.len()]);
    let mut read = Read::default();
    for (&start, end) in starts.iter().zip(ends) {
        let body = body(&lines[start + 1..end], end == lines.len());
        match times(lines[start]) {
            Some(span) => read.push(Cue::new(span, &body)),
            None => read.push(None),
        }
    }
    read
}

/// The lines up to the next caption's times. Empty lines inside are common, so only the number before those times is taken
/// off, with the empty lines around it.
fn body(lines: &[&str], last: bool) -> String {
    let blank = |line: &&str| line.trim().is_empty();
    let filled = lines.len() - lines.iter().rev().take_while(|line| blank(line)).count();
    let lines = &lines[..filled];
    let numbered = |line: &str| line.trim().bytes().all(|byte| byte.is_ascii_digit());
    match lines.split_last() {
        Some((number, before)) if !last && numbered(number) && before.last().is_none_or(blank) => before.join("\n"),
        _ => lines.join("\n"),
    }
}
