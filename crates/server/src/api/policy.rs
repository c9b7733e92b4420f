//! What another policy would make of what is stored.
#![allow(unused_qualifications, reason = "the macro of a path with parameters writes them")]

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use stepreel_core::{ProcedureStatus, Score};
use stepreel_scoring::Policy;
use stepreel_storage::{Judged, Listing as _, Scope};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::answer;
use crate::{App, Caller, Problem};

/// Changes that are told one by one.
const MOST: usize = 1_000;

/// What is tried.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Tried {
    /// The score, 0-100, from which a procedure would be approved; as the service is set unless told.
    #[param(value_type = Option<u8>, maximum = 100)]
    threshold: Option<u8>,
}

/// What would change; nothing has.
#[derive(Serialize, ToSchema)]
pub(super) struct Trial {
    /// The score from which a procedure would be approved.
    approve_from: u8,
    /// All procedures of the tenant.
    procedures: usize,
    /// Those that are approved.
    approved: usize,
    /// Those that would be.
    would_be_approved: usize,
    /// Those whose status would be another.
    changed: usize,
    /// The first thousand of them, newest session first.
    changes: Vec<Change>,
}

/// A procedure whose status would be another.
#[derive(Serialize, ToSchema)]
pub(super) struct Change {
    session_id: Uuid,
    session_title: String,
    procedure_id: Uuid,
    /// Its place in the session, from 1.
    ordinal: u32,
    procedure_name: String,
    /// Its quality, 0-100.
    score: u8,
    /// `approved` or `excluded`.
    #[schema(value_type = String)]
    status: ProcedureStatus,
    /// Likewise.
    #[schema(value_type = String)]
    would_be: ProcedureStatus,
}

/// What would change if procedures were approved from another score; changes nothing.
#[utoipa::path(
    get, path = "/api/v1/policy/try", operation_id = "try_policy", tag = "procedures",
    params(Tried),
    responses(
        (status = 200, body = Trial), (status = 304, description = "As If-None-Match knows it"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    )
)]
pub(super) async fn trial(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    tried: Result<Query<Tried>, QueryRejection>,
) -> Result<Response, Problem> {
    caller.may(Scope::Read)?;
    let Query(Tried { threshold }) = tried.map_err(|wrong| Problem::invalid("query", wrong.body_text()))?;
    let own = &app.settings().policy;
    let approve_from = match threshold {
        Some(points) => Score::new(points)
            .ok_or_else(|| Problem::invalid("threshold", "it is a score, 0-100").remedy("ask with ?threshold=70"))?,
        None => own.approve_from,
    };
    let policy = Policy { approve_from, ..own.clone() };
    let judged = app.store().judged(caller.tenant()).await?;
    answer::tagged(&headers, caller.tenant().as_str(), &Trial::of(judged, &policy))
}

impl Trial {
    fn of(judged: Vec<Judged>, policy: &Policy) -> Self {
        let is_approved = |status| usize::from(status == ProcedureStatus::Approved);
        let mut trial = Self {
            approve_from: policy.approve_from.points(),
            procedures: judged.len(),
            approved: 0,
            would_be_approved: 0,
            changed: 0,
            changes: Vec::new(),
        };
        for procedure in judged {
            let would_be = policy.status(&procedure.card);
            trial.approved += is_approved(procedure.status);
            trial.would_be_approved += is_approved(would_be);
            if would_be != procedure.status {
                trial.changed += 1;
                if trial.changes.len() < MOST {
                    trial.changes.push(Change::new(procedure, would_be));
                }
            }
        }
        trial
    }
}

impl Change {
    fn new(procedure: Judged, would_be: ProcedureStatus) -> Self {
        Self {
            session_id: procedure.session_id.0,
            session_title: procedure.session_title,
            procedure_id: procedure.procedure_id.0,
            ordinal: procedure.ordinal,
            procedure_name: procedure.procedure_name,
            score: procedure.card.total.points(),
            status: procedure.status,
            would_be,
        }
    }
}
