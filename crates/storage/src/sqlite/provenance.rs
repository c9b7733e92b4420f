//! The table `provenance`.

use sqlx::types::{Json, Text};
use sqlx::{Row, SqliteConnection};
use stepreel_core::Provenance;

use super::SessionKey;

pub(super) async fn replace(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    provenance: &Provenance,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT OR REPLACE INTO provenance (tenant_id, session_id, version, configuration, stages, warnings) \
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .bind(&provenance.version)
    .bind(&provenance.configuration)
    .bind(Json(&provenance.stages))
    .bind(Json(&provenance.warnings))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn read(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<Provenance, sqlx::Error> {
    let row = sqlx::query(
        "SELECT version, configuration, stages, warnings FROM provenance WHERE tenant_id = ? AND session_id = ?",
    )
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .fetch_one(connection)
    .await?;
    Ok(Provenance {
        version: row.try_get("version")?,
        configuration: row.try_get("configuration")?,
        stages: row.try_get::<Json<_>, _>("stages")?.0,
        warnings: row.try_get::<Json<_>, _>("warnings")?.0,
    })
}
