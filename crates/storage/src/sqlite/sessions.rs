//! The table `sessions`.

use sqlx::sqlite::SqliteRow;
use sqlx::types::{Json, Text};
use sqlx::{Row, SqliteConnection, SqlitePool};
use stepreel_core::{
    Digest, Findings, RecordingInfo, ScoreCard, Session, SessionId, SessionRecord, SessionStatus, TenantId, Transcript,
};
use uuid::Uuid;

use super::keyword::Keyword;
use super::{SessionKey, findings};
use crate::{Epoch, SessionFilter};

/// What this table knows of a session of which a run has finished.
pub(super) struct Finished {
    pub(super) session: Session,
    pub(super) recording: RecordingInfo,
    /// Without its utterances.
    pub(super) transcript: Transcript,
}

/// Inserts the session or takes its next epoch. What a finished one shows stays as it is.
pub(super) async fn begin(connection: &mut SqliteConnection, session: &Session) -> Result<Epoch, sqlx::Error> {
    insert(connection, session, SessionStatus::InProgress).await
}

/// Makes the session wait, under an epoch that no run has. What a finished one shows stays as it is.
pub(super) async fn queue(connection: &mut SqliteConnection, session: &Session) -> Result<Epoch, sqlx::Error> {
    insert(connection, session, SessionStatus::Queued).await
}

/// No epoch of a tenant's is given twice, also when the session was deleted in between.
async fn insert(
    connection: &mut SqliteConnection,
    session: &Session,
    status: SessionStatus,
) -> Result<Epoch, sqlx::Error> {
    let epoch: i64 = sqlx::query_scalar(
        "INSERT INTO sessions (tenant_id, id, epoch, title, engineer, role, started_at, duration_seconds, video_url, \
         recording_sha256, status, summary, created_at) \
         VALUES (?1, ?2, 1 + coalesce((SELECT epoch FROM turns WHERE tenant_id = ?1), 0), \
         ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) \
         ON CONFLICT (tenant_id, id) DO UPDATE SET epoch = sessions.epoch + 1, \
         status = CASE WHEN sessions.recording IS NULL THEN excluded.status ELSE sessions.status END, \
         summary = CASE WHEN sessions.recording IS NULL THEN excluded.summary ELSE sessions.summary END \
         RETURNING epoch",
    )
    .bind(session.tenant_id.as_str())
    .bind(Text(session.id))
    .bind(&session.title)
    .bind(&session.engineer)
    .bind(Keyword(session.role))
    .bind(session.started_at)
    .bind(session.duration_seconds)
    .bind(&session.video_url)
    .bind(Text(session.recording_sha256))
    .bind(Keyword(status))
    .bind(&session.summary)
    .bind(session.created_at)
    .fetch_one(connection)
    .await?;
    Ok(Epoch(epoch as u64))
}

/// Takes the next epoch of a session that is there. What a finished one shows stays as it is.
pub(super) async fn take(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<Epoch, sqlx::Error> {
    let epoch: i64 = sqlx::query_scalar(
        "UPDATE sessions SET epoch = epoch + 1, status = CASE WHEN recording IS NULL THEN 'in_progress' ELSE status END, \
         summary = CASE WHEN recording IS NULL THEN '' ELSE summary END WHERE tenant_id = ? AND id = ? RETURNING epoch",
    )
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .fetch_one(connection)
    .await?;
    Ok(Epoch(epoch as u64))
}

/// Makes a session that no run has finished wait for its next attempt.
pub(super) async fn wait(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE sessions SET status = 'queued' WHERE tenant_id = ? AND id = ? AND recording IS NULL")
        .bind(key.tenant.as_str())
        .bind(Text(key.session))
        .execute(connection)
        .await?;
    Ok(())
}

/// No run of before stores anything more, and a session that none has finished is failed.
pub(super) async fn end(connection: &mut SqliteConnection, key: SessionKey<'_>, why: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE sessions SET epoch = epoch + 1, status = CASE WHEN recording IS NULL THEN 'failed' ELSE status END, \
         summary = CASE WHEN recording IS NULL THEN ? ELSE summary END WHERE tenant_id = ? AND id = ?",
    )
    .bind(why)
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .execute(connection)
    .await?;
    Ok(())
}

