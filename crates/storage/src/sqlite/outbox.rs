//! The tables `events`, `webhooks` and `deliveries`.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::types::{Json, Text};
use sqlx::{Row, SqliteConnection};
use stepreel_core::{SessionId, TenantId};
use uuid::Uuid;

use super::keyword::Keyword;
use super::{Sqlite, WRITE, jobs};
use crate::{Delivery, Due, Event, EventKind, Outbox, StoreError, Webhook};

#[async_trait]
impl Outbox for Sqlite {
    async fn add_webhook(&self, webhook: &Webhook) -> Result<bool, StoreError> {
        let added = sqlx::query(
            "INSERT INTO webhooks (id, tenant_id, url, kinds, secret, created_at) \
             SELECT ?, id, ?, ?, ?, ? FROM tenants WHERE id = ? ON CONFLICT DO NOTHING",
        );
        let added = added.bind(Text(webhook.id)).bind(&webhook.url).bind(words(&webhook.kinds)).bind(&webhook.secret);
        let added = added.bind(webhook.created_at).bind(webhook.tenant.as_str()).execute(&self.writer).await;
        added.map(|added| added.rows_affected() == 1).map_err(self.explained())
    }

    async fn webhooks(&self, tenant: &TenantId) -> Result<Vec<Webhook>, StoreError> {
        let found = sqlx::query("SELECT * FROM webhooks WHERE tenant_id = ? ORDER BY created_at, id");
        let found = found.bind(tenant.as_str()).try_map(|row| webhook(&row));
        found.fetch_all(&self.readers).await.map_err(self.explained())
    }

    async fn webhook(&self, tenant: &TenantId, id: Uuid) -> Result<Option<Webhook>, StoreError> {
        let found = sqlx::query("SELECT * FROM webhooks WHERE tenant_id = ? AND id = ?");
        let found = found.bind(tenant.as_str()).bind(Text(id)).try_map(|row| webhook(&row));
        found.fetch_optional(&self.readers).await.map_err(self.explained())
    }

    async fn remove_webhook(&self, tenant: &TenantId, id: Uuid) -> Result<bool, StoreError> {
        let removed = sqlx::query("DELETE FROM webhooks WHERE tenant_id = ? AND id = ?");
        let removed = removed.bind(tenant.as_str()).bind(Text(id)).execute(&self.writer).await;
        removed.map(|removed| removed.rows_affected() == 1).map_err(self.explained())
    }

    async fn disable_webhook(&self, id: Uuid, why: &str) -> Result<(), StoreError> {
        let disabled = sqlx::query("UPDATE webhooks SET disabled = ? WHERE id = ?").bind(why).bind(Text(id));
        disabled.execute(&self.writer).await.map(drop).map_err(self.explained())
    }

    async fn replay(&self, tenant: &TenantId, id: Uuid, since: DateTime<Utc>) -> Result<Option<u64>, StoreError> {
        self.replayed(tenant, id, since).await.map_err(self.explained())
    }

    async fn deliveries(&self, tenant: &TenantId, id: Uuid, most: u32) -> Result<Vec<Delivery>, StoreError> {
        let found = sqlx::query(
            "SELECT e.id AS id, e.kind AS kind, d.session_id AS session_id, state, attempts, answer, happened_at \
             FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id JOIN events e ON e.sequence = d.event \
             WHERE w.tenant_id = ? AND w.id = ? ORDER BY d.event DESC LIMIT ?",
        );
        let found = found.bind(tenant.as_str()).bind(Text(id)).bind(most).try_map(|row| delivery(&row));
        found.fetch_all(&self.readers).await.map_err(self.explained())
    }

