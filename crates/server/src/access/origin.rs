//! No commands from other sites.

use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::Problem;

/// Lets a request in unless another site made a browser send it. A bearer token is nothing that a browser sends by itself.
pub(super) async fn check(request: Request, next: Next) -> Response {
    let headers = request.headers();
    if request.method().is_safe() || headers.contains_key(AUTHORIZATION) || is_own(headers) {
        return next.run(request).await;
    }
    Problem::new(StatusCode::FORBIDDEN, "cross_site", "another site sent this")
        .remedy("send it from a page of this site, or with a token")
        .into_response()
}

/// Browsers say where a request comes from: by `Sec-Fetch-Site`, or over plain http by `Origin`. One that sends a cookie and
/// neither is no browser of today.
fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    match (text("sec-fetch-site"), text(ORIGIN.as_str())) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == text(HOST.as_str()),
        (None, None) => !headers.contains_key(COOKIE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&'static str, &'static str)], own: bool) {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        assert_eq!(is_own(&headers), own, "{headers:?}");
    }

    #[test]
    fn commands_come_from_this_site_or_from_no_browser() {
        let host = ("host", "a.example:8080");
        check(&[host], true);
        check(&[host, ("cookie", "stepreel=x")], false);
        check(&[host, ("origin", "http://a.example:8080")], true);
        for other in ["http://a.example", "http://b.example:8080", "null", "http://a.example:8080.evil.example"] {
            check(&[host, ("origin", other)], false);
        }
        check(&[host, ("sec-fetch-site", "same-origin"), ("cookie", "stepreel=x")], true);
        check(&[host, ("sec-fetch-site", "same-site"), ("origin", "http://a.example:8080")], false);
        check(&[host, ("sec-fetch-site", "cross-site")], false);
    }
}
