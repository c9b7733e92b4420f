//! Writes down what happens, within the transaction that makes it so.

use sqlx::SqliteConnection;
use sqlx::types::{Json, Text};
use stepreel_core::{Procedure, ProcedureStatus, SessionStatus};

use super::keyword::Keyword;
use super::{SessionKey, listing, outbox};
use crate::{EventKind, Told};

/// A session has come to be as it is.
pub(super) async fn session(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    kind: EventKind,
) -> Result<(), sqlx::Error> {
    session_because(connection, key, kind, None).await
}

/// A run has finished a session: what came of it.
pub(super) async fn results(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    status: SessionStatus,
    procedures: &[Procedure],
) -> Result<(), sqlx::Error> {
    for procedure in procedures {
        let kind = match procedure.status {
            ProcedureStatus::Approved => EventKind::ProcedureReady,
            ProcedureStatus::Excluded => EventKind::ProcedureExcluded,
        };
        write(connection, key, (kind, procedure.ordinal), &Told::Procedure(Box::new(procedure.clone()))).await?;
    }
    let failed = status == SessionStatus::Failed;
    session(connection, key, if failed { EventKind::SessionFailed } else { EventKind::SessionCompleted }).await
}

/// The same, with the reason where the session itself has none.
pub(super) async fn session_because(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    kind: EventKind,
    reason: Option<&str>,
) -> Result<(), sqlx::Error> {
    let Some(mut listed) = listing::one(connection, key).await? else { return Ok(()) };
    listed.reason = listed.reason.or_else(|| reason.map(str::to_owned));
    write(connection, key, (kind, 0), &Told::Session(Box::new(listed))).await
}

async fn write(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    (kind, ordinal): (EventKind, u32),
    told: &Told,
) -> Result<(), sqlx::Error> {
    let Some(number) = next_number(connection, key).await? else { return Ok(()) };
    let written: Option<i64> = sqlx::query_scalar(
        "INSERT INTO events (id, tenant_id, session_id, kind, epoch, ordinal, happened_at, data, number) \
         SELECT 'msg_' || lower(hex(randomblob(16))), tenant_id, id, ?3, epoch, ?4, \
         strftime('%FT%H:%M:%f+00:00', 'now'), ?5, ?6 FROM sessions \
         WHERE tenant_id = ?1 AND id = ?2 ON CONFLICT DO NOTHING RETURNING sequence",
    )
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .bind(Keyword(kind))
    .bind(ordinal)
    .bind(Json(told))
    .bind(number)
    .fetch_optional(&mut *connection)
    .await?;
    match written {
        Some(sequence) => outbox::announce(connection, sequence).await,
        None => Ok(()),
    }
}

/// The number of a tenant's next event; nothing for one that has no account, and is told nothing. A number may stay unused.
async fn next_number(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar("UPDATE tenants SET events = events + 1 WHERE id = ? RETURNING events")
        .bind(key.tenant.as_str())
        .fetch_optional(connection)
        .await
}