/// Only a run of that epoch may store anything.
pub(super) async fn fence(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    epoch: Epoch,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE sessions SET epoch = ? WHERE tenant_id = ? AND id = ?")
        .bind(epoch.0 as i64)
        .bind(key.tenant.as_str())
        .bind(Text(key.session))
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes the session with everything that hangs on it; gives its last epoch.
pub(super) async fn delete(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<Epoch, sqlx::Error> {
    let epoch: i64 = sqlx::query_scalar("DELETE FROM sessions WHERE tenant_id = ? AND id = ? RETURNING epoch")
        .bind(key.tenant.as_str())
        .bind(Text(key.session))
        .fetch_one(connection)
        .await?;
    Ok(Epoch(epoch as u64))
}

/// Those that arrived longer ago than their tenant keeps them.
pub(super) async fn outlived(pool: &SqlitePool) -> Result<Vec<(TenantId, SessionId)>, sqlx::Error> {
    let found = sqlx::query(
        "SELECT s.tenant_id, s.id FROM sessions s JOIN tenants t ON t.id = s.tenant_id \
         WHERE unixepoch(s.created_at) <= unixepoch() - 86400 * t.retention_days",
    );
    let owner = |row: SqliteRow| {
        let tenant = row.try_get::<Text<TenantId>, _>("tenant_id")?.0;
        Ok((tenant, SessionId(row.try_get::<Text<Uuid>, _>("id")?.0)))
    };
    found.try_map(owner).fetch_all(pool).await
}

pub(super) async fn is_known(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sessions WHERE tenant_id = ? AND id = ?)")
        .bind(key.tenant.as_str())
        .bind(Text(key.session))
        .fetch_one(connection)
        .await
}

/// Whether a run has finished it.
pub(super) async fn is_finished(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM sessions WHERE tenant_id = ? AND id = ? AND recording IS NOT NULL)",
    )
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .fetch_one(connection)
    .await
}

/// The session as the list shows it.
pub(super) async fn read(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<Session, sqlx::Error> {
    let row = sqlx::query("SELECT * FROM sessions WHERE tenant_id = ? AND id = ?")
        .bind(key.tenant.as_str())
        .bind(Text(key.session))
        .fetch_one(&mut *connection)
        .await?;
    session(&row, findings::read(connection, key).await?)
}

/// Stores what the run of `epoch` made of the session itself; says whether that is still the latest epoch.
pub(super) async fn finish(
    connection: &mut SqliteConnection,
    record: &SessionRecord,
    epoch: Epoch,
) -> Result<bool, sqlx::Error> {
    let session = &record.session;
    let updated = sqlx::query(
        "UPDATE sessions SET title = ?, engineer = ?, role = ?, started_at = ?, completed_at = ?, duration_seconds = ?, \
         video_url = ?, recording_sha256 = ?, status = ?, outcome = ?, score = ?, score_components = ?, \
         filmstrip_url = ?, summary = ?, recording = ?, transcript_source = ?, transcript_language = ? \
         WHERE tenant_id = ? AND id = ? AND epoch = ?",
    )
    .bind(&session.title)
    .bind(&session.engineer)
    .bind(Keyword(session.role))
    .bind(session.started_at)
    .bind(session.completed_at)
    .bind(session.duration_seconds)
    .bind(&session.video_url)
    .bind(Text(session.recording_sha256))
    .bind(Keyword(session.status))
    .bind(session.outcome.map(Keyword))
    .bind(session.score.as_ref().map(|card| card.total.points()))
    .bind(session.score.as_ref().map(Json))
    .bind(&session.filmstrip_url)
    .bind(&session.summary)
    .bind(Json(&record.recording))
    .bind(Keyword(record.transcript.source))
    .bind(&record.transcript.language)
    .bind(session.tenant_id.as_str())
    .bind(Text(session.id))
    .bind(epoch.0 as i64)
    .execute(connection)
    .await?;
    Ok(updated.rows_affected() == 1)
}

/// Makes a session that no run has finished wait again, if the epoch is still its latest.
pub(super) async fn release(pool: &SqlitePool, key: SessionKey<'_>, epoch: Epoch) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE sessions SET status = 'queued' WHERE tenant_id = ? AND id = ? AND epoch = ? AND recording IS NULL",
    )
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .bind(epoch.0 as i64)
    .execute(pool)
    .await?;
    Ok(())
}

