//! The table `findings`.

use sqlx::sqlite::SqliteRow;
use sqlx::types::{Json, Text};
use sqlx::{Row, SqliteConnection};
use stepreel_core::{Finding, Findings};

use super::SessionKey;
use super::keyword::Keyword;

pub(super) async fn replace(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    findings: &[Finding],
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM findings WHERE tenant_id = ? AND session_id = ?")
        .bind(key.tenant.as_str())
        .bind(Text(key.session))
        .execute(&mut *connection)
        .await?;
    for (position, finding) in findings.iter().enumerate() {
        sqlx::query(
            "INSERT INTO findings (tenant_id, session_id, position, code, severity, ranges, measured, threshold, unit, \
             message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(key.tenant.as_str())
        .bind(Text(key.session))
        .bind(position as i64)
        .bind(Keyword(finding.code))
        .bind(Keyword(finding.severity))
        .bind(Json(&finding.ranges))
        .bind(finding.measured)
        .bind(finding.threshold)
        .bind(&finding.unit)
        .bind(&finding.message)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

pub(super) async fn read(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<Findings, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT code, severity, ranges, measured, threshold, unit, message \
         FROM findings WHERE tenant_id = ? AND session_id = ? ORDER BY position",
    )
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .fetch_all(connection)
    .await?;
    rows.iter().map(finding).collect()
}

fn finding(row: &SqliteRow) -> Result<Finding, sqlx::Error> {
    Ok(Finding {
        code: row.try_get::<Keyword<_>, _>("code")?.0,
        severity: row.try_get::<Keyword<_>, _>("severity")?.0,
        ranges: row.try_get::<Json<_>, _>("ranges")?.0,
        measured: row.try_get("measured")?,
        threshold: row.try_get("threshold")?,
        unit: row.try_get("unit")?,
        message: row.try_get("message")?,
    })
}
