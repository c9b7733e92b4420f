//! Answers in JSON, with a tag that tells whether they have changed.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use stepreel_core::{Digest, SessionId};

use crate::Problem;
use crate::media::is_known;

/// The value, or that the client has it already.
pub(super) fn tagged(asked: &HeaderMap, tenant: &str, value: &impl Serialize) -> Result<Response, Problem> {
    let body = serde_json::to_vec(value).map_err(|_| Problem::internal())?;
    // The tenant is part of it: a tag of one means nothing to another.
    let content = Digest::new(Sha256::digest([tenant.as_bytes(), b"\n", &body].concat()).into());
    let tag = format!("\"{}\"", content.short());
    let headers = [(ETAG, tag.clone()), (CACHE_CONTROL, "private, no-cache".to_owned())];
    if is_known(asked, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, [(CONTENT_TYPE, "application/json")], body).into_response())
}

/// The session's id in a path; what is none is none of ours.
pub(crate) fn session(text: &str) -> Result<SessionId, Problem> {
    let id = text.parse().map(SessionId).ok().filter(|id| id.to_string() == text);
    id.ok_or_else(Problem::not_found)
}
