//! A place in a list, as clients carry it from one answer to the next.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;
use stepreel_core::SessionId;

/// After the session of that date and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Cursor(pub(super) DateTime<Utc>, pub(super) SessionId);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}/{}", self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true), self.1);
        f.write_str(&URL_SAFE_NO_PAD.encode(text))
    }
}

impl FromStr for Cursor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "a cursor is the `next` of an earlier answer";
        let text = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(WRONG)?;
        let (date, id) = text.split_once('/').ok_or(WRONG)?;
        let date = DateTime::parse_from_rfc3339(date).map_err(|_| WRONG)?;
        Ok(Self(date.to_utc(), SessionId(id.parse().map_err(|_| WRONG)?)))
    }
}

impl TryFrom<String> for Cursor {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use stepreel_core::{Digest, SessionId};

    use super::*;

    #[test]
    fn a_cursor_survives_text_and_nothing_else_is_one() {
        let id = SessionId::of(&"acme".parse().unwrap(), Digest::new([1; 32]));
        for date in [Utc::now(), DateTime::from_timestamp(1_764_000_000, 0).unwrap()] {
            let cursor = Cursor(date, id);
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        for wrong in ["", "2", "AAAA", "\u{e9}", "Li4vLi4"] {
            assert!(wrong.parse::<Cursor>().is_err(), "{wrong}");
        }
    }
}
