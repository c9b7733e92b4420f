//! What happened, for whoever asks.
#![allow(unused_qualifications, reason = "the macro of a path with parameters writes them")]

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use stepreel_storage::{Outbox as _, Scope};
use utoipa::{IntoParams, ToSchema};

use super::told::EventTold;
use crate::{App, Caller, Problem};

/// Events in one answer.
const MOST: u32 = 100;

/// Which events to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct After {
    /// Where the last answer ended: its `next`. From the first that is kept without it.
    #[serde(default)]
    #[param(maximum = 9_223_372_036_854_775_807_u64)]
    cursor: u64,
    /// At most so many; 100 unless told, and never more.
    #[param(value_type = Option<u64>, maximum = 4_294_967_295_u64)]
    limit: Option<u32>,
}

/// Some of what happened.
#[derive(Serialize, ToSchema)]
pub(super) struct EventPage {
    /// Oldest first.
    events: Vec<EventTold>,
    /// The cursor of the next answer, also when nothing more has happened yet.
    next: u64,
}

/// What happened to the tenant's sessions in the last 30 days, oldest first. Who asks again with `next` misses nothing and gets nothing
/// twice; events of sessions that were deleted are gone.
#[utoipa::path(
    get, path = "/api/v1/events", operation_id = "list_events", tag = "events", params(After),
    responses(
        (status = 200, body = EventPage), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem),
    )
)]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    after: Result<Query<After>, QueryRejection>,
) -> Result<Json<EventPage>, Problem> {
    caller.may(Scope::Read)?;
    let Query(After { cursor, limit }) = after.map_err(|wrong| Problem::invalid("query", wrong.body_text()))?;
    if i64::try_from(cursor).is_err() {
        return Err(Problem::invalid("cursor", "a cursor is the `next` of an earlier answer"));
    }
    let events = app.store().events(caller.tenant(), cursor, limit.unwrap_or(MOST).clamp(1, MOST)).await?;
    let next = events.last().map_or(cursor, |event| event.number);
    Ok(Json(EventPage { events: events.into_iter().map(EventTold::from).collect(), next }))
}
