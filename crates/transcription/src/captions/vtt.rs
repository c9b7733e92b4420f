//! `WebVTT`, as in the W3C's recommendation of 2019, read leniently.

use stepreel_core::{Span, Time};

use super::Read;
use super::cue::Cue;

pub(super) fn read(text: &str) -> Read {
    let mut read = Read { language: language(text), ..Read::default() };
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if !line.contains("-->") {
            continue;
        }
        // A caption ends at an empty line; where that is missing, at the next caption's times.
        let mut body = String::new();
        while let Some(next) = lines.next_if(|next| !next.is_empty() && !next.contains("-->")) {
            body.push_str(next);
            body.push('\n');
        }
        match times(line) {
            // The blank captions of YouTube only hold the lines before them on the screen.
            Some(_) if body.trim().is_empty() => {}
            Some(span) => read.push(Cue::new(span, &body)),
            None => read.push(None),
        }
    }
    read
}

/// The two letters of a header line such as `Language: en-GB`.
fn language(text: &str) -> Option<String> {
    let header = text.lines().take_while(|line| !line.trim().is_empty());
    let value = header.filter_map(|line| line.strip_prefix("Language:")).map(str::trim).next()?;
    let code = value.split(['-', '_']).next()?.to_ascii_lowercase();
    (code.len() == 2 && code.chars().all(|c| c.is_ascii_lowercase())).then_some(code)
}

/// The span in a line such as `00:01.000 --> 00:02.500 align:start`.
pub(super) fn times(line: &str) -> Option<Span> {
    let (start, rest) = line.split_once("-->")?;
    Span::new(timestamp(start)?, timestamp(rest.split_whitespace().next()?)?)
}

/// `mm:ss.ttt` or `hh:mm:ss.ttt`; `SubRip`'s comma is taken too, and so are fewer or more decimals.
pub(super) fn timestamp(text: &str) -> Option<Time> {
    let text = text.trim();
    let (clock, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let parts = clock.split(':').map(number).collect::<Option<Vec<_>>>()?;
    let seconds = match parts[..] {
        [minutes, seconds] if seconds < 60 => minutes * 60 + seconds,
        [hours, minutes, seconds] if minutes < 60 && seconds < 60 => hours * 3600 + minutes * 60 + seconds,
        _ => return None,
    };
    let micros = number(&format!("{fraction:0<6.6}"))?;
    Some(Time::from_micros(seconds * 1_000_000 + micros))
}

/// One to seven digits: a hundred days of seconds.
fn number(digits: &str) -> Option<i64> {
    let plain = (1..=7).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}
