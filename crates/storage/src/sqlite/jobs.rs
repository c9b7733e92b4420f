//! The table `jobs`.

use sqlx::sqlite::SqliteRow;
use sqlx::types::Text;
use sqlx::{Row, SqliteConnection};
use stepreel_core::{Digest, Session, SessionId, TenantId};
use uuid::Uuid;

use super::keyword::Keyword;
use super::{SessionKey, tallies};
use crate::{ATTEMPTS, Epoch, Fault, JobState, Progress};

/// Who has a job.
pub(super) struct Hold {
    pub(super) state: JobState,
    pub(super) attempts: u32,
    /// Of the claim that has it, or had it last.
    epoch: i64,
    /// Nothing when nobody has it.
    pub(super) lease_until: Option<i64>,
    /// The session's latest epoch; nothing when the session is gone.
    pub(super) fenced_by: Option<Epoch>,
}

impl Hold {
    /// Whether the claim of that epoch has it.
    pub(super) fn is(&self, epoch: Epoch) -> bool {
        self.lease_until.is_some() && self.epoch == epoch.0 as i64
    }
}

/// A job of whose runs something may be left.
pub(super) struct Left {
    pub(super) tenant: TenantId,
    pub(super) session: SessionId,
    pub(super) recording_sha256: Digest,
    pub(super) deleted: bool,
}

/// The database's clock, in milliseconds since 1970.
pub(super) async fn now(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT CAST(round(unixepoch('subsec') * 1000) AS INTEGER)").fetch_one(connection).await
}

/// Makes the job of a session wait from now on, whatever it was. Whoever has it keeps it.
pub(super) async fn insert(connection: &mut SqliteConnection, session: &Session, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO jobs (tenant_id, session_id, state, recording_sha256, not_before, queued_at) \
         VALUES (?1, ?2, 'waiting', ?3, ?4, ?4) \
         ON CONFLICT (tenant_id, session_id) DO UPDATE SET state = 'waiting', attempts = 0, not_before = ?4, \
         queued_at = ?4, stage = NULL, share = NULL, remaining_ms = NULL, fault_code = NULL, fault_stage = NULL, \
         fault_message = NULL, fault_signal = NULL",
    )
    .bind(session.tenant_id.as_str())
    .bind(Text(session.id))
    .bind(Text(session.recording_sha256))
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn hold(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<Option<Hold>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT j.state, j.attempts, j.epoch, j.lease_until, s.epoch AS fenced_by FROM jobs j \
         LEFT JOIN sessions s ON s.tenant_id = j.tenant_id AND s.id = j.session_id \
         WHERE j.tenant_id = ? AND j.session_id = ?",
    )
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(Hold {
            state: row.try_get::<Keyword<_>, _>("state")?.0,
            attempts: row.try_get("attempts")?,
            epoch: row.try_get("epoch")?,
            lease_until: row.try_get("lease_until")?,
            fenced_by: row.try_get::<Option<i64>, _>("fenced_by")?.map(|epoch| Epoch(epoch as u64)),
        })
    })
    .transpose()
}

/// The job whose turn it is: of the tenants that have one to do, that with the fewest at work, then the one that was served longest ago.
pub(super) async fn next(
    connection: &mut SqliteConnection,
    now: i64,
) -> Result<Option<(TenantId, SessionId)>, sqlx::Error> {
    let row = sqlx::query(
        "WITH ready AS (SELECT tenant_id, session_id, queued_at, rowid AS place FROM jobs \
           WHERE (state = 'waiting' AND not_before <= ?1 AND coalesce(lease_until, 0) <= ?1) \
              OR (state = 'running' AND lease_until <= ?1)), \
         tenants AS (SELECT r.tenant_id, min(r.queued_at) AS oldest, coalesce(t.served, 0) AS served, \
             (SELECT count(*) FROM jobs b WHERE b.state = 'running' AND b.tenant_id = r.tenant_id AND b.lease_until > ?1) \
               AS at_work \
           FROM ready r LEFT JOIN turns t ON t.tenant_id = r.tenant_id GROUP BY r.tenant_id) \
         SELECT tenant_id, session_id FROM ready \
           WHERE tenant_id = (SELECT tenant_id FROM tenants ORDER BY at_work, served, oldest, tenant_id LIMIT 1) \
           ORDER BY queued_at, place LIMIT 1",
    )
    .bind(now)
    .fetch_optional(connection)
    .await?;
    row.map(|row| owner(&row)).transpose()
}

/// Jobs whose last attempt's lease has run out.
pub(super) async fn worn_out(
    connection: &mut SqliteConnection,
    now: i64,
) -> Result<Vec<(TenantId, SessionId)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT tenant_id, session_id FROM jobs WHERE state = 'running' AND lease_until <= ? AND attempts >= ?",
    )
    .bind(now)
    .bind(ATTEMPTS)
    .fetch_all(connection)
    .await?;
    rows.iter().map(owner).collect()
}

/// Gives a job to the claim of that epoch; says which attempt that is. One whose worker went away is told to have done so.
pub(super) async fn claim(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    epoch: Epoch,
    (now, lease_until): (i64, i64),
) -> Result<u32, sqlx::Error> {
    let lost = sqlx::query(
        "UPDATE jobs SET fault_code = ?, fault_stage = stage, fault_message = ? \
         WHERE tenant_id = ? AND session_id = ? AND state = 'running'",
    )
    .bind(Fault::WORKER_LOST)
    .bind("the worker that processed the recording went away")
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .execute(&mut *connection)
    .await?;
    if lost.rows_affected() > 0 {
        tallies::failed(connection, Fault::WORKER_LOST).await?;
    }
    sqlx::query_scalar(
        "UPDATE jobs SET state = 'running', attempts = attempts + 1, epoch = ?, lease_until = ?, claimed_at = ?, \
         stage = NULL, stage_since = NULL, share = NULL, remaining_ms = NULL WHERE tenant_id = ? AND session_id = ? RETURNING attempts",
    )
    .bind(epoch.0 as i64)
    .bind(lease_until)
    .bind(now)
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .fetch_one(connection)
    .await
}

