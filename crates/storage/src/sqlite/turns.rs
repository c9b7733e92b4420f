//! The table `turns`: which tenant was served when, and which epochs are used up.

use sqlx::SqliteConnection;
use stepreel_core::TenantId;

use crate::Epoch;

/// Notes that the tenant was served last.
pub(super) async fn served(connection: &mut SqliteConnection, tenant: &TenantId) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO turns (tenant_id, served) SELECT ?, 1 + coalesce(max(served), 0) FROM turns WHERE TRUE \
         ON CONFLICT (tenant_id) DO UPDATE SET served = excluded.served",
    )
    .bind(tenant.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that a session which may come again has had that epoch.
pub(super) async fn gone(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    epoch: Epoch,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO turns (tenant_id, epoch) VALUES (?, ?) \
         ON CONFLICT (tenant_id) DO UPDATE SET epoch = max(epoch, excluded.epoch)",
    )
    .bind(tenant.as_str())
    .bind(epoch.0 as i64)
    .execute(connection)
    .await?;
    Ok(())
}
