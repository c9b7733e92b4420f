//! A number for every request, in its answer and in the log.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::{random, trace};
use crate::App;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Follows a request from its arrival to its answer. The query stays out of the log: it may sign a URL.
pub(super) async fn follow(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = format!("{:016x}", u64::from_ne_bytes(random()));
    let trace = trace::begin(&request, &id, app.settings().take_up);
    let span = tracing::info_span!("request", %id, method = %request.method(), path = request.uri().path());
    let begun = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    app.counters().answered(response.status());
    trace::answered(&trace, response.status());
    let (status, milliseconds) = (response.status().as_u16(), begun.elapsed().as_millis() as u64);
    span.in_scope(|| tracing::info!(status, milliseconds, "answered"));
    response.headers_mut().insert(HEADER, HeaderValue::from_str(&id).expect("hexadecimal digits are a header"));
    response
}
