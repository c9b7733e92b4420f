//! A request, where a trace tells of it: neither its path, which names what is somebody's, nor its query, which may sign a URL.

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, Method, StatusCode};
use stepreel_core::TRACES;
use tracing::field::Empty;
use tracing::{Span, info_span};

/// Makes a request's span, which nobody has entered yet, part of its caller's trace, which is told as the values of `traceparent` and
/// `tracestate` (W3C Trace Context). Values that make no sense change nothing.
pub type TakeUp = fn(span: &Span, traceparent: &str, tracestate: &str);

/// The span of a request that has found its route, if it has one.
pub(super) fn begin(request: &Request, id: &str, take_up: Option<TakeUp>) -> Span {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let method = known(request.method());
    let span = info_span!(
        target: TRACES,
        "request",
        otel.name = route.map_or_else(|| method.to_owned(), |route| format!("{method} {route}")),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        stepreel.request = id
    );
    if let Some(take_up) = take_up
        && let Some((parent, state)) = callers(request.headers())
    {
        take_up(&span, parent, &state);
    }
    span
}

pub(super) fn answered(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
}

/// Any word may be a method, and what a stranger made up tells nothing.
fn known(method: &Method) -> &str {
    const KNOWN: [Method; 7] =
        [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
    if KNOWN.contains(method) { method.as_str() } else { "_OTHER" }
}

/// Two parents are none; a state may come in pieces.
fn callers(headers: &HeaderMap) -> Option<(&str, String)> {
    let mut parents = headers.get_all("traceparent").iter();
    let (Some(parent), None) = (parents.next(), parents.next()) else { return None };
    let states: Option<Vec<_>> = headers.get_all("tracestate").iter().map(|state| state.to_str().ok()).collect();
    Some((parent.to_str().ok()?, states.unwrap_or_default().join(",")))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let fields = fields.iter();
        fields.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_caller_has_one_parent_whose_state_may_come_in_pieces() {
        assert_eq!(callers(&headers(&[])), None);
        assert_eq!(callers(&headers(&[("traceparent", "a")])), Some(("a", String::new())));
        let pieces = headers(&[("traceparent", "a"), ("tracestate", "x=1"), ("tracestate", "y=2")]);
        assert_eq!(callers(&pieces), Some(("a", "x=1,y=2".to_owned())));
        assert_eq!(callers(&headers(&[("traceparent", "a"), ("traceparent", "b")])), None);
        assert_eq!(callers(&headers(&[("tracestate", "x=1")])), None);
    }

    #[test]
    fn what_a_stranger_makes_up_is_no_method() {
        assert_eq!(known(&Method::PATCH), "PATCH");
        assert_eq!(known(&Method::from_bytes(b"CANARY").unwrap()), "_OTHER");
    }
}