pub(super) async fn finished(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
) -> Result<Option<Finished>, sqlx::Error> {
    let found = sqlx::query("SELECT * FROM sessions WHERE tenant_id = ? AND id = ? AND recording IS NOT NULL")
        .bind(key.tenant.as_str())
        .bind(Text(key.session))
        .fetch_optional(&mut *connection)
        .await?;
    let Some(row) = found else { return Ok(None) };
    let findings = findings::read(connection, key).await?;
    Ok(Some(Finished {
        session: session(&row, findings)?,
        recording: row.try_get::<Json<_>, _>("recording")?.0,
        transcript: Transcript {
            source: row.try_get::<Keyword<_>, _>("transcript_source")?.0,
            language: row.try_get("transcript_language")?,
            utterances: Vec::new(),
        },
    }))
}

/// In one transaction, so that a session and its findings are of the same run.
pub(super) async fn list(
    pool: &SqlitePool,
    tenant: &TenantId,
    filter: &SessionFilter,
) -> Result<Vec<Session>, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    let rows = sqlx::query(
        "SELECT * FROM sessions WHERE tenant_id = ?1 AND status = coalesce(?2, status) AND role = coalesce(?3, role) \
         ORDER BY created_at DESC, id LIMIT ?4",
    )
    .bind(tenant.as_str())
    .bind(filter.status.map(Keyword))
    .bind(filter.role.map(Keyword))
    .bind(filter.limit.map_or(-1, i64::from))
    .fetch_all(&mut *transaction)
    .await?;
    let mut sessions = Vec::with_capacity(rows.len());
    for row in rows {
        let key = SessionKey { tenant, session: id(&row)? };
        sessions.push(session(&row, findings::read(&mut transaction, key).await?)?);
    }
    Ok(sessions)
}

fn id(row: &SqliteRow) -> Result<SessionId, sqlx::Error> {
    Ok(SessionId(row.try_get::<Text<Uuid>, _>("id")?.0))
}

fn session(row: &SqliteRow, findings: Findings) -> Result<Session, sqlx::Error> {
    Ok(Session {
        id: id(row)?,
        tenant_id: row.try_get::<Text<TenantId>, _>("tenant_id")?.0,
        title: row.try_get("title")?,
        engineer: row.try_get("engineer")?,
        role: row.try_get::<Keyword<_>, _>("role")?.0,
        started_at: row.try_get("started_at")?,
        completed_at: row.try_get("completed_at")?,
        duration_seconds: row.try_get("duration_seconds")?,
        video_url: row.try_get("video_url")?,
        recording_sha256: row.try_get::<Text<Digest>, _>("recording_sha256")?.0,
        status: row.try_get::<Keyword<_>, _>("status")?.0,
        outcome: row.try_get::<Option<Keyword<_>>, _>("outcome")?.map(|outcome| outcome.0),
        findings,
        score: row.try_get::<Option<Json<ScoreCard>>, _>("score_components")?.map(|card| card.0),
        filmstrip_url: row.try_get("filmstrip_url")?,
        summary: row.try_get("summary")?,
        created_at: row.try_get("created_at")?,
    })
}
