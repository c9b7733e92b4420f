//! POST: an upload begins.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use stepreel_storage::{Begun, NewUpload, Scope, Upload, UploadId, Uploads as _};

use super::append::{self, Piece};
use super::metadata::Metadata;
use super::{growing, protocol, tend};
use crate::access::random_id;
use crate::{App, Caller, Problem};

/// Another way to send the client's name for an upload than in its metadata.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Bytes of a client's name for an upload.
const LONGEST_KEY: usize = 200;

/// Begins an upload, or goes on with the one that was begun with the same `key` in `Upload-Metadata` (or `Idempotency-Key`).
///
/// With `Content-Type: application/offset+octet-stream` the body is its first piece.
#[utoipa::path(
    post, path = "/api/v1/uploads", operation_id = "begin_upload", tag = "uploads",
    params(
        ("Tus-Resumable" = String, Header, description = "1.0.0", pattern = r"^1\.0\.0$"),
        ("Upload-Length" = u64, Header, description = "Bytes of the recording", minimum = 1),
        ("Upload-Metadata" = Option<String>, Header,
         description = "title, engineer, role, started_at, filename, key; each with its value in base64"),
        ("Idempotency-Key" = Option<String>, Header, description = "The client's name for the upload"),
    ),
    responses(
        (status = 201, description = "It is at Location, and has Upload-Offset bytes"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem, description = "The key is of an upload of another length"),
        (status = 412, body = Problem),
        (status = 413, body = Problem, description = "Longer than an upload may be, or than the quota has room for"),
    )
)]
pub(super) async fn begin(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    caller.may(Scope::Upload)?;
    let new = announced(&app, &caller, &headers)?;
    let mut upload = reserve(&app, &new).await?;
    if protocol::carries_piece(&headers) && upload.received == 0 {
        let piece = Piece::announced(&headers, 0, body)?;
        upload = append::take(&app, upload, piece).await?;
    }
    let location = [(LOCATION, protocol::location(upload.id))];
    Ok((StatusCode::CREATED, location, protocol::progress(&upload)).into_response())
}

fn announced(app: &App, caller: &Caller, headers: &HeaderMap) -> Result<NewUpload, Problem> {
    let length = protocol::number(headers, &protocol::LENGTH, "Upload-Length")?;
    match length {
        0 => return Err(Problem::invalid("Upload-Length", "a recording has at least one byte")),
        long if long > app.settings().longest_upload => {
            let longest = app.settings().longest_upload;
            return Err(protocol::too_long().detail(format!("an upload has at most {longest} bytes")));
        }
        _ => {}
    }
    let said = headers.get(protocol::METADATA).map_or(Ok(""), |said| said.to_str());
    let said = said.map_err(|_| Problem::invalid("Upload-Metadata", "it is plain ASCII"))?;
    let metadata = Metadata::read(said)?;
    Ok(NewUpload {
        id: UploadId(random_id()),
        tenant: caller.tenant().clone(),
        key: key(metadata, headers)?,
        length,
        metadata: said.to_owned(),
        created_at: Utc::now(),
        lifetime: app.settings().upload_lifetime,
    })
}

fn key(metadata: Metadata, headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(key) = metadata.key.or_else(|| Some(headers.get(KEY)?.to_str().ok()?.to_owned())) else { return Ok(None) };
    let good = !key.is_empty() && key.len() <= LONGEST_KEY;
    if good { Ok(Some(key)) } else { Err(Problem::invalid("key", format!("it has 1 to {LONGEST_KEY} bytes"))) }
}

/// Uploads that were given up make room before a new one is refused.
async fn reserve(app: &App, new: &NewUpload) -> Result<Upload, Problem> {
    let mut begun = app.store().begin_upload(new).await?;
    if matches!(begun, Begun::OverQuota { .. }) && tend::sweep(app).await? > 0 {
        begun = app.store().begin_upload(new).await?;
    }
    match begun {
        Begun::New(upload) => make_room(app, upload).await,
        Begun::Known(upload) if upload.length == new.length => Ok(upload),
        Begun::Known(_) => {
            Err(Problem::new(StatusCode::CONFLICT, "key_taken", "that key is of an upload of another length")
                .field("key")
                .remedy("choose another key for another recording"))
        }
        Begun::OverQuota { left } => {
            let problem =
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "over_quota", "there is no room for that recording");
            Err(problem
                .field("Upload-Length")
                .detail(format!("{left} bytes are left"))
                .remedy("delete sessions, or ask for more room"))
        }
    }
}

async fn make_room(app: &App, upload: Upload) -> Result<Upload, Problem> {
    match growing::create(app.uploads(), upload.id).await {
        Ok(()) => Ok(upload),
        Err(cause) => {
            app.store().forget_upload(upload.id).await?;
            Err(append::disk(&cause))
        }
    }
}
