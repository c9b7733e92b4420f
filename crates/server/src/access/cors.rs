//! Pages of other sites that may use the interface.

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::App;

/// What a page may ask for, once it is known that it may ask.
const PREFLIGHT: [(HeaderName, &str); 3] = [
    (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, PATCH, DELETE, OPTIONS"),
    (
        ACCESS_CONTROL_ALLOW_HEADERS,
        "Authorization, Content-Type, Idempotency-Key, If-None-Match, Range, Tus-Resumable, Upload-Checksum, \
         Upload-Length, Upload-Metadata, Upload-Offset, X-HTTP-Method-Override",
    ),
    (ACCESS_CONTROL_MAX_AGE, "600"),
];

/// What its scripts may read beside what all may.
const EXPOSED: &str = "ETag, Location, Retry-After, Stepreel-Session, Tus-Resumable, Upload-Expires, Upload-Length, \
                       Upload-Metadata, Upload-Offset, X-Request-Id";

/// Lets pages of named sites use the interface with a token. Cookies are never theirs to send: that is not allowed to anybody.
pub(super) async fn allow(State(app): State<App>, request: Request, next: Next) -> Response {
    let origins = &app.settings().origins;
    let path = request.uri().path();
    if origins.is_empty() || !(path.starts_with("/api/") || path.starts_with("/media/")) {
        return next.run(request).await;
    }
    let origin = request
        .headers()
        .get(ORIGIN)
        .filter(|origin| origins.iter().any(|known| known.as_bytes() == origin.as_bytes()));
    let origin = origin.cloned();
    let preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match &origin {
        Some(_) if preflight => (StatusCode::NO_CONTENT, PREFLIGHT).into_response(),
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    }
    response
}
