//! The marketplace columns of the table `procedures`, carried over from run to run.
//!
//! Somebody who published a procedure looked at a stretch of the recording, and a run that finds the same stretch again, whatever
//! it names it and however it counts it, must not take it back. A procedure's id is only its place in the session: after
//! another configuration or version it may be other work, which nobody agreed to show to other tenants. So a listing belongs to
//! the stretch, to the microsecond, and ends when a run no longer finds it.

use sqlx::sqlite::SqliteRow;
use sqlx::types::Text;
use sqlx::{Row, SqliteConnection};

use super::SessionKey;

/// What somebody set on one stretch of a recording.
pub(super) struct Listing {
    start_seconds: f64,
    end_seconds: f64,
    listed: bool,
    title: Option<String>,
    description: Option<String>,
    listed_at: Option<String>,
}

/// What was set on procedures of the session.
pub(super) async fn listings(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
) -> Result<Vec<Listing>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT start_seconds, end_seconds, marketplace_listed, marketplace_title, marketplace_description, \
         marketplace_listed_at FROM procedures WHERE tenant_id = ? AND session_id = ? AND (marketplace_listed \
         OR coalesce(marketplace_title, marketplace_description, marketplace_listed_at) IS NOT NULL)",
    )
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .fetch_all(connection)
    .await?;
    rows.iter().map(listing).collect()
}

/// Sets it again on procedures of the same stretches.
pub(super) async fn restore(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    listings: &[Listing],
) -> Result<(), sqlx::Error> {
    for listing in listings {
        sqlx::query(
            "UPDATE procedures SET marketplace_listed = ?, marketplace_title = ?, marketplace_description = ?, \
             marketplace_listed_at = ? WHERE tenant_id = ? AND session_id = ? AND start_seconds = ? AND end_seconds = ?",
        )
        .bind(listing.listed)
        .bind(&listing.title)
        .bind(&listing.description)
        .bind(&listing.listed_at)
        .bind(key.tenant.as_str())
        .bind(Text(key.session))
        .bind(listing.start_seconds)
        .bind(listing.end_seconds)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

fn listing(row: &SqliteRow) -> Result<Listing, sqlx::Error> {
    Ok(Listing {
        start_seconds: row.try_get("start_seconds")?,
        end_seconds: row.try_get("end_seconds")?,
        listed: row.try_get("marketplace_listed")?,
        title: row.try_get("marketplace_title")?,
        description: row.try_get("marketplace_description")?,
        listed_at: row.try_get("marketplace_listed_at")?,
    })
}
