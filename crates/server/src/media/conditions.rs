//! Conditions of a request (RFC 9110, section 13).

use axum::http::header::{IF_NONE_MATCH, IF_RANGE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// What a request's conditions come to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// The client has it.
    Unchanged,
    /// The client has part of something else, and gets everything.
    Whole,
    /// It gets what it asks for.
    Ranges,
}

/// Weighs the conditions against the object's tag. Dates are none: an object's content never changes.
pub(super) fn of(headers: &HeaderMap, tag: &HeaderValue) -> Condition {
    let said = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let tag = tag.to_str().unwrap_or_default();
    match said(IF_RANGE) {
        _ if is_known(headers, tag) => Condition::Unchanged,
        Some(other) if other != tag => Condition::Whole,
        _ => Condition::Ranges,
    }
}

/// Whether the client says by `If-None-Match` that it has what has that tag.
pub(crate) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let tags = headers.get(IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).unwrap_or_default();
    tags.split(',').map(str::trim).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: HeaderName, value: &'static str, expected: &Condition) {
        let headers = HeaderMap::from_iter([(name, HeaderValue::from_static(value))]);
        assert_eq!(&of(&headers, &HeaderValue::from_static("\"a\"")), expected, "{value}");
    }

    #[test]
    fn conditions_are_weighed() {
        check(IF_NONE_MATCH, "\"a\"", &Condition::Unchanged);
        check(IF_NONE_MATCH, "\"b\", W/\"a\"", &Condition::Unchanged);
        check(IF_NONE_MATCH, "*", &Condition::Unchanged);
        check(IF_NONE_MATCH, "\"b\"", &Condition::Ranges);
        check(IF_RANGE, "\"a\"", &Condition::Ranges);
        check(IF_RANGE, "W/\"a\"", &Condition::Whole);
        check(IF_RANGE, "Thu, 26 Nov 2026 08:30:00 GMT", &Condition::Whole);
    }
}
