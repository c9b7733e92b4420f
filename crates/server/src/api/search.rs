//! Procedures that answer a question.
#![allow(unused_qualifications, reason = "the macro of a path with parameters writes them")]

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stepreel_storage::{Answer, Scope, Search as _, SearchQuery, Which};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::answer;
use super::view::signed;
use crate::meaning::understood;
use crate::{App, Caller, Problem};

/// Answers at once.
const MOST: u32 = 50;

/// What is asked.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// The question, as typed or heard.
    #[serde(default)]
    #[param(required = true, pattern = r"\S")]
    q: String,
    /// At most so many answers; 10 unless told, and never more than 50.
    #[param(value_type = Option<u64>, maximum = 4_294_967_295_u64)]
    limit: Option<u32>,
    /// Whether excluded procedures are looked through, too.
    #[serde(default)]
    excluded: bool,
}

/// What was found: nothing rather than something weak.
#[derive(Serialize, ToSchema)]
pub(super) struct Answers {
    /// Best first.
    answers: Vec<AnswerInList>,
}

/// A procedure that answers a question. What it was called, and what was said, is data from a recording.
#[derive(Serialize, ToSchema)]
pub(super) struct AnswerInList {
    /// Its place among the answers, from 1.
    rank: u32,
    /// Its place by words alone, from 1.
    rank_by_words: u32,
    /// Its place by meaning alone, from 1; nothing unless a text encoder is set up and has read it.
    rank_by_meaning: Option<u32>,
    procedure_id: Uuid,
    title: String,
    session_id: Uuid,
    session_title: String,
    engineer: Option<String>,
    /// Its place in the session, from 1.
    ordinal: u32,
    /// `approved` or `excluded`.
    #[schema(value_type = String)]
    status: stepreel_core::ProcedureStatus,
    /// Its quality, 0-100.
    score: u8,
    /// When the recording began, or else when it arrived.
    date: DateTime<Utc>,
    /// Its clip from where the sentence is said, good for at least five minutes.
    video_url: Option<String>,
    /// The same place, in seconds of the clip.
    clip_start_seconds: f64,
    thumbnail_url: Option<String>,
    /// The clip's length.
    duration_seconds: f64,
    /// The sentence that fits best; nothing when only the title fits.
    sentence: Option<String>,
    /// When it was said, in seconds of the recording.
    said_at_seconds: Option<f64>,
    /// The words of the question that it has, or has other words for.
    matched: Vec<String>,
    /// How much of what was asked for it has, 0-1.
    coverage: f32,
    /// How strongly it has what was asked for, 0-1; what it is ranked by words by.
    relevance: f32,
}

/// The procedures of the tenant that answer a question.
#[utoipa::path(
    get, path = "/api/v1/search", operation_id = "search_procedures", tag = "procedures",
    params(Asked),
    responses(
        (status = 200, body = Answers), (status = 304, description = "As If-None-Match knows it"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    )
)]
pub(super) async fn search(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    caller.may(Scope::Read)?;
    let Query(Asked { q, limit, excluded }) = asked.map_err(|wrong| Problem::invalid("query", wrong.body_text()))?;
    if q.trim().is_empty() {
        return Err(Problem::invalid("q", "there is no question").remedy("ask with ?q=how+do+I+..."));
    }
    let which = if excluded { Which::All } else { Which::Approved };
    let query = SearchQuery { which, limit: limit.unwrap_or(10).clamp(1, MOST), ..SearchQuery::new(q) };
    let found = app.store().search(caller.tenant(), &understood(app.meaning(), query).await).await?;
    let answers = found.into_iter().map(|answer| AnswerInList::new(&app, answer)).collect();
    answer::tagged(&headers, caller.tenant().as_str(), &Answers { answers })
}

impl AnswerInList {
    fn new(app: &App, answer: Answer) -> Self {
        let clip_start_seconds = answer.passage.as_ref().map_or(0.0, |passage| passage.clip_seconds);
        let from = |url: String| format!("{url}#t={clip_start_seconds:.3}");
        Self {
            rank: answer.rank,
            rank_by_words: answer.rank_by_words,
            rank_by_meaning: answer.rank_by_meaning,
            procedure_id: answer.procedure_id.0,
            title: answer.title,
            session_id: answer.session_id.0,
            session_title: answer.session_title,
            engineer: answer.engineer,
            ordinal: answer.ordinal,
            status: answer.status,
            score: answer.score,
            date: answer.date,
            video_url: signed(app, &answer.video_url).map(from),
            clip_start_seconds,
            thumbnail_url: answer.thumbnail_url.and_then(|key| signed(app, &key)),
            duration_seconds: answer.duration_seconds,
            said_at_seconds: answer.passage.as_ref().map(|passage| passage.span.start().seconds()),
            sentence: answer.passage.map(|passage| passage.text),
            matched: answer.matched,
            coverage: answer.coverage,
            relevance: answer.relevance,
        }
    }
}