    async fn due_webhooks(&self) -> Result<Vec<Webhook>, StoreError> {
        let found = sqlx::query(
            "SELECT * FROM webhooks w WHERE disabled IS NULL AND EXISTS (SELECT 1 FROM deliveries d \
             WHERE d.webhook_id = w.id AND d.state = 'waiting' \
             AND d.not_before <= CAST(round(unixepoch('subsec') * 1000) AS INTEGER))",
        );
        found.try_map(|row| webhook(&row)).fetch_all(&self.readers).await.map_err(self.explained())
    }

    async fn due(&self, webhook: Uuid, most: u32) -> Result<Vec<Due>, StoreError> {
        let found = sqlx::query(
            "SELECT e.*, d.attempts AS attempts FROM deliveries d JOIN events e ON e.sequence = d.event \
             WHERE d.webhook_id = ?1 AND d.state = 'waiting' \
             AND d.not_before <= CAST(round(unixepoch('subsec') * 1000) AS INTEGER) \
             AND NOT EXISTS (SELECT 1 FROM deliveries b WHERE b.webhook_id = ?1 AND b.session_id = d.session_id \
               AND b.event < d.event AND b.state = 'waiting') \
             ORDER BY d.event LIMIT ?2",
        );
        let due = |row: SqliteRow| Ok(Due { attempts: row.try_get("attempts")?, event: event(&row)? });
        found.bind(Text(webhook)).bind(most).try_map(due).fetch_all(&self.readers).await.map_err(self.explained())
    }

    async fn delivered(&self, webhook: Uuid, event: u64, answer: &str) -> Result<(), StoreError> {
        let told = sqlx::query(
            "UPDATE deliveries SET state = 'delivered', attempts = attempts + 1, answer = ? \
             WHERE webhook_id = ? AND event = ?",
        );
        let told = told.bind(answer).bind(Text(webhook)).bind(event as i64);
        told.execute(&self.writer).await.map(drop).map_err(self.explained())
    }

    async fn undelivered(
        &self,
        webhook: Uuid,
        event: u64,
        answer: &str,
        again: Option<Duration>,
    ) -> Result<(), StoreError> {
        let told = sqlx::query(
            "UPDATE deliveries SET state = CASE WHEN ?1 IS NULL THEN 'given_up' ELSE 'waiting' END, \
             attempts = attempts + 1, answer = ?2, \
             not_before = CAST(round(unixepoch('subsec') * 1000) AS INTEGER) + coalesce(?1, 0) \
             WHERE webhook_id = ?3 AND event = ?4",
        );
        let pause = again.map(|pause| i64::try_from(pause.as_millis()).unwrap_or(i64::MAX >> 1));
        let told = told.bind(pause).bind(answer).bind(Text(webhook)).bind(event as i64);
        told.execute(&self.writer).await.map(drop).map_err(self.explained())
    }

    async fn events(&self, tenant: &TenantId, after: u64, most: u32) -> Result<Vec<Event>, StoreError> {
        let found = sqlx::query("SELECT * FROM events WHERE tenant_id = ? AND number > ? ORDER BY number LIMIT ?");
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let found = found.bind(tenant.as_str()).bind(after).bind(most).try_map(|row| event(&row));
        found.fetch_all(&self.readers).await.map_err(self.explained())
    }

    async fn forget_events(&self, older: Duration) -> Result<u64, StoreError> {
        let forgotten = sqlx::query(
            "DELETE FROM events WHERE unixepoch(happened_at) <= unixepoch() - ? AND NOT EXISTS \
             (SELECT 1 FROM deliveries d WHERE d.event = events.sequence AND d.state = 'waiting')",
        );
        let older = i64::try_from(older.as_secs()).unwrap_or(i64::MAX >> 1);
        let forgotten = forgotten.bind(older).execute(&self.writer).await;
        forgotten.map(|forgotten| forgotten.rows_affected()).map_err(self.explained())
    }
}

/// A webhook `w` asked for events `e` of that kind.
const ASKED: &str = "(w.kinds = '' OR instr(',' || w.kinds || ',', ',' || e.kind || ',') > 0)";

