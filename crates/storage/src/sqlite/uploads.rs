//! The tables `uploads` and `recordings`.

use std::time::Duration;

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::types::Text;
use sqlx::{Row, SqliteConnection};
use stepreel_core::{SessionId, TenantId};
use uuid::Uuid;

use super::{Sqlite, WRITE};
use crate::{Begun, BlobKey, NewUpload, StoreError, Upload, UploadId, UploadState, Uploads};

#[async_trait]
impl Uploads for Sqlite {
    async fn begin_upload(&self, new: &NewUpload) -> Result<Begun, StoreError> {
        self.begun(new).await.map_err(self.explained())
    }

    async fn upload(&self, tenant: &TenantId, id: UploadId) -> Result<Option<Upload>, StoreError> {
        let found = sqlx::query(
            "SELECT *, unixepoch(expires_at) <= unixepoch() AS over FROM uploads WHERE tenant_id = ? AND id = ?",
        );
        let found = found.bind(tenant.as_str()).bind(Text(id)).try_map(|row| upload(&row));
        found.fetch_optional(&self.readers).await.map_err(self.explained())
    }

    async fn uploads(&self, tenant: &TenantId) -> Result<Vec<Upload>, StoreError> {
        let found = sqlx::query(
            "SELECT *, unixepoch(expires_at) <= unixepoch() AS over FROM uploads \
             WHERE tenant_id = ? AND state <> 'finished' ORDER BY created_at DESC, id",
        );
        let found = found.bind(tenant.as_str()).try_map(|row| upload(&row));
        found.fetch_all(&self.readers).await.map_err(self.explained())
    }

    async fn receive(&self, id: UploadId, received: u64, lifetime: Duration) -> Result<(), StoreError> {
        let told = sqlx::query(
            "UPDATE uploads SET received = max(received, ?), expires_at = strftime('%FT%T+00:00', 'now', ?) \
             WHERE id = ? AND state = 'receiving'",
        );
        let told = told.bind(received as i64).bind(seconds(lifetime)).bind(Text(id));
        told.execute(&self.writer).await.map(drop).map_err(self.explained())
    }

    async fn seal_upload(&self, id: UploadId, recording: &BlobKey) -> Result<(), StoreError> {
        let sealed = sqlx::query("UPDATE uploads SET recording = ? WHERE id = ? AND state = 'receiving'");
        let sealed = sealed.bind(Text(recording)).bind(Text(id));
        sealed.execute(&self.writer).await.map(drop).map_err(self.explained())
    }

    async fn finish_upload(&self, id: UploadId, session: SessionId) -> Result<(), StoreError> {
        self.finished(id, session).await.map_err(self.explained())
    }

    async fn refuse_upload(&self, id: UploadId, reason: &str) -> Result<(), StoreError> {
        let refused =
            sqlx::query("UPDATE uploads SET state = 'refused', refusal = ? WHERE id = ? AND state = 'receiving'");
        let refused = refused.bind(reason).bind(Text(id)).execute(&self.writer).await;
        refused.map(drop).map_err(self.explained())
    }

    async fn forget_upload(&self, id: UploadId) -> Result<bool, StoreError> {
        let forgotten = sqlx::query("DELETE FROM uploads WHERE id = ?").bind(Text(id)).execute(&self.writer).await;
        forgotten.map(|forgotten| forgotten.rows_affected() == 1).map_err(self.explained())
    }

    async fn whole_uploads(&self) -> Result<Vec<Upload>, StoreError> {
        let found = sqlx::query("SELECT *, 0 AS over FROM uploads WHERE state = 'receiving' AND received = length");
        found.try_map(|row| upload(&row)).fetch_all(&self.readers).await.map_err(self.explained())
    }

    async fn expired_uploads(&self) -> Result<Vec<Upload>, StoreError> {
        let found = sqlx::query(
            "SELECT *, 1 AS over FROM uploads WHERE unixepoch(expires_at) <= unixepoch() \
             AND (state <> 'receiving' OR received < length)",
        );
        found.try_map(|row| upload(&row)).fetch_all(&self.readers).await.map_err(self.explained())
    }
}

impl Sqlite {
    async fn begun(&self, new: &NewUpload) -> Result<Begun, sqlx::Error> {
        let mut transaction = self.writer.begin_with(WRITE).await?;
        if let Some(known) = known(&mut transaction, new).await? {
            return Ok(Begun::Known(known));
        }
        let left = left(&mut transaction, &new.tenant).await?;
        if new.length > left {
            return Ok(Begun::OverQuota { left });
        }
        let upload = insert(&mut transaction, new).await?;
        transaction.commit().await?;
        Ok(Begun::New(upload))
    }

