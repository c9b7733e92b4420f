//! Lists of sessions: one pass over an index that holds what is filtered and sorted by, then the rows of one page.

use sqlx::sqlite::SqliteRow;
use sqlx::types::{Json, Text};
use sqlx::{AssertSqlSafe, Row, SqliteConnection, SqlitePool};
use stepreel_core::{ProcedureId, SessionId, TenantId};
use uuid::Uuid;

use super::keyword::Keyword;
use super::{SessionKey, shown_jobs};
use crate::{Direction, Going, Judged, ListPage, ListQuery, Listed, Sort};

/// In one transaction, so that the total is that of the page.
pub(super) async fn page(pool: &SqlitePool, tenant: &TenantId, query: &ListQuery) -> Result<ListPage, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    let total = total(&mut transaction, tenant, query).await?;
    let rows = rows(&mut transaction, tenant, query).await?;
    Ok(ListPage { sessions: rows.iter().map(listed).collect::<Result<_, _>>()?, total })
}

/// What the query lets through.
const LET_THROUGH: &str = "tenant_id = ?1 AND status = coalesce(?2, status) AND role = coalesce(?3, role) AND (?4 IS NULL \
     OR title LIKE ?4 ESCAPE '\\' OR engineer LIKE ?4 ESCAPE '\\' \
     OR id IN (SELECT session_id FROM procedures WHERE tenant_id = ?1 AND procedure_name LIKE ?4 ESCAPE '\\'))";

async fn total(connection: &mut SqliteConnection, tenant: &TenantId, query: &ListQuery) -> Result<u64, sqlx::Error> {
    let count: i64 = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM sessions WHERE {LET_THROUGH}")))
        .bind(tenant.as_str())
        .bind(query.status.map(Keyword))
        .bind(query.role.map(Keyword))
        .bind(pattern(&query.search))
        .fetch_one(connection)
        .await?;
    Ok(count as u64)
}

/// How many sessions the query lets through.
pub(super) async fn count(pool: &SqlitePool, tenant: &TenantId, query: &ListQuery) -> Result<u64, sqlx::Error> {
    total(&mut *pool.acquire().await?, tenant, query).await
}

/// How far sessions are, by one question for all of them.
pub(super) async fn going(pool: &SqlitePool, tenant: &TenantId, ids: &[SessionId]) -> Result<Vec<Going>, sqlx::Error> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows = sqlx::query(
        "SELECT s.id AS id, s.status AS status, j.* FROM json_each(?2) asked \
         JOIN sessions s ON s.tenant_id = ?1 AND s.id = asked.value \
         LEFT JOIN jobs j ON j.tenant_id = s.tenant_id AND j.session_id = s.id AND j.state <> 'deleted' ORDER BY asked.key",
    );
    let going = |row: SqliteRow| {
        let has_job = row.try_get::<Option<&str>, _>("state")?.is_some();
        Ok(Going {
            id: SessionId(row.try_get::<Text<Uuid>, _>("id")?.0),
            status: row.try_get::<Keyword<_>, _>("status")?.0,
            job: if has_job { Some(shown_jobs::shown(&row)?) } else { None },
        })
    };
    rows.bind(tenant.as_str()).bind(Json(ids)).try_map(going).fetch_all(pool).await
}

/// All procedures with what decides whether they are approved.
pub(super) async fn judged(pool: &SqlitePool, tenant: &TenantId) -> Result<Vec<Judged>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT p.session_id, s.title, p.id, p.ordinal, p.procedure_name, p.status, p.score_components \
         FROM procedures p JOIN sessions s ON s.tenant_id = p.tenant_id AND s.id = p.session_id WHERE p.tenant_id = ? \
         ORDER BY coalesce(s.started_at, s.created_at) DESC, s.id, p.ordinal",
    );
    let judged = |row: SqliteRow| {
        Ok(Judged {
            session_id: SessionId(row.try_get::<Text<Uuid>, _>("session_id")?.0),
            session_title: row.try_get("title")?,
            procedure_id: ProcedureId(row.try_get::<Text<Uuid>, _>("id")?.0),
            ordinal: row.try_get("ordinal")?,
            procedure_name: row.try_get("procedure_name")?,
            status: row.try_get::<Keyword<_>, _>("status")?.0,
            card: row.try_get::<Json<_>, _>("score_components")?.0,
        })
    };
    rows.bind(tenant.as_str()).try_map(judged).fetch_all(pool).await
}

