//! How far sessions are that are being worked on.

use serde::Serialize;
use stepreel_core::{SessionId, SessionStatus, TenantId};
use stepreel_storage::Listed;

use crate::{App, Problem};

/// How far a session is, as it is shown.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Activity {
    /// Of the whole.
    pub(super) percent: u8,
    /// What is done to it, and for how long.
    pub(super) stage: String,
}

/// Whether something is still to happen to it.
pub(super) fn is_active(status: SessionStatus) -> bool {
    matches!(status, SessionStatus::Queued | SessionStatus::InProgress)
}

/// How far the session is.
pub(super) async fn of(_app: &App, _tenant: &TenantId, session: &Listed) -> Result<Activity, Problem> {
    let stage = if session.status == SessionStatus::Queued { "Waits for its turn" } else { "Being worked on" };
    Ok(Activity { percent: 0, stage: stage.to_owned() })
}

/// Why a session failed of which no run has left a record: a code and a sentence.
pub(super) async fn fault(_app: &App, _tenant: &TenantId, _id: SessionId) -> Result<Option<(String, String)>, Problem> {
    Ok(None)
}