    async fn finished(&self, id: UploadId, session: SessionId) -> Result<(), sqlx::Error> {
        let mut transaction = self.writer.begin_with(WRITE).await?;
        sqlx::query(
            "INSERT INTO recordings (tenant_id, session_id, bytes) \
             SELECT tenant_id, ?, length FROM uploads WHERE id = ? AND state = 'receiving' ON CONFLICT DO NOTHING",
        )
        .bind(Text(session))
        .bind(Text(id))
        .execute(&mut *transaction)
        .await?;
        sqlx::query("UPDATE uploads SET state = 'finished', session_id = ? WHERE id = ? AND state = 'receiving'")
            .bind(Text(session))
            .bind(Text(id))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }
}

/// The upload that was begun with the same key and can go on.
async fn known(connection: &mut SqliteConnection, new: &NewUpload) -> Result<Option<Upload>, sqlx::Error> {
    let Some(key) = &new.key else { return Ok(None) };
    let found = sqlx::query(
        "SELECT *, unixepoch(expires_at) <= unixepoch() AS over FROM uploads WHERE tenant_id = ? AND client_key = ?",
    );
    let found = found.bind(new.tenant.as_str()).bind(key).try_map(|row| upload(&row));
    match found.fetch_optional(&mut *connection).await? {
        Some(ended) if matches!(ended.state, UploadState::Expired | UploadState::Refused(_)) => {
            // Its file is swept when the row's own time comes; only the key is free again.
            sqlx::query("UPDATE uploads SET client_key = NULL WHERE id = ?")
                .bind(Text(ended.id))
                .execute(connection)
                .await?;
            Ok(None)
        }
        found => Ok(found),
    }
}

/// Bytes of the tenant's quota that nothing takes or has reserved.
async fn left(connection: &mut SqliteConnection, tenant: &TenantId) -> Result<u64, sqlx::Error> {
    let left: Option<i64> = sqlx::query_scalar(
        "SELECT quota_bytes \
         - (SELECT coalesce(sum(length), 0) FROM uploads WHERE tenant_id = tenants.id AND state = 'receiving') \
         - (SELECT coalesce(sum(bytes), 0) FROM recordings WHERE tenant_id = tenants.id) \
         FROM tenants WHERE id = ?",
    )
    .bind(tenant.as_str())
    .fetch_optional(connection)
    .await?;
    Ok(left.unwrap_or(0).max(0) as u64)
}

async fn insert(connection: &mut SqliteConnection, new: &NewUpload) -> Result<Upload, sqlx::Error> {
    let inserted = sqlx::query(
        "INSERT INTO uploads (id, tenant_id, client_key, length, metadata, created_at, expires_at) \
         VALUES (?, ?, ?, ?, ?, ?, strftime('%FT%T+00:00', 'now', ?)) RETURNING *, 0 AS over",
    )
    .bind(Text(new.id))
    .bind(new.tenant.as_str())
    .bind(&new.key)
    .bind(new.length as i64)
    .bind(&new.metadata)
    .bind(new.created_at)
    .bind(seconds(new.lifetime));
    inserted.try_map(|row| upload(&row)).fetch_one(connection).await
}

/// So far from now, as `SQLite` adds it.
fn seconds(lifetime: Duration) -> String {
    format!("{} seconds", lifetime.as_secs())
}

fn upload(row: &SqliteRow) -> Result<Upload, sqlx::Error> {
    Ok(Upload {
        id: row.try_get::<Text<_>, _>("id")?.0,
        tenant: row.try_get::<Text<_>, _>("tenant_id")?.0,
        length: row.try_get::<i64, _>("length")? as u64,
        received: row.try_get::<i64, _>("received")? as u64,
        metadata: row.try_get("metadata")?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        recording: row.try_get::<Option<Text<_>>, _>("recording")?.map(|key| key.0),
        state: state(row)?,
    })
}

fn state(row: &SqliteRow) -> Result<UploadState, sqlx::Error> {
    if let Some(session) = row.try_get::<Option<Text<Uuid>>, _>("session_id")? {
        return Ok(UploadState::Finished(SessionId(session.0)));
    }
    if let Some(reason) = row.try_get("refusal")? {
        return Ok(UploadState::Refused(reason));
    }
    let whole = row.try_get::<i64, _>("received")? == row.try_get::<i64, _>("length")?;
    let over = row.try_get::<bool, _>("over")? && !whole;
    Ok(if over { UploadState::Expired } else { UploadState::Receiving })
}
