//! GET: uploads that are under way.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use stepreel_storage::{Scope, Upload, UploadState, Uploads as _};
use utoipa::ToSchema;

use super::metadata::Metadata;
use super::protocol;
use crate::{App, Caller, Problem};

/// An upload that has not become a session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnderWay {
    /// Where it goes on.
    pub(crate) location: String,
    /// What its session will be called.
    pub(crate) title: String,
    /// Who recorded it.
    pub(crate) engineer: Option<String>,
    /// Bytes of the recording.
    pub(crate) length: u64,
    /// Bytes that are on disk.
    pub(crate) received: u64,
    /// `receiving`, `expired` or `refused`.
    pub(crate) state: &'static str,
    /// Why it was refused.
    pub(crate) refusal: Option<String>,
    /// When it was begun.
    pub(crate) created_at: DateTime<Utc>,
    /// When it is given up if nothing more comes.
    pub(crate) expires_at: DateTime<Utc>,
}

/// The uploads that have not become sessions, newest first.
#[utoipa::path(
    get, path = "/api/v1/uploads", operation_id = "list_uploads", tag = "uploads",
    responses((status = 200, body = Vec<UnderWay>), (status = 401, body = Problem), (status = 403, body = Problem))
)]
pub(super) async fn uploads(State(app): State<App>, caller: Caller) -> Result<Json<Vec<UnderWay>>, Problem> {
    caller.may(Scope::Read)?;
    under_way(&app, &caller).await.map(Json)
}

/// The caller's uploads that have not become sessions.
pub(crate) async fn under_way(app: &App, caller: &Caller) -> Result<Vec<UnderWay>, Problem> {
    let uploads = app.store().uploads(caller.tenant()).await?;
    Ok(uploads.into_iter().map(UnderWay::from).collect())
}

impl From<Upload> for UnderWay {
    fn from(upload: Upload) -> Self {
        // It was read when the upload began.
        let said = Metadata::read(&upload.metadata).unwrap_or_default();
        let (state, refusal) = match upload.state {
            UploadState::Receiving | UploadState::Finished(_) => ("receiving", None),
            UploadState::Expired => ("expired", None),
            UploadState::Refused(reason) => ("refused", Some(reason)),
        };
        Self {
            location: protocol::location(upload.id),
            title: said.title(),
            engineer: said.engineer,
            length: upload.length,
            received: upload.received,
            state,
            refusal,
            created_at: upload.created_at,
            expires_at: upload.expires_at,
        }
    }
}
