//! The list of sessions.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Html;
use serde::Deserialize;
use stepreel_core::{Role, SessionStatus, TenantId};
use stepreel_report::wording;
use stepreel_storage::{Direction, ListQuery, Listed, Listing as _, Sort};

use super::activity::{self, Activity};
use super::arriving::{self, Arriving};
use super::frame::{Frame, page};
use super::visitor::Visitor;
use crate::{App, Problem};

/// What the address of a list says. What it can't mean is left out: somebody typed it.
#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(path = "sessions.html")]
struct SessionsPage {
    frame: Frame,
    mark: String,
    query: ListQuery,
    statuses: Vec<Choice>,
    roles: Vec<Choice>,
    sorts: Vec<Choice>,
    columns: Vec<Column>,
    uploads: Vec<Arriving>,
    sessions: Vec<Row>,
    filtered: bool,
    summary: String,
    earlier: Option<String>,
    later: Option<String>,
}

struct Choice {
    value: &'static str,
    text: &'static str,
    chosen: bool,
}

struct Column {
    text: &'static str,
    class: &'static str,
    link: Option<String>,
    /// How the list is sorted by it, if it is.
    sorted: Option<&'static str>,
}

/// A session as a list shows it.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) engineer: Option<String>,
    pub(super) role: &'static str,
    pub(super) status: Status,
    pub(super) active: bool,
    pub(super) done: bool,
    pub(super) percent: u8,
    pub(super) stage: String,
    pub(super) reason: Option<String>,
    pub(super) thumbnail: Option<String>,
    pub(super) length: String,
    pub(super) procedures: u32,
    pub(super) excluded: u32,
    pub(super) score: Option<(u8, &'static str)>,
    pub(super) date: String,
    pub(super) moment: String,
}

pub(super) struct Status {
    pub(super) value: &'static str,
    pub(super) text: &'static str,
    /// The class that colours it.
    pub(super) tone: &'static str,
}

const STATUSES: [SessionStatus; 4] =
    [SessionStatus::Completed, SessionStatus::InProgress, SessionStatus::Queued, SessionStatus::Failed];

const ROLES: [Role; 2] = [Role::Trainer, Role::Trainee];

/// Orders by the name that they have in an address. The first of each kind is what a first click on a column gives.
const SORTS: [(&str, &str, Sort, Direction); 8] = [
    ("newest", "Newest first", Sort::Date, Direction::Descending),
    ("oldest", "Oldest first", Sort::Date, Direction::Ascending),
    ("name", "Name", Sort::Name, Direction::Ascending),
    ("name-down", "Name, from Z", Sort::Name, Direction::Descending),
    ("longest", "Longest first", Sort::Duration, Direction::Descending),
    ("shortest", "Shortest first", Sort::Duration, Direction::Ascending),
    ("best", "Best score first", Sort::Score, Direction::Descending),
    ("worst", "Lowest score first", Sort::Score, Direction::Ascending),
];

pub(super) async fn sessions(
    Visitor(caller): Visitor,
    State(app): State<App>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Html<String>, Problem> {
    let query = asked.map(|Query(asked)| asked).unwrap_or_default().query();
    let tenant = caller.tenant();
    let listed = app.store().page(tenant, &query).await?;
    let pages = listed.total.div_ceil(query.size.into());
    let uploads = arriving::uploads(&app, tenant).await?;
    let link = |page: u32| address(&ListQuery { page, ..query.clone() });
    page(&SessionsPage {
        frame: Frame::of(&caller, "sessions"),
        mark: super::live::mark(&app, tenant, &uploads).await?,
        statuses: choices(&STATUSES, query.status, |kind| (status(kind).value, status(kind).text), "Any"),
        roles: choices(&ROLES, query.role, role, "Any"),
        sorts: sorts(&query),
        columns: columns(&query),
        uploads,
        sessions: rows(&app, tenant, &listed.sessions).await?,
        filtered: query.status.is_some() || query.role.is_some() || !query.search.is_empty() || query.page > 1,
        summary: summary(&query, listed.sessions.len(), listed.total),
        earlier: (query.page > 1).then(|| link(query.page - 1)),
        later: (u64::from(query.page) < pages).then(|| link(query.page + 1)),
        query,
    })
}

impl Asked {
    fn query(self) -> ListQuery {
        let known = SORTS.iter().find(|(name, ..)| *name == self.sort).unwrap_or(&SORTS[0]);
        ListQuery {
            status: STATUSES.into_iter().find(|kind| status(*kind).value == self.status),
            role: ROLES.into_iter().find(|kind| role(*kind).0 == self.role),
            search: self.q.trim().chars().take(200).collect(),
            sort: known.2,
            direction: known.3,
            page: self.page.parse().unwrap_or(1).max(1),
            ..ListQuery::default()
        }
    }
}

async fn rows(app: &App, tenant: &TenantId, listed: &[Listed]) -> Result<Vec<Row>, Problem> {
    let mut rows = Vec::with_capacity(listed.len());
    for session in listed {
        rows.push(row(app, tenant, session).await?);
    }
    Ok(rows)
}

pub(super) async fn row(app: &App, tenant: &TenantId, session: &Listed) -> Result<Row, Problem> {
    let active = activity::is_active(session.status);
    let going = if active { activity::of(app, tenant, session.id).await? } else { Activity::default() };
    let failed = session.status == SessionStatus::Failed;
    let fault = if failed && session.reason.is_none() { activity::fault(app, tenant, session.id).await? } else { None };
    Ok(Row {
        id: session.id.to_string(),
        title: session.title.clone(),
        engineer: session.engineer.clone(),
        role: role(session.role).1,
        status: status(session.status),
        active,
        done: matches!(session.status, SessionStatus::Completed | SessionStatus::Failed),
        percent: going.percent,
        stage: going.stage,
        reason: session.reason.clone().filter(|_| failed).or(fault.map(|fault| fault.message)),
        thumbnail: session.thumbnail_url.as_ref().map(|key| format!("/media/{key}")),
        length: length(session.duration_seconds),
        procedures: session.approved,
        excluded: session.excluded,
        score: session.score.map(|points| (points, wording::band(points.into()))),
        date: session.date.format("%-d %b %Y, %H:%M").to_string(),
        moment: session.date.to_rfc3339(),
    })
}

/// Nothing for a recording of which nobody has measured it yet.
fn length(seconds: f64) -> String {
    let duration = std::time::Duration::try_from_secs_f64(seconds).unwrap_or_default();
    if duration.is_zero() { String::new() } else { wording::length(duration) }
}

pub(super) fn status(status: SessionStatus) -> Status {
    let (value, text, tone) = match status {
        SessionStatus::Uploading => ("uploading", "Uploading", "plain"),
        SessionStatus::Queued => ("queued", "Queued", "plain"),
        SessionStatus::InProgress => ("in_progress", "In progress", "busy"),
        SessionStatus::Completed => ("completed", "Completed", "good"),
        SessionStatus::Failed => ("failed", "Failed", "poor"),
    };
    Status { value, text, tone }
}

fn role(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Trainer => ("trainer", "Trainer"),
        Role::Trainee => ("trainee", "Trainee"),
    }
}

