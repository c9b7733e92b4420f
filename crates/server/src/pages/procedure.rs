//! The page of one procedure, to be shared with a colleague.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use stepreel_report::{ProcedureParts, procedure_parts};
use stepreel_storage::Store as _;

use super::frame::{Frame, page};
use super::handouts::{self, Handout};
use super::session::{MediaLinks, unmade};
use super::visitor::Visitor;
use crate::api::session_id;
use crate::{App, Problem};

#[derive(Template)]
#[template(path = "procedure_page.html")]
struct ProcedurePage<'a> {
    frame: Frame,
    id: String,
    title: &'a str,
    name: &'a str,
    ordinal: u32,
    count: u32,
    parts: ProcedureParts,
    documents: Vec<Handout>,
}

pub(super) async fn procedure(
    Visitor(caller): Visitor,
    State(app): State<App>,
    Path((id, ordinal)): Path<(String, String)>,
) -> Result<Html<String>, Problem> {
    let record = app.store().session(caller.tenant(), session_id(&id)?).await?.ok_or_else(Problem::not_found)?;
    let ordinal = ordinal.parse().map_err(|_| Problem::not_found())?;
    let procedure = record.procedures.iter().find(|procedure| procedure.ordinal == ordinal);
    let name = &procedure.ok_or_else(Problem::not_found)?.procedure_name;
    let parts =
        procedure_parts(&record, ordinal, &MediaLinks::of_procedure(&record)).map_err(|cause| unmade(&cause))?;
    page(&ProcedurePage {
        frame: Frame::of(&caller, "sessions"),
        id: record.session.id.to_string(),
        title: &record.session.title,
        name,
        ordinal,
        count: record.procedures.len() as u32,
        parts: parts.ok_or_else(Problem::not_found)?,
        documents: handouts::documents_of(&record, ordinal),
    })
}
