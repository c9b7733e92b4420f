//! HEAD: how far an upload is.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use stepreel_storage::{Scope, Upload, UploadId, UploadState, Uploads as _};

use super::{append, protocol};
use crate::{App, Caller, Problem};

/// Tells how far the upload is. A request that is stuck on it is asked to let go.
#[utoipa::path(
    head, path = "/api/v1/uploads/{id}", operation_id = "look_upload", tag = "uploads",
    params(
        ("id" = String, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "1.0.0", pattern = r"^1\.0\.0$"),
    ),
    responses(
        (status = 200, description = "Upload-Offset of Upload-Length bytes are on disk"),
        (status = 401, description = "Nobody is logged in"), (status = 403, description = "It takes another scope"),
        (status = 404, description = "There is none"), (status = 410, description = "It was given up"),
        (status = 412, description = "It speaks another version of tus"),
        (status = 415, description = "It is whole, and no recording"),
        (status = 423, description = "Another request works on it and doesn't let go"),
    )
)]
pub(super) async fn look(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    caller.may(Scope::Upload)?;
    let upload = settled(&app, &caller, protocol::id(&id)?).await?;
    match &upload.state {
        UploadState::Expired => Err(protocol::gone(None)),
        UploadState::Refused(reason) => Err(protocol::gone(Some(reason))),
        UploadState::Receiving | UploadState::Finished(_) => Ok((StatusCode::OK, answer(&upload)).into_response()),
    }
}

/// The caller's upload with that id, left alone by other requests unless one makes its session.
async fn settled(app: &App, caller: &Caller, id: UploadId) -> Result<Upload, Problem> {
    let upload = find(app, caller, id).await?;
    let turn = if upload.is_whole() { app.turns().try_take(id) } else { Some(app.turns().take(id).await?) };
    let Some(turn) = turn else { return Ok(upload) };
    let upload = find(app, caller, id).await?;
    // The request that was to make its session may have gone with its client.
    append::become_session(app, turn, upload).await
}

/// The caller's upload with that id.
pub(super) async fn find(app: &App, caller: &Caller, id: UploadId) -> Result<Upload, Problem> {
    app.store().upload(caller.tenant(), id).await?.ok_or_else(Problem::not_found)
}

/// How far it is, in headers.
pub(super) fn answer(upload: &Upload) -> HeaderMap {
    let mut headers = protocol::progress(upload);
    if let Some(said) = HeaderValue::from_str(&upload.metadata).ok().filter(|said| !said.is_empty()) {
        headers.insert(protocol::METADATA, said);
    }
    if let UploadState::Finished(session) = upload.state {
        let session = HeaderValue::from_str(&session.to_string()).expect("an id is plain ASCII");
        headers.insert(protocol::SESSION, session);
    }
    headers
}