/// What a list shows of the session `s`.
const SHOWN: &str = "s.id, title, engineer, role, status, outcome, duration_seconds, score, video_url, \
         coalesce(started_at, created_at) AS date, \
         (SELECT count(*) FROM procedures p WHERE p.tenant_id = ?1 AND p.session_id = s.id AND p.status = 'approved') \
         AS approved, \
         (SELECT count(*) FROM procedures p WHERE p.tenant_id = ?1 AND p.session_id = s.id AND p.status = 'excluded') \
         AS excluded, \
         (SELECT thumbnail_url FROM procedures p WHERE p.tenant_id = ?1 AND p.session_id = s.id \
         AND p.status = 'approved' AND thumbnail_url IS NOT NULL ORDER BY ordinal LIMIT 1) AS thumbnail_url, \
         (SELECT message FROM findings f WHERE f.tenant_id = ?1 AND f.session_id = s.id ORDER BY position LIMIT 1) \
         AS reason";

/// One session, as lists show it.
pub(super) async fn one(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<Option<Listed>, sqlx::Error> {
    let sql = format!("SELECT {SHOWN} FROM sessions s WHERE tenant_id = ?1 AND id = ?2");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(key.tenant.as_str()).bind(Text(key.session));
    row.fetch_optional(connection).await?.as_ref().map(listed).transpose()
}

/// The page is chosen first: only its sessions are looked up in the other tables.
async fn rows(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    query: &ListQuery,
) -> Result<Vec<SqliteRow>, sqlx::Error> {
    let (by, direction) = order(query);
    let beyond = if query.direction == Direction::Ascending { '>' } else { '<' };
    let sql = format!(
        "WITH chosen AS MATERIALIZED (SELECT id, {by} AS place FROM sessions WHERE {LET_THROUGH} AND (?7 IS NULL \
         OR coalesce(started_at, created_at) {beyond} ?7 OR (coalesce(started_at, created_at) = ?7 AND id > ?8)) \
         ORDER BY place {direction} NULLS LAST, id LIMIT ?5 OFFSET ?6) \
         SELECT {SHOWN} FROM chosen JOIN sessions s ON s.tenant_id = ?1 AND s.id = chosen.id \
         ORDER BY place {direction} NULLS LAST, s.id"
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(query.status.map(Keyword))
        .bind(query.role.map(Keyword))
        .bind(pattern(&query.search))
        .bind(query.size)
        .bind(i64::from(query.page.saturating_sub(1)) * i64::from(query.size))
        .bind(query.after.map(|(date, _)| date))
        .bind(query.after.map(|(_, id)| Text(id)))
        .fetch_all(connection)
        .await
}

/// By what and from where. Nothing in it is the caller's text.
fn order(query: &ListQuery) -> (&'static str, &'static str) {
    let by = match query.sort {
        Sort::Date => "coalesce(started_at, created_at)",
        Sort::Name => "lower(title)",
        Sort::Duration => "duration_seconds",
        Sort::Score => "score",
    };
    let direction = match query.direction {
        Direction::Ascending => "ASC",
        Direction::Descending => "DESC",
    };
    (by, direction)
}

/// What is searched for, for LIKE; nothing lets everything through.
fn pattern(search: &str) -> Option<String> {
    let mut pattern = String::from("%");
    for letter in search.trim().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    (pattern.len() > 1).then(|| pattern + "%")
}

fn listed(row: &SqliteRow) -> Result<Listed, sqlx::Error> {
    Ok(Listed {
        id: SessionId(row.try_get::<Text<Uuid>, _>("id")?.0),
        title: row.try_get("title")?,
        engineer: row.try_get("engineer")?,
        role: row.try_get::<Keyword<_>, _>("role")?.0,
        status: row.try_get::<Keyword<_>, _>("status")?.0,
        outcome: row.try_get::<Option<Keyword<_>>, _>("outcome")?.map(|outcome| outcome.0),
        duration_seconds: row.try_get("duration_seconds")?,
        score: row.try_get("score")?,
        video_url: row.try_get("video_url")?,
        date: row.try_get("date")?,
        approved: row.try_get("approved")?,
        excluded: row.try_get("excluded")?,
        thumbnail_url: row.try_get("thumbnail_url")?,
        reason: row.try_get("reason")?,
    })
}
