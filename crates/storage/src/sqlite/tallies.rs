//! The table `tallies`: what is counted of the queue since the beginning.

use sqlx::sqlite::SqliteRow;
use sqlx::types::Text;
use sqlx::{Row, SqliteConnection, SqlitePool};

use super::SessionKey;
use crate::{Tallied, Tally};

/// The stage that a job is at has ended, unless `next` is the same.
pub(super) async fn stage_ended(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    next: Option<&str>,
    now: i64,
) -> Result<(), sqlx::Error> {
    let added = sqlx::query(
        "INSERT INTO tallies (what, label, times, amount_ms) SELECT 'stage', stage, 1, max(?1 - stage_since, 0) \
         FROM jobs WHERE tenant_id = ?2 AND session_id = ?3 AND stage IS NOT ?4 AND stage IS NOT NULL \
         AND stage_since IS NOT NULL \
         ON CONFLICT (what, label) DO UPDATE SET times = times + 1, amount_ms = amount_ms + excluded.amount_ms",
    );
    let added = added.bind(now).bind(key.tenant.as_str()).bind(Text(key.session)).bind(next);
    added.execute(&mut *connection).await?;
    let since =
        sqlx::query("UPDATE jobs SET stage_since = ?1 WHERE tenant_id = ?2 AND session_id = ?3 AND stage IS NOT ?4");
    let since = since.bind(now).bind(key.tenant.as_str()).bind(Text(key.session)).bind(next);
    since.execute(connection).await.map(drop)
}

/// A run has finished a session whose recording is that long.
pub(super) async fn run_ended(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    (now, recording_ms): (i64, i64),
) -> Result<(), sqlx::Error> {
    stage_ended(connection, key, None, now).await?;
    let added = sqlx::query(
        "INSERT INTO tallies (what, label, times, amount_ms) \
         SELECT k.value, 'finished', 1, iif(k.value = 'run', max(?1 - claimed_at, 0), ?2) \
         FROM jobs JOIN json_each('[\"run\", \"recording\"]') k \
         WHERE tenant_id = ?3 AND session_id = ?4 AND state = 'running' AND claimed_at IS NOT NULL \
         ON CONFLICT (what, label) DO UPDATE SET times = times + 1, amount_ms = amount_ms + excluded.amount_ms",
    );
    let added = added.bind(now).bind(recording_ms).bind(key.tenant.as_str()).bind(Text(key.session));
    added.execute(connection).await.map(drop)
}

/// An attempt failed.
pub(super) async fn failed(connection: &mut SqliteConnection, code: &str) -> Result<(), sqlx::Error> {
    let added = sqlx::query(
        "INSERT INTO tallies (what, label, times, amount_ms) VALUES ('fault', ?, 1, 0) \
         ON CONFLICT (what, label) DO UPDATE SET times = times + 1",
    );
    added.bind(code).execute(connection).await.map(drop)
}

pub(super) async fn all(pool: &SqlitePool) -> Result<Vec<Tally>, sqlx::Error> {
    let found = sqlx::query("SELECT * FROM tallies ORDER BY what, label").try_map(|row| tally(&row));
    let found: Vec<Option<Tally>> = found.fetch_all(pool).await?;
    Ok(found.into_iter().flatten().collect())
}

fn tally(row: &SqliteRow) -> Result<Option<Tally>, sqlx::Error> {
    let what = match row.try_get("what")? {
        "stage" => Tallied::Stage,
        "run" => Tallied::Run,
        "recording" => Tallied::Recording,
        "fault" => Tallied::Fault,
        _ => return Ok(None),
    };
    let amount = std::time::Duration::from_millis(row.try_get::<i64, _>("amount_ms")?.max(0) as u64);
    Ok(Some(Tally { what, label: row.try_get("label")?, times: row.try_get::<i64, _>("times")? as u64, amount }))
}
