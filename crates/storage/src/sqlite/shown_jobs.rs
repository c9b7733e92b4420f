//! The table `jobs`, as it is shown.

use std::time::Duration;

use chrono::DateTime;
use sqlx::sqlite::SqliteRow;
use sqlx::types::Text;
use sqlx::{Row, SqlitePool};
use stepreel_core::{SessionId, TenantId};

use super::jobs::owner;
use super::keyword::Keyword;
use crate::{Fault, Load, Progress, QueuedJob};

pub(super) async fn show(
    pool: &SqlitePool,
    tenant: &TenantId,
    id: Option<SessionId>,
) -> Result<Vec<QueuedJob>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT * FROM jobs WHERE tenant_id = ?1 AND session_id = coalesce(?2, session_id) AND state <> 'deleted' \
         ORDER BY queued_at DESC, rowid DESC",
    )
    .bind(tenant.as_str())
    .bind(id.map(Text))
    .fetch_all(pool)
    .await?;
    rows.iter().map(shown).collect()
}

pub(super) async fn load(pool: &SqlitePool) -> Result<Load, sqlx::Error> {
    let row = sqlx::query(
        "SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'running') AS running, \
         count(*) FILTER (WHERE state = 'stopped') AS stopped, \
         CAST(round(unixepoch('subsec') * 1000) AS INTEGER) - min(queued_at) FILTER (WHERE state = 'waiting') AS oldest \
         FROM jobs WHERE state IN ('waiting', 'running', 'stopped')",
    )
    .fetch_one(pool)
    .await?;
    Ok(Load {
        waiting: count(&row, "waiting")?,
        running: count(&row, "running")?,
        stopped: count(&row, "stopped")?,
        oldest_waiting: row.try_get::<Option<i64>, _>("oldest")?.map(milliseconds),
    })
}

fn count(row: &SqliteRow, column: &str) -> Result<u64, sqlx::Error> {
    Ok(row.try_get::<i64, _>(column)? as u64)
}

pub(super) fn shown(row: &SqliteRow) -> Result<QueuedJob, sqlx::Error> {
    let queued_at: i64 = row.try_get("queued_at")?;
    Ok(QueuedJob {
        session: owner(row)?.1,
        state: row.try_get::<Keyword<_>, _>("state")?.0,
        attempts: row.try_get("attempts")?,
        progress: Progress {
            stage: row.try_get("stage")?,
            share: row.try_get::<Option<f64>, _>("share")?.unwrap_or_default(),
            remaining: row.try_get::<Option<i64>, _>("remaining_ms")?.map(milliseconds),
        },
        fault: fault(row)?,
        queued_at: DateTime::from_timestamp_millis(queued_at)
            .ok_or_else(|| sqlx::Error::Decode("a time of this era".into()))?,
    })
}

fn fault(row: &SqliteRow) -> Result<Option<Fault>, sqlx::Error> {
    let Some(code) = row.try_get("fault_code")? else { return Ok(None) };
    Ok(Some(Fault {
        code,
        stage: row.try_get("fault_stage")?,
        message: row.try_get::<Option<String>, _>("fault_message")?.unwrap_or_default(),
        signal: row.try_get("fault_signal")?,
    }))
}

/// A clock that was set back is no reason for a negative time.
fn milliseconds(count: i64) -> Duration {
    Duration::from_millis(count.max(0) as u64)
}