pub(super) async fn renew(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    lease_until: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE jobs SET lease_until = ? WHERE tenant_id = ? AND session_id = ?")
        .bind(lease_until)
        .bind(key.tenant.as_str())
        .bind(Text(key.session))
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn advance(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    progress: &Progress,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE jobs SET stage = ?, share = ?, remaining_ms = ? WHERE tenant_id = ? AND session_id = ?")
        .bind(&progress.stage)
        .bind(progress.share)
        .bind(progress.remaining.map(|left| left.as_millis() as i64))
        .bind(key.tenant.as_str())
        .bind(Text(key.session))
        .execute(connection)
        .await?;
    Ok(())
}

/// Says why an attempt failed. A stage and a signal that are known stay known.
pub(super) async fn blame(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    fault: &Fault,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE jobs SET fault_code = ?, fault_stage = coalesce(?, stage, fault_stage), fault_message = ?, \
         fault_signal = coalesce(?, fault_signal) WHERE tenant_id = ? AND session_id = ?",
    )
    .bind(&fault.code)
    .bind(&fault.stage)
    .bind(&fault.message)
    .bind(&fault.signal)
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .execute(&mut *connection)
    .await?;
    tallies::failed(connection, &fault.code).await
}

pub(super) async fn set_state(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    state: JobState,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE jobs SET state = ? WHERE tenant_id = ? AND session_id = ?")
        .bind(Keyword(state))
        .bind(key.tenant.as_str())
        .bind(Text(key.session))
        .execute(connection)
        .await?;
    Ok(())
}

/// Lets a job wait, and nobody has it.
pub(super) async fn wait(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    not_before: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE jobs SET state = 'waiting', lease_until = NULL, not_before = ? WHERE tenant_id = ? AND session_id = ?",
    )
    .bind(not_before)
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .execute(connection)
    .await?;
    Ok(())
}

/// The last claim was no attempt.
pub(super) async fn uncount(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE jobs SET attempts = max(attempts - 1, 0) WHERE tenant_id = ? AND session_id = ?")
        .bind(key.tenant.as_str())
        .bind(Text(key.session))
        .execute(connection)
        .await?;
    Ok(())
}

/// Nobody has the job, and nothing is left of its runs.
pub(super) async fn let_go(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE jobs SET lease_until = NULL WHERE tenant_id = ? AND session_id = ?")
        .bind(key.tenant.as_str())
        .bind(Text(key.session))
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives a job to somebody else than who has it, under an epoch later than all that the session had in this life and before.
pub(super) async fn take_over(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    lease_until: i64,
) -> Result<Epoch, sqlx::Error> {
    let epoch: i64 = sqlx::query_scalar(
        "UPDATE jobs SET lease_until = ?, epoch = 1 + max(epoch, \
         coalesce((SELECT s.epoch FROM sessions s WHERE s.tenant_id = jobs.tenant_id AND s.id = jobs.session_id), 0), \
         coalesce((SELECT t.epoch FROM turns t WHERE t.tenant_id = jobs.tenant_id), 0)) \
         WHERE tenant_id = ? AND session_id = ? RETURNING epoch",
    )
    .bind(lease_until)
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .fetch_one(connection)
    .await?;
    Ok(Epoch(epoch as u64))
}

/// A run has finished the session; whoever has the job keeps it until it has cleared up.
pub(super) async fn finish(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE jobs SET state = 'finished', share = 1, remaining_ms = 0, fault_code = NULL, fault_stage = NULL, \
         fault_message = NULL, fault_signal = NULL \
         WHERE tenant_id = ? AND session_id = ? AND state IN ('running', 'stopped', 'cancelled')",
    )
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .execute(connection)
    .await?;
    Ok(())
}

/// An ended job that nobody has, and of whose runs something may be left.
pub(super) async fn next_leavings(connection: &mut SqliteConnection, now: i64) -> Result<Option<Left>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT tenant_id, session_id, recording_sha256, state = 'deleted' AS deleted FROM jobs \
         WHERE state IN ('finished', 'stopped', 'cancelled', 'deleted') AND lease_until <= ? \
         ORDER BY lease_until LIMIT 1",
    )
    .bind(now)
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let (tenant, session) = owner(&row)?;
        let recording_sha256 = row.try_get::<Text<Digest>, _>("recording_sha256")?.0;
        Ok(Left { tenant, session, recording_sha256, deleted: row.try_get("deleted")? })
    })
    .transpose()
}

/// Leaves of a job only what whoever clears up has to know.
pub(super) async fn bury(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE jobs SET state = 'deleted', stage = NULL, fault_code = NULL, fault_stage = NULL, \
         fault_message = NULL, fault_signal = NULL WHERE tenant_id = ? AND session_id = ?",
    )
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn forget(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM jobs WHERE tenant_id = ? AND session_id = ?")
        .bind(key.tenant.as_str())
        .bind(Text(key.session))
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) fn owner(row: &SqliteRow) -> Result<(TenantId, SessionId), sqlx::Error> {
    let tenant = row.try_get::<Text<TenantId>, _>("tenant_id")?.0;
    Ok((tenant, SessionId(row.try_get::<Text<Uuid>, _>("session_id")?.0)))
}
