//! What tus says in headers.

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use stepreel_storage::{Upload, UploadId};
use tracing::Instrument as _;

use super::checksum;
use crate::{App, Problem};

pub(super) const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub(super) const LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub(super) const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub(super) const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
pub(super) const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
/// Ours: the session that a finished upload has become.
pub(super) const SESSION: HeaderName = HeaderName::from_static("stepreel-session");

const VERSION: &str = "1.0.0";

/// The type of a piece of an upload.
const PIECE: &str = "application/offset+octet-stream";

/// Refuses other versions, and names ours in every answer. A request goes on in a task of its own: one whose connection breaks is
/// dropped, and what it brought isn't.
pub(super) async fn speak(request: Request, next: Next) -> Response {
    let said = request.headers().get(RESUMABLE);
    let exempt = matches!(*request.method(), Method::OPTIONS | Method::GET);
    let mut response = if exempt || said.is_some_and(|version| version == VERSION) {
        let answer = tokio::spawn(next.run(request).in_current_span()).await;
        answer.unwrap_or_else(|_| Problem::internal().into_response())
    } else {
        Problem::new(StatusCode::PRECONDITION_FAILED, "tus_version", "uploads speak another version of tus")
            .field("Tus-Resumable")
            .remedy("send Tus-Resumable: 1.0.0")
            .header(HeaderName::from_static("tus-version"), HeaderValue::from_static(VERSION))
            .into_response()
    };
    response.headers_mut().insert(RESUMABLE, HeaderValue::from_static(VERSION));
    response
}

/// What uploads can do here.
#[utoipa::path(
    options, path = "/api/v1/uploads", operation_id = "upload_options", tag = "uploads", security(()),
    responses((status = 204, description = "Versions, extensions, the longest upload and checksums that tus clients may use"))
)]
pub(super) async fn options(State(app): State<App>) -> Response {
    let longest = app.settings().longest_upload.to_string();
    let headers = [
        ("tus-version", VERSION),
        ("tus-extension", "creation,creation-with-upload,expiration,termination,checksum"),
        ("tus-checksum-algorithm", checksum::ALGORITHMS),
        ("tus-max-size", &longest),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Where an upload is to be found.
pub(super) fn location(id: UploadId) -> String {
    format!("/api/v1/uploads/{id}")
}

/// The id in a path; what is none is none of ours.
pub(super) fn id(text: &str) -> Result<UploadId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// A number in a header: decimal digits and nothing else.
pub(super) fn number(headers: &HeaderMap, name: &HeaderName, field: &'static str) -> Result<u64, Problem> {
    let text = headers.get(name).ok_or_else(|| Problem::invalid(field, format!("{field} is missing")))?;
    let text = text.to_str().unwrap_or_default();
    let number = if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse::<u64>().ok() } else { None };
    // What the store keeps is signed.
    let number = number.filter(|&number| i64::try_from(number).is_ok());
    number.ok_or_else(|| Problem::invalid(field, format!("{field} is a number of bytes")))
}

/// Refuses a body that says that it is something else.
pub(super) fn is_piece(headers: &HeaderMap) -> Result<(), Problem> {
    if carries_piece(headers) {
        return Ok(());
    }
    let problem =
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_type", "a piece of an upload has its own type");
    Err(problem.field("Content-Type").remedy("send Content-Type: application/offset+octet-stream"))
}

/// Whether the body is a piece of an upload.
pub(super) fn carries_piece(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind == PIECE)
}

/// Bytes of the body, if that is known before it comes.
pub(super) fn body_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// How far an upload is.
pub(super) fn progress(upload: &Upload) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(OFFSET, upload.received.into());
    headers.insert(LENGTH, upload.length.into());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let expires = upload.expires_at.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    headers.insert(EXPIRES, HeaderValue::from_str(&expires).expect("a date is plain ASCII"));
    headers
}

/// The client's piece begins somewhere else than the upload ends.
pub(super) fn wrong_offset(received: u64) -> Problem {
    Problem::new(StatusCode::CONFLICT, "upload_offset", "the upload is somewhere else")
        .field("Upload-Offset")
        .detail(format!("{received} bytes are here"))
        .remedy("ask with HEAD how far the upload is, and go on from there")
        .header(OFFSET, received.into())
}

/// More than was announced.
pub(super) fn too_long() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_long", "that is more than there should be").field("Upload-Length")
}

/// It was there, and is given up.
pub(super) fn gone(reason: Option<&str>) -> Problem {
    let problem = Problem::new(StatusCode::GONE, "upload_gone", "the upload is given up");
    let problem = problem.remedy("begin a new one");
    match reason {
        Some(reason) => problem.detail(reason),
        None => problem.detail("nothing came for too long"),
    }
}
