//! Ranges of bytes (RFC 9110, section 14).

use std::ops::Range;

use axum::http::HeaderMap;
use axum::http::header::RANGE;

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it: there is no range, none that can be read, or more than one. A thousand ranges are an attack, not a player.
    Everything,
    /// Those bytes.
    Part(Range<u64>),
    /// Bytes beyond the end.
    Nothing,
}

/// The range of an object of that length.
pub(super) fn asked(headers: &HeaderMap, length: u64) -> Asked {
    let said = headers.get(RANGE).and_then(|said| said.to_str().ok());
    said.and_then(|said| said.strip_prefix("bytes="))
        .and_then(|range| read(range.trim(), length))
        .unwrap_or(Asked::Everything)
}

fn read(range: &str, length: u64) -> Option<Asked> {
    let (first, last) = range.split_once('-')?;
    let part = match (first, last) {
        ("", last) => length.saturating_sub(number(last)?)..length,
        (first, "") => number(first)?..length,
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            first..last.saturating_add(1).min(length)
        }
    };
    Some(if part.start < part.end { Asked::Part(part) } else { Asked::Nothing })
}

/// Digits and nothing else; one that is too large is beyond every end.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(range: &str, expected: &Asked) {
        let headers = HeaderMap::from_iter([(RANGE, range.parse().unwrap())]);
        assert_eq!(&asked(&headers, 100), expected, "{range}");
    }

    #[test]
    fn one_range_is_a_range() {
        check("bytes=0-9", &Asked::Part(0..10));
        check("bytes=90-", &Asked::Part(90..100));
        check("bytes=90-500", &Asked::Part(90..100));
        check("bytes=-10", &Asked::Part(90..100));
        check("bytes=-1000", &Asked::Part(0..100));
        check("bytes=99-99", &Asked::Part(99..100));
        check("bytes=0-99999999999999999999999", &Asked::Part(0..100));
    }

    #[test]
    fn beyond_the_end_is_nothing() {
        check("bytes=100-", &Asked::Nothing);
        check("bytes=99999999999999999999999-", &Asked::Nothing);
        check("bytes=-0", &Asked::Nothing);
    }

    #[test]
    fn what_is_no_range_is_everything() {
        for range in
            ["bytes=", "bytes=-", "bytes=9-0", "bytes=a-b", "bytes=0-1,5-6", "items=0-1", "bytes=+1-2", "bytes=1 -2"]
        {
            check(range, &Asked::Everything);
        }
    }
}
