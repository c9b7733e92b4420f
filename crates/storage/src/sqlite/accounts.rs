//! The tables `tenants`, `users`, `tokens` and `visits`.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::types::Text;
use sqlx::{Row, SqliteConnection};
use stepreel_core::{Digest, TenantId};
use uuid::Uuid;

use super::keyword::Keyword;
use super::{Sqlite, WRITE};
use crate::{Accounts, Federation, Identity, StoreError, Tenant, Token, User};

#[async_trait]
impl Accounts for Sqlite {
    async fn put_tenant(&self, tenant: &Tenant) -> Result<(), StoreError> {
        let put = sqlx::query(
            "INSERT INTO tenants (id, name, quota_bytes, retention_days) VALUES (?, ?, ?, ?) \
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, quota_bytes = excluded.quota_bytes, \
             retention_days = excluded.retention_days",
        )
        .bind(tenant.id.as_str())
        .bind(&tenant.name)
        .bind(tenant.quota as i64)
        .bind(tenant.retention_days)
        .execute(&self.writer)
        .await;
        put.map(drop).map_err(self.explained())
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        let found = sqlx::query("SELECT * FROM tenants ORDER BY id").try_map(|row| tenant(&row));
        found.fetch_all(&self.readers).await.map_err(self.explained())
    }

    async fn put_user(&self, user: &User) -> Result<bool, StoreError> {
        self.replace_user(user).await.map_err(self.explained())
    }

    async fn user(&self, email: &str) -> Result<Option<User>, StoreError> {
        let found = async { known(&mut *self.readers.acquire().await?, email).await };
        found.await.map_err(self.explained())
    }

    async fn recognise(&self, identity: &Identity, verified: Option<&str>) -> Result<Option<User>, StoreError> {
        self.recognised(identity, verified).await.map_err(self.explained())
    }

    async fn users(&self, tenant: &TenantId) -> Result<Vec<User>, StoreError> {
        let found = sqlx::query("SELECT * FROM users WHERE tenant_id = ? ORDER BY email").bind(tenant.as_str());
        found.try_map(|row| user(&row)).fetch_all(&self.readers).await.map_err(self.explained())
    }

    async fn remove_user(&self, tenant: &TenantId, email: &str) -> Result<bool, StoreError> {
        let removed = sqlx::query("DELETE FROM users WHERE tenant_id = ? AND email = ?").bind(tenant.as_str());
        let removed = removed.bind(email).execute(&self.writer).await.map_err(self.explained())?;
        Ok(removed.rows_affected() == 1)
    }

    async fn add_token(&self, token: &Token, secret: Digest) -> Result<bool, StoreError> {
        let added = sqlx::query(
            "INSERT INTO tokens (id, tenant_id, secret_sha256, label, scopes, created_at, expires_at, revoked_at) \
             SELECT ?, id, ?, ?, ?, ?, ?, ? FROM tenants WHERE id = ? ON CONFLICT DO NOTHING",
        )
        .bind(Text(token.id))
        .bind(Text(secret))
        .bind(&token.label)
        .bind(Text(token.scopes))
        .bind(token.created_at)
        .bind(token.expires_at)
        .bind(token.revoked_at)
        .bind(token.tenant.as_str())
        .execute(&self.writer)
        .await;
        added.map(|added| added.rows_affected() == 1).map_err(self.explained())
    }

    async fn token(&self, secret: Digest) -> Result<Option<Token>, StoreError> {
        let found = sqlx::query(
            "SELECT * FROM tokens WHERE secret_sha256 = ? AND revoked_at IS NULL \
             AND (expires_at IS NULL OR unixepoch(expires_at) > unixepoch())",
        );
        let found = found.bind(Text(secret)).try_map(|row| token(&row));
        found.fetch_optional(&self.readers).await.map_err(self.explained())
    }

    async fn tokens(&self, tenant: &TenantId) -> Result<Vec<Token>, StoreError> {
        let found = sqlx::query("SELECT * FROM tokens WHERE tenant_id = ? ORDER BY created_at DESC, id");
        let found = found.bind(tenant.as_str()).try_map(|row| token(&row));
        found.fetch_all(&self.readers).await.map_err(self.explained())
    }

    async fn revoke_token(&self, tenant: &TenantId, id: Uuid) -> Result<bool, StoreError> {
        let revoked = sqlx::query(
            "UPDATE tokens SET revoked_at = strftime('%FT%T+00:00') WHERE tenant_id = ? AND id = ? AND revoked_at IS NULL",
        )
        .bind(tenant.as_str())
        .bind(Text(id))
        .execute(&self.writer)
        .await;
        revoked.map(|revoked| revoked.rows_affected() == 1).map_err(self.explained())
    }

    async fn open_visit(&self, email: &str, secret: Digest, expires_at: DateTime<Utc>) -> Result<(), StoreError> {
        self.opened(email, secret, expires_at).await.map_err(self.explained())
    }

    async fn visitor(&self, secret: Digest) -> Result<Option<User>, StoreError> {
        let found = sqlx::query(
            "SELECT users.* FROM visits JOIN users USING (email) \
             WHERE secret_sha256 = ? AND unixepoch(visits.expires_at) > unixepoch()",
        );
        let found = found.bind(Text(secret)).try_map(|row| user(&row));
        found.fetch_optional(&self.readers).await.map_err(self.explained())
    }

    async fn close_visit(&self, secret: Digest) -> Result<(), StoreError> {
        let closed = sqlx::query("DELETE FROM visits WHERE secret_sha256 = ?").bind(Text(secret));
        closed.execute(&self.writer).await.map(drop).map_err(self.explained())
    }
}