impl Sqlite {
    async fn replayed(&self, tenant: &TenantId, id: Uuid, since: DateTime<Utc>) -> Result<Option<u64>, sqlx::Error> {
        let mut transaction = self.writer.begin_with(WRITE).await?;
        let known = sqlx::query("UPDATE webhooks SET disabled = NULL WHERE tenant_id = ? AND id = ?");
        let known = known.bind(tenant.as_str()).bind(Text(id)).execute(&mut *transaction).await?;
        if known.rows_affected() == 0 {
            return Ok(None);
        }
        let now = jobs::now(&mut transaction).await?;
        let sql = format!(
            "INSERT INTO deliveries (webhook_id, event, session_id, not_before) \
             SELECT w.id, e.sequence, e.session_id, ?3 FROM webhooks w JOIN events e ON e.tenant_id = w.tenant_id \
             WHERE w.tenant_id = ?1 AND w.id = ?2 AND unixepoch(e.happened_at, 'subsec') >= unixepoch(?4, 'subsec') AND {ASKED} \
             ON CONFLICT (webhook_id, event) DO UPDATE SET state = 'waiting', attempts = 0, not_before = ?3"
        );
        let again = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).bind(Text(id)).bind(now).bind(since);
        let again = again.execute(&mut *transaction).await?.rows_affected();
        transaction.commit().await?;
        Ok(Some(again))
    }
}

/// Puts an event of those that wait for it into the outbox.
pub(super) async fn announce(connection: &mut SqliteConnection, sequence: i64) -> Result<(), sqlx::Error> {
    let now = jobs::now(connection).await?;
    let sql = format!(
        "INSERT INTO deliveries (webhook_id, event, session_id, not_before) \
         SELECT w.id, e.sequence, e.session_id, ? FROM events e JOIN webhooks w ON w.tenant_id = e.tenant_id \
         WHERE e.sequence = ? AND w.disabled IS NULL AND {ASKED}"
    );
    sqlx::query(sqlx::AssertSqlSafe(sql)).bind(now).bind(sequence).execute(connection).await?;
    Ok(())
}

fn words(kinds: &[EventKind]) -> String {
    kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(",")
}

fn webhook(row: &SqliteRow) -> Result<Webhook, sqlx::Error> {
    let kinds: String = row.try_get("kinds")?;
    Ok(Webhook {
        id: row.try_get::<Text<_>, _>("id")?.0,
        tenant: row.try_get::<Text<_>, _>("tenant_id")?.0,
        url: row.try_get("url")?,
        kinds: kinds.split(',').filter_map(|word| word.parse().ok()).collect(),
        secret: row.try_get("secret")?,
        created_at: row.try_get("created_at")?,
        disabled: row.try_get("disabled")?,
    })
}

fn event(row: &SqliteRow) -> Result<Event, sqlx::Error> {
    Ok(Event {
        sequence: row.try_get::<i64, _>("sequence")? as u64,
        number: row.try_get::<i64, _>("number")? as u64,
        id: row.try_get("id")?,
        tenant: row.try_get::<Text<_>, _>("tenant_id")?.0,
        session: SessionId(row.try_get::<Text<Uuid>, _>("session_id")?.0),
        kind: row.try_get::<Keyword<_>, _>("kind")?.0,
        happened_at: row.try_get("happened_at")?,
        told: row.try_get::<Json<_>, _>("data")?.0,
    })
}

fn delivery(row: &SqliteRow) -> Result<Delivery, sqlx::Error> {
    Ok(Delivery {
        event: row.try_get("id")?,
        kind: row.try_get::<Keyword<_>, _>("kind")?.0,
        session: SessionId(row.try_get::<Text<Uuid>, _>("session_id")?.0),
        state: row.try_get::<Keyword<_>, _>("state")?.0,
        attempts: row.try_get("attempts")?,
        answer: row.try_get("answer")?,
        happened_at: row.try_get("happened_at")?,
    })
}
