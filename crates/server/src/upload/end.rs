//! DELETE: an upload is given up.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use stepreel_storage::{Scope, Uploads as _};

use super::{append, growing, look, protocol};
use crate::{App, Caller, Problem};

/// Gives the upload up: its bytes go, and its room in the quota is free. The session of a finished one stays.
#[utoipa::path(
    delete, path = "/api/v1/uploads/{id}", operation_id = "end_upload", tag = "uploads",
    params(
        ("id" = String, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "1.0.0", pattern = r"^1\.0\.0$"),
    ),
    responses(
        (status = 204, description = "It is gone"), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 412, body = Problem), (status = 423, body = Problem),
    )
)]
pub(super) async fn end(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    caller.may(Scope::Upload)?;
    let upload = look::find(&app, &caller, protocol::id(&id)?).await?;
    let _turn = app.turns().take(upload.id).await?;
    // The file first: without its row nobody would find it.
    growing::remove(app.uploads(), upload.id).await.map_err(|cause| append::disk(&cause))?;
    let forgotten = app.store().forget_upload(upload.id).await?;
    if forgotten { Ok(StatusCode::NO_CONTENT.into_response()) } else { Err(Problem::not_found()) }
}
