//! Work instructions, and files for those who cut and annotate.
#![allow(unused_qualifications, reason = "the macro of a path with parameters writes them")]

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::response::Response;
use serde::Deserialize;
use stepreel_core::SessionRecord;
use stepreel_storage::{BlobKey, Scope, Store as _};
use utoipa::{IntoParams, ToSchema};

use super::answer::{self, Download};
use crate::documents::{Form, Order, make};
use crate::{App, Caller, Problem};

/// Which work instruction.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `html` unless told, `md`, `pdf` or `docx`.
    #[serde(default)]
    #[param(inline)]
    form: Form,
    /// One procedure, by its place in the session from 1, also when it is excluded; otherwise all that are approved.
    procedure: Option<u32>,
    /// Whether steps have pictures, which takes seconds; they have unless told. Markdown never has.
    pictures: Option<bool>,
}

/// A session, or one of its procedures, as a work instruction to hand out.
#[utoipa::path(
    get, path = "/api/v1/sessions/{id}/document", operation_id = "get_document", tag = "documents",
    params(("id" = String, Path, description = "The session"), Wanted),
    responses(
        (
            status = 200, description = "The document, to be saved",
            content(
                (String = "text/html"), (String = "text/markdown"), (String = "application/pdf"),
                (String = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            )
        ),
        (status = 304, description = "As If-None-Match knows it; nothing is made"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 500, body = Problem),
        (status = 503, body = Problem, description = "Too many are being made"),
    )
)]
pub(super) async fn document(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Response, Problem> {
    caller.may(Scope::Read)?;
    let Query(Wanted { form, procedure, pictures }) =
        wanted.map_err(|wrong| Problem::invalid("query", wrong.body_text()))?;
    let record = record(&app, &caller, &id).await?;
    let name = name(&record, procedure)?;
    let site = site(&app, &headers);
    let pictures = pictures.unwrap_or(true);
    let download = Download { name: format!("{name}.{}", form.ending()), kind: form.kind() };
    let of = format!("{form:?} {procedure:?} {pictures} {site:?}\n{}", stepreel_report::json(&record));
    let tag = answer::tag(caller.tenant().as_str(), of.as_bytes());
    if let Some(known) = answer::known(&headers, &tag) {
        return Ok(known);
    }
    let made = make(&app, Order { record, procedure, form, pictures, site }).await?;
    Ok(download.of(&tag, made))
}

/// What an export is written as.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Exported {
    Edl,
    #[default]
    Csv,
    LabelStudio,
    Elan,
}

/// Which export.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Export {
    /// `csv` unless told, `edl`, `label-studio` or `elan`.
    #[serde(default)]
    #[param(inline)]
    form: Exported,
    /// Only this procedure, by its place in the session from 1. What was said and found stays that of the whole session.
    procedure: Option<u32>,
}

/// A session for those who cut and annotate, on the recording's timeline.
#[utoipa::path(
    get, path = "/api/v1/sessions/{id}/export", operation_id = "export_session", tag = "documents",
    params(("id" = String, Path, description = "The session"), Export),
    responses(
        (
            status = 200, description = "The file, to be saved",
            content(
                (String = "text/plain"), (String = "text/csv"), (String = "application/json"),
                (String = "application/xml"),
            )
        ),
        (status = 304, description = "As If-None-Match knows it"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
    )
)]
pub(super) async fn export(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
    export: Result<Query<Export>, QueryRejection>,
) -> Result<Response, Problem> {
    caller.may(Scope::Read)?;
    let Query(Export { form, procedure }) = export.map_err(|wrong| Problem::invalid("query", wrong.body_text()))?;
    let mut record = record(&app, &caller, &id).await?;
    let name = name(&record, procedure)?;
    record.procedures.retain(|known| procedure.is_none_or(|ordinal| known.ordinal == ordinal));
    // Where whoever opens the file has the recording, once they are logged in.
    if let (Some(site), Ok(key)) = (site(&app, &headers), record.session.video_url.parse::<BlobKey>()) {
        record.session.video_url = format!("{site}/media/{key}");
    }
    let written = form.write(&record).into_bytes();
    let tag = answer::tag(caller.tenant().as_str(), &written);
    let download = Download { name: format!("{name}.{}", form.ending()), kind: form.kind() };
    Ok(answer::known(&headers, &tag).unwrap_or_else(|| download.of(&tag, written)))
}

/// What a finished run made of the session.
async fn record(app: &App, caller: &Caller, id: &str) -> Result<SessionRecord, Problem> {
    let id = answer::session(id)?;
    app.store().session(caller.tenant(), id).await?.ok_or_else(Problem::not_found)
}

/// What the file is called, without its ending; 404 for a procedure that the session hasn't.
fn name(record: &SessionRecord, procedure: Option<u32>) -> Result<String, Problem> {
    let Some(ordinal) = procedure else { return Ok(record.session.title.clone()) };
    let known = record.procedures.iter().find(|procedure| procedure.ordinal == ordinal);
    known.map(|known| format!("{ordinal} {}", known.procedure_name)).ok_or_else(Problem::not_found)
}

/// The address at which this service was asked.
fn site(app: &App, headers: &HeaderMap) -> Option<String> {
    let scheme = if app.settings().https { "https" } else { "http" };
    let host = headers.get(HOST)?.to_str().ok()?;
    let url = url::Url::parse(&format!("{scheme}://{host}")).ok()?;
    Some(url.origin().ascii_serialization())
}

impl Exported {
    fn write(self, record: &SessionRecord) -> String {
        match self {
            Self::Edl => stepreel_documents::edl(record),
            Self::Csv => stepreel_documents::csv(record),
            Self::LabelStudio => stepreel_documents::label_studio(record),
            Self::Elan => stepreel_documents::elan(record),
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Edl => "edl",
            Self::Csv => "csv",
            Self::LabelStudio => "label-studio.json",
            Self::Elan => "eaf",
        }
    }

    const fn kind(self) -> &'static str {
        match self {
            Self::Edl => "text/plain; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
            Self::LabelStudio => "application/json",
            Self::Elan => "application/xml",
        }
    }
}
