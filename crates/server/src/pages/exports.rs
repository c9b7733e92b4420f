//! A session as files to keep.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use stepreel_core::SessionRecord;
use stepreel_report::{chapters_vtt, json as record_json};
use stepreel_storage::Store as _;

use super::visitor::Visitor;
use crate::api::session_id;
use crate::{App, Problem};

pub(super) async fn chapters(
    visitor: Visitor,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let record = record(visitor, &app, &id).await?;
    Ok(attached("text/vtt; charset=utf-8", chapters_vtt(&record)))
}

pub(super) async fn json(
    visitor: Visitor,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let record = record(visitor, &app, &id).await?;
    Ok(attached("application/json", record_json(&record)))
}

async fn record(Visitor(caller): Visitor, app: &App, id: &str) -> Result<SessionRecord, Problem> {
    app.store().session(caller.tenant(), session_id(id)?).await?.ok_or_else(Problem::not_found)
}

fn attached(kind: &'static str, content: String) -> Response {
    ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, "attachment")], content).into_response()
}
