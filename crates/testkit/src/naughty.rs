//! Text that breaks what takes it for more than text.

use std::fs;
use std::io;

use crate::corpora;

/// Strings that end, forge or reorder something in a page, a terminal, a table, a file name, a list of captions or JSON.
pub fn naughty_strings() -> Vec<String> {
    OWN.iter().map(|&text| text.to_owned()).chain([long_name(), "\u{301}".repeat(500)]).collect()
}

/// The big list of naughty strings, out of the corpora in `STEPREEL_DATA` or beside the workspace.
///
/// # Errors
/// When it isn't there.
pub fn big_list_of_naughty_strings() -> io::Result<Vec<String>> {
    let list = fs::read(corpora().join("big-list-of-naughty-strings/blns.txt"))?;
    let list = String::from_utf8_lossy(&list);
    Ok(list.split('\n').filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect())
}

const OWN: [&str; 26] = [
    "",
    " ",
    "\0",
    "\u{1b}[31mred\u{1b}[0m",
    "\u{1b}]0;owned\u{7}",
    "\u{9b}2J\u{9d}0;owned\u{9c}",
    "first\r\nsecond\rthird",
    "a\u{2028}b\u{2029}c",
    "\u{202e}gpj.exe\u{202c}",
    "\u{2066}\u{2069}\u{200f}\u{200b}\u{feff}",
    "</script><script>alert(1)</script>",
    "\" onmouseover=\"alert(1)",
    "' onfocus='alert(1)",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt;&amp;&#x3c;",
    "00:00:01.000 --> 00:00:02.000",
    "\n\n99\n00:00:01,000 --> 00:00:02,000\nforged",
    "WEBVTT",
    "NOTE x\nSTYLE\n::cue{}",
    "'; DROP TABLE sessions; --",
    "../../../etc/passwd",
    "..",
    "-rf",
    "/etc/passwd",
    "C:\\CON",
    "=cmd|' /C calc'!A0",
];

/// Longer than a file system's names.
fn long_name() -> String {
    "valve \u{1f527} ".repeat(60)
}
