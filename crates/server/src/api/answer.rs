//! Answers in JSON, and files, with a tag that tells whether they have changed.

use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use stepreel_core::{Digest, SessionId};

use crate::Problem;
use crate::media::{attachment_named, is_known};

/// The value, or that the client has it already.
pub(super) fn tagged(asked: &HeaderMap, tenant: &str, value: &impl Serialize) -> Result<Response, Problem> {
    let body = serde_json::to_vec(value).map_err(|_| Problem::internal())?;
    let tag = tag(tenant, &body);
    let answer = || (kept(&tag), [(CONTENT_TYPE, "application/json")], body).into_response();
    Ok(known(asked, &tag).unwrap_or_else(answer))
}

/// The tag of that content. The tenant is part of it, so that a tag of one means nothing to another.
pub(super) fn tag(tenant: &str, content: &[u8]) -> String {
    let content = Digest::new(Sha256::digest([tenant.as_bytes(), b"\n", content].concat()).into());
    format!("\"{}\"", content.short())
}

/// That the client has it already, if so.
pub(super) fn known(asked: &HeaderMap, tag: &str) -> Option<Response> {
    is_known(asked, tag).then(|| (StatusCode::NOT_MODIFIED, kept(tag)).into_response())
}

fn kept(tag: &str) -> [(HeaderName, String); 2] {
    [(ETAG, tag.to_owned()), (CACHE_CONTROL, "private, no-cache".to_owned())]
}

/// A file to be saved, never to be shown as a page of this site.
pub(super) struct Download {
    /// What it is called.
    pub(super) name: String,
    /// What it is.
    pub(super) kind: &'static str,
}

impl Download {
    pub(super) fn of(self, tag: &str, content: Vec<u8>) -> Response {
        let saved = [(CONTENT_TYPE, self.kind.to_owned()), (CONTENT_DISPOSITION, attachment_named(&self.name))];
        (kept(tag), saved, content).into_response()
    }
}

/// The session's id in a path; what is none is none of ours.
pub(crate) fn session(text: &str) -> Result<SessionId, Problem> {
    let id = text.parse().map(SessionId).ok().filter(|id| id.to_string() == text);
    id.ok_or_else(Problem::not_found)
}
