//! Requests that never come to their point.

use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;

use crate::Problem;

/// The body of a form or of a document is small, and what is done with it takes no longer.
const LONGEST: Duration = Duration::from_secs(30);

/// Pictures of a document are looked for in whole clips.
const LONGEST_OF_DOCUMENTS: Duration = Duration::from_mins(5);

/// Gives up a request whose answer doesn't begin in time. Uploads have a measure of their own: they go on as long as bytes come.
pub(super) async fn lose(request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/api/v1/uploads") {
        return next.run(request).await;
    }
    let longest = if request.uri().path().ends_with("/document") { LONGEST_OF_DOCUMENTS } else { LONGEST };
    match timeout(longest, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(StatusCode::REQUEST_TIMEOUT, "timeout", "the request took too long")
            .remedy("send it again, at once and whole")
            .into_response(),
    }
}
