//! An event as it is told: the same to servers and to whoever asks.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use stepreel_storage::{Event, Told};
use utoipa::ToSchema;

use crate::api::{ProcedureDetail, SessionInList};

/// Something that happened to a session.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventTold {
    /// The same however often it is told.
    id: String,
    /// `session.uploaded`, `session.completed`, `session.failed`, `procedure.ready` or `procedure.excluded`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// When it happened.
    timestamp: String,
    /// What it happened to, as it was then.
    data: Data,
}

/// A session, or a procedure. Its URLs are null: they would have expired. Ask for the session to get some.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum Data {
    Session(Box<SessionInList>),
    Procedure(Box<ProcedureDetail>),
}

impl From<Event> for EventTold {
    fn from(event: Event) -> Self {
        let data = match event.told {
            Told::Session(listed) => Data::Session(Box::new(SessionInList::without_urls(*listed))),
            Told::Procedure(procedure) => Data::Procedure(Box::new(ProcedureDetail::without_urls(*procedure))),
        };
        Self { id: event.id, kind: event.kind.as_str(), timestamp: moment(event.happened_at), data }
    }
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A recording has arrived, and waits to be processed.
#[utoipa::path(
    post, path = "session.uploaded", operation_id = "session_uploaded", tag = "webhooks", request_body = EventTold,
    responses((status = "2XX", description = "It was taken"), (status = 410, description = "No more of them"))
)]
#[expect(dead_code, reason = "it describes what is sent, and is never called")]
pub(super) fn session_uploaded() {}

/// A session is processed. The events of its procedures came before.
#[utoipa::path(
    post, path = "session.completed", operation_id = "session_completed", tag = "webhooks", request_body = EventTold,
    responses((status = "2XX", description = "It was taken"), (status = 410, description = "No more of them"))
)]
#[expect(dead_code, reason = "it describes what is sent, and is never called")]
pub(super) fn session_completed() {}

/// Nothing came of a session.
#[utoipa::path(
    post, path = "session.failed", operation_id = "session_failed", tag = "webhooks", request_body = EventTold,
    responses((status = "2XX", description = "It was taken"), (status = 410, description = "No more of them"))
)]
#[expect(dead_code, reason = "it describes what is sent, and is never called")]
pub(super) fn session_failed() {}

/// A procedure is there, and approved.
#[utoipa::path(
    post, path = "procedure.ready", operation_id = "procedure_ready", tag = "webhooks", request_body = EventTold,
    responses((status = "2XX", description = "It was taken"), (status = 410, description = "No more of them"))
)]
#[expect(dead_code, reason = "it describes what is sent, and is never called")]
pub(super) fn procedure_ready() {}

/// A procedure is there, and its quality does not suffice.
#[utoipa::path(
    post, path = "procedure.excluded", operation_id = "procedure_excluded", tag = "webhooks", request_body = EventTold,
    responses((status = "2XX", description = "It was taken"), (status = 410, description = "No more of them"))
)]
#[expect(dead_code, reason = "it describes what is sent, and is never called")]
pub(super) fn procedure_excluded() {}
