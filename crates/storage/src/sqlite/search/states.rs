//! The table `search_states`: how far a tenant's documents are.

use sqlx::{Row, SqliteConnection, SqlitePool};
use stepreel_core::TenantId;

/// How far a tenant's documents are, and its own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    pub(super) newest: i64,
    pub(super) removals: i64,
    pub(super) glossary: String,
}

pub(super) async fn read(connection: &mut SqliteConnection, tenant: &TenantId) -> Result<State, sqlx::Error> {
    let found = sqlx::query("SELECT newest, removals, glossary FROM search_states WHERE tenant_id = ?")
        .bind(tenant.as_str())
        .fetch_optional(connection)
        .await?;
    let Some(row) = found else { return Ok(State::default()) };
    Ok(State { newest: row.try_get("newest")?, removals: row.try_get("removals")?, glossary: row.try_get("glossary")? })
}

/// Gives so many numbers; the first of them.
pub(super) async fn take_numbers(
    connection: &mut SqliteConnection,
    tenant: &str,
    count: usize,
) -> Result<i64, sqlx::Error> {
    let last: i64 = sqlx::query_scalar(
        "INSERT INTO search_states (tenant_id, newest) VALUES (?1, ?2) \
         ON CONFLICT (tenant_id) DO UPDATE SET newest = newest + ?2 RETURNING newest",
    )
    .bind(tenant)
    .bind(count as i64)
    .fetch_one(connection)
    .await?;
    Ok(last - count as i64 + 1)
}

pub(super) async fn set_glossary(pool: &SqlitePool, tenant: &TenantId, text: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO search_states (tenant_id, glossary) VALUES (?1, ?2) \
         ON CONFLICT (tenant_id) DO UPDATE SET glossary = ?2",
    )
    .bind(tenant.as_str())
    .bind(text)
    .execute(pool)
    .await?;
    Ok(())
}
