//! Sessions, their procedures and what was said.
#![allow(unused_qualifications, reason = "the macro of a path with parameters writes them")]

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use stepreel_core::{Role, SessionStatus};
use stepreel_storage::{ListQuery, Listing as _, Queue as _, Scope, Store as _};
use utoipa::{IntoParams, ToSchema};

use super::answer;
use super::cursor::Cursor;
use super::view::{ProcedureDetail, Said, SessionDetail, SessionInList};
use crate::{App, Caller, Problem, erasure};

/// Sessions in one answer.
const MOST: u32 = 100;

/// Which sessions to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only those with this status: `uploading`, `queued`, `in_progress`, `completed` or `failed`.
    #[param(value_type = Option<String>, pattern = "^(uploading|queued|in_progress|completed|failed)$")]
    status: Option<SessionStatus>,
    /// Only those with this role: `trainer` or `trainee`.
    #[param(value_type = Option<String>, pattern = "^(trainer|trainee)$")]
    role: Option<Role>,
    /// Only those in whose title, engineer or procedures this stands.
    #[serde(default)]
    search: String,
    /// At most so many; 25 unless told, and never more than 100.
    #[param(value_type = Option<u64>, maximum = 4_294_967_295_u64)]
    limit: Option<u32>,
    /// Where the last answer ended: its `next`.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// Some of the sessions.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionPage {
    /// Newest first.
    sessions: Vec<SessionInList>,
    /// How many there are in all.
    total: u64,
    /// The cursor of the next answer; nothing at the end. Sessions that come or go in between neither hide nor double any.
    next: Option<String>,
}

/// The sessions that the filter lets through, newest first.
#[utoipa::path(
    get, path = "/api/v1/sessions", operation_id = "list_sessions", tag = "sessions",
    params(Filter),
    responses(
        (status = 200, body = SessionPage), (status = 304, description = "As If-None-Match knows it"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    )
)]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Response, Problem> {
    caller.may(Scope::Read)?;
    let Query(filter) = filter.map_err(|wrong| Problem::invalid("query", wrong.body_text()))?;
    let Filter { status, role, search, limit, cursor } = filter;
    let size = limit.unwrap_or(25).clamp(1, MOST);
    let after = cursor.map(|Cursor(date, id)| (date, id));
    // One more tells whether there are more.
    let query = ListQuery { status, role, search, after, size: size + 1, ..ListQuery::default() };
    let mut found = app.store().page(caller.tenant(), &query).await?;
    let more = found.sessions.len() > size as usize;
    found.sessions.truncate(size as usize);
    let next = found.sessions.last().filter(|_| more).map(|last| Cursor(last.date, last.id).to_string());
    let sessions = found.sessions.into_iter().map(|listed| SessionInList::new(&app, listed)).collect();
    answer::tagged(&headers, caller.tenant().as_str(), &SessionPage { sessions, total: found.total, next })
}

/// A session with its procedures.
#[utoipa::path(
    get, path = "/api/v1/sessions/{id}", operation_id = "get_session", tag = "sessions",
    params(("id" = String, Path, description = "The session")),
    responses(
        (status = 200, body = SessionDetail), (status = 304, description = "As If-None-Match knows it"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    )
)]
pub(super) async fn one(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    caller.may(Scope::Read)?;
    let id = answer::session(&id)?;
    let listed = app.store().listed(caller.tenant(), id).await?.ok_or_else(Problem::not_found)?;
    let record = app.store().session(caller.tenant(), id).await?;
    answer::tagged(&headers, caller.tenant().as_str(), &SessionDetail::new(&app, listed, record))
}

/// Deletes the session with its recording, clips and records, also while it is worked on.
#[utoipa::path(
    delete, path = "/api/v1/sessions/{id}", operation_id = "delete_session", tag = "sessions",
    params(("id" = String, Path, description = "The session")),
    responses(
        (status = 204, description = "It is gone"), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
    )
)]
pub(super) async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.may(Scope::Manage)?;
    let id = answer::session(&id)?;
    let erased = erasure::erase(&app, caller.tenant(), id).await?;
    if erased { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found()) }
}

/// Stops the work on the session.
#[utoipa::path(
    post, path = "/api/v1/sessions/{id}/cancel", operation_id = "cancel_session", tag = "sessions",
    params(("id" = String, Path, description = "The session")),
    responses(
        (status = 204, description = "Nobody works on it any more"), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "It neither waits nor is it worked on"),
    )
)]
pub(super) async fn cancel(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.may(Scope::Manage)?;
    let id = answer::session(&id)?;
    app.store().listed(caller.tenant(), id).await?.ok_or_else(Problem::not_found)?;
    done(app.store().cancel(caller.tenant(), id).await?, "the session neither waits nor is it worked on")
}

/// Extracts the session again. What it shows stays until the new run has finished.
#[utoipa::path(
    post, path = "/api/v1/sessions/{id}/extract", operation_id = "extract_session", tag = "sessions",
    params(("id" = String, Path, description = "The session")),
    responses(
        (status = 204, description = "It waits"), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem, description = "It waits or is worked on"),
    )
)]
pub(super) async fn retry(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.may(Scope::Manage)?;
    let id = answer::session(&id)?;
    app.store().listed(caller.tenant(), id).await?.ok_or_else(Problem::not_found)?;
    done(app.store().retry(caller.tenant(), id).await?, "the session waits or is worked on, or never had a job")
}

/// The procedures of a session, in order; none until a run has finished.
#[utoipa::path(
    get, path = "/api/v1/sessions/{id}/procedures", operation_id = "list_procedures", tag = "sessions",
    params(("id" = String, Path, description = "The session")),
    responses(
        (status = 200, body = Vec<ProcedureDetail>), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
    )
)]
pub(super) async fn procedures(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    caller.may(Scope::Read)?;
    let id = answer::session(&id)?;
    app.store().listed(caller.tenant(), id).await?.ok_or_else(Problem::not_found)?;
    let procedures = app.store().session(caller.tenant(), id).await?.map(|record| record.procedures);
    let shown = procedures.unwrap_or_default().into_iter().map(|procedure| ProcedureDetail::new(&app, procedure));
    answer::tagged(&headers, caller.tenant().as_str(), &shown.collect::<Vec<_>>())
}

/// What was said in a session; 404 until a run has finished.
#[utoipa::path(
    get, path = "/api/v1/sessions/{id}/transcript", operation_id = "get_transcript", tag = "sessions",
    params(("id" = String, Path, description = "The session")),
    responses(
        (status = 200, body = Said), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
    )
)]
pub(super) async fn transcript(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    caller.may(Scope::Read)?;
    let id = answer::session(&id)?;
    let record = app.store().session(caller.tenant(), id).await?.ok_or_else(Problem::not_found)?;
    answer::tagged(&headers, caller.tenant().as_str(), &Said::from(record.transcript))
}

fn done(something: bool, otherwise: &str) -> Result<StatusCode, Problem> {
    if something {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::new(StatusCode::CONFLICT, "nothing_to_do", "there is nothing to do").detail(otherwise))
}