fn choices<T: Copy + PartialEq>(
    all: &[T],
    chosen: Option<T>,
    word: impl Fn(T) -> (&'static str, &'static str),
    any: &'static str,
) -> Vec<Choice> {
    let every = Choice { value: "", text: any, chosen: chosen.is_none() };
    let choice = |&kind: &T| Choice { value: word(kind).0, text: word(kind).1, chosen: chosen == Some(kind) };
    std::iter::once(every).chain(all.iter().map(choice)).collect()
}

fn sorts(query: &ListQuery) -> Vec<Choice> {
    let chosen = |sort, direction| (sort, direction) == (query.sort, query.direction);
    let choice = |&(value, text, sort, direction)| Choice { value, text, chosen: chosen(sort, direction) };
    SORTS.iter().map(choice).collect()
}

fn columns(query: &ListQuery) -> Vec<Column> {
    let plain = |text, class| Column { text, class, link: None, sorted: None };
    let sortable = |text, class, sort| {
        let (link, sorted) = sorting(query, sort);
        Column { text, class, link: Some(link), sorted }
    };
    vec![
        sortable("Session", "name", Sort::Name),
        plain("Role", "role"),
        plain("Status", "status"),
        sortable("Length", "amount", Sort::Duration),
        plain("Procedures", "amount"),
        sortable("Score", "amount", Sort::Score),
        sortable("Date (UTC)", "date", Sort::Date),
    ]
}

/// Where a click on a column leads, and how the list is sorted by it now.
fn sorting(query: &ListQuery, sort: Sort) -> (String, Option<&'static str>) {
    let now = (query.sort == sort).then_some(query.direction);
    let other = |direction: Direction| now != Some(direction);
    let mut ways = SORTS.iter().filter(|(.., by, _)| *by == sort).map(|(.., direction)| *direction);
    let direction = ways.find(|direction| other(*direction)).unwrap_or_default();
    let link = address(&ListQuery { sort, direction, page: 1, ..query.clone() });
    let sorted = now.map(|direction| match direction {
        Direction::Ascending => "ascending",
        Direction::Descending => "descending",
    });
    (link, sorted)
}

/// `1–25 of 10000 sessions`.
fn summary(query: &ListQuery, shown: usize, total: u64) -> String {
    let first = u64::from(query.page - 1) * u64::from(query.size) + 1;
    let noun = if total == 1 { "session" } else { "sessions" };
    match shown as u64 {
        0 => format!("{total} {noun}"),
        shown if shown == total => format!("{total} {noun}"),
        shown => format!("{first}–{} of {total} {noun}", first + shown - 1),
    }
}

/// Where a query's list is.
fn address(query: &ListQuery) -> String {
    let sort = SORTS.iter().find(|(_, _, sort, direction)| (*sort, *direction) == (query.sort, query.direction));
    let page = if query.page > 1 { query.page.to_string() } else { String::new() };
    let fields = form(&[
        ("q", query.search.as_str()),
        ("status", query.status.map_or("", |kind| status(kind).value)),
        ("role", query.role.map_or("", |kind| role(kind).0)),
        ("sort", sort.filter(|(name, ..)| *name != SORTS[0].0).map_or("", |(name, ..)| name)),
        ("page", &page),
    ]);
    if fields.is_empty() { "/sessions".to_owned() } else { format!("/sessions?{fields}") }
}

/// Fields of a query, as a form sends them; empty ones are left out.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
    text.finish()
}