impl Sqlite {
    /// Says whether the address was free or the tenant's own, and the identity nobody else's.
    async fn replace_user(&self, user: &User) -> Result<bool, sqlx::Error> {
        let mut transaction = self.writer.begin_with(WRITE).await?;
        let before = known(&mut transaction, &user.email).await?.map(|user| user.federation);
        let federation = match (&user.federation, before) {
            (Federation::ByEmail, Some(bound @ Federation::Bound(_))) => bound,
            (given, _) => given.clone(),
        };
        let (word, identity) = stored(&federation);
        if let Some(identity) = identity
            && let Some(known) = bound(&mut transaction, identity).await?
            && !known.email.eq_ignore_ascii_case(&user.email)
        {
            return Ok(false);
        }
        let put = sqlx::query(
            "INSERT INTO users (email, tenant_id, role, password_hash, openid, openid_issuer, openid_subject) \
             SELECT ?, id, ?, ?, ?, ?, ? FROM tenants WHERE id = ? \
             ON CONFLICT (email) DO UPDATE SET role = excluded.role, password_hash = excluded.password_hash, \
             openid = excluded.openid, openid_issuer = excluded.openid_issuer, openid_subject = excluded.openid_subject \
             WHERE tenant_id = excluded.tenant_id",
        )
        .bind(&user.email)
        .bind(Keyword(user.role))
        .bind(&user.password_hash)
        .bind(word)
        .bind(identity.map(|identity| &identity.issuer))
        .bind(identity.map(|identity| &identity.subject))
        .bind(user.tenant.as_str())
        .execute(&mut *transaction)
        .await?;
        if put.rows_affected() == 1 {
            sqlx::query("DELETE FROM visits WHERE email = ?").bind(&user.email).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(put.rows_affected() == 1)
    }

    async fn recognised(&self, identity: &Identity, verified: Option<&str>) -> Result<Option<User>, sqlx::Error> {
        let mut transaction = self.writer.begin_with(WRITE).await?;
        let known = bound(&mut transaction, identity).await?;
        let (Some(email), None) = (verified, &known) else { return Ok(known) };
        let found = sqlx::query(
            "UPDATE users SET openid = 'bound', openid_issuer = ?, openid_subject = ? \
             WHERE email = ? AND openid = 'by_email' RETURNING *",
        );
        let found = found.bind(&identity.issuer).bind(&identity.subject).bind(email);
        let found = found.try_map(|row| user(&row)).fetch_optional(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(found)
    }

    /// Visits that are over go when the next one begins: nothing else has to remember them.
    async fn opened(&self, email: &str, secret: Digest, expires_at: DateTime<Utc>) -> Result<(), sqlx::Error> {
        let mut transaction = self.writer.begin_with(WRITE).await?;
        let over = sqlx::query("DELETE FROM visits WHERE unixepoch(expires_at) <= unixepoch()");
        over.execute(&mut *transaction).await?;
        let opened = sqlx::query("INSERT INTO visits (secret_sha256, email, expires_at) VALUES (?, ?, ?)");
        opened.bind(Text(secret)).bind(email).bind(expires_at).execute(&mut *transaction).await?;
        transaction.commit().await
    }
}

/// The user with that address.
async fn known(connection: &mut SqliteConnection, email: &str) -> Result<Option<User>, sqlx::Error> {
    let found = sqlx::query("SELECT * FROM users WHERE email = ?").bind(email).try_map(|row| user(&row));
    found.fetch_optional(connection).await
}

/// The user who is bound to that identity.
async fn bound(connection: &mut SqliteConnection, identity: &Identity) -> Result<Option<User>, sqlx::Error> {
    let found = sqlx::query("SELECT * FROM users WHERE openid_issuer = ? AND openid_subject = ?");
    let found = found.bind(&identity.issuer).bind(&identity.subject);
    found.try_map(|row| user(&row)).fetch_optional(connection).await
}

/// As the word of the column, and what stands beside it.
fn stored(federation: &Federation) -> (&'static str, Option<&Identity>) {
    match federation {
        Federation::Never => ("never", None),
        Federation::ByEmail => ("by_email", None),
        Federation::Bound(identity) => ("bound", Some(identity)),
    }
}

fn tenant(row: &SqliteRow) -> Result<Tenant, sqlx::Error> {
    Ok(Tenant {
        id: row.try_get::<Text<_>, _>("id")?.0,
        name: row.try_get("name")?,
        quota: row.try_get::<i64, _>("quota_bytes")? as u64,
        retention_days: row.try_get("retention_days")?,
    })
}

fn user(row: &SqliteRow) -> Result<User, sqlx::Error> {
    Ok(User {
        email: row.try_get("email")?,
        tenant: row.try_get::<Text<_>, _>("tenant_id")?.0,
        role: row.try_get::<Keyword<_>, _>("role")?.0,
        password_hash: row.try_get("password_hash")?,
        federation: federation(row)?,
    })
}

fn federation(row: &SqliteRow) -> Result<Federation, sqlx::Error> {
    Ok(match row.try_get("openid")? {
        "by_email" => Federation::ByEmail,
        "bound" => Federation::Bound(Identity {
            issuer: row.try_get("openid_issuer")?,
            subject: row.try_get("openid_subject")?,
        }),
        _ => Federation::Never,
    })
}

fn token(row: &SqliteRow) -> Result<Token, sqlx::Error> {
    Ok(Token {
        id: row.try_get::<Text<_>, _>("id")?.0,
        tenant: row.try_get::<Text<_>, _>("tenant_id")?.0,
        label: row.try_get("label")?,
        scopes: row.try_get::<Text<_>, _>("scopes")?.0,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        revoked_at: row.try_get("revoked_at")?,
    })
}
