//! The table `procedures`. Its marketplace columns are no part of a tenant's view: `marketplace` carries them over, and nothing
//! reads them into a record.

use sqlx::sqlite::SqliteRow;
use sqlx::types::{Json, Text};
use sqlx::{Row, SqliteConnection};
use stepreel_core::{BoundaryConfidence, Procedure, ProcedureId, SessionId, TenantId};
use uuid::Uuid;

use super::keyword::Keyword;
use super::{SessionKey, marketplace, span};

pub(super) async fn replace(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    procedures: &[Procedure],
) -> Result<(), sqlx::Error> {
    let listings = marketplace::listings(connection, key).await?;
    sqlx::query("DELETE FROM procedures WHERE tenant_id = ? AND session_id = ?")
        .bind(key.tenant.as_str())
        .bind(Text(key.session))
        .execute(&mut *connection)
        .await?;
    for procedure in procedures {
        insert(connection, key, procedure).await?;
    }
    marketplace::restore(connection, key, &listings).await
}

async fn insert(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    procedure: &Procedure,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO procedures (tenant_id, session_id, id, ordinal, procedure_name, description, video_url, \
         thumbnail_url, captions_url, storyboard_url, duration_seconds, status, created_at, start_seconds, end_seconds, interruptions, \
         start_confidence, end_confidence, score, score_components, evidence, clip, thumbnail) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .bind(Text(procedure.id))
    .bind(procedure.ordinal)
    .bind(&procedure.procedure_name)
    .bind(&procedure.description)
    .bind(&procedure.video_url)
    .bind(&procedure.thumbnail_url)
    .bind(&procedure.captions_url)
    .bind(&procedure.storyboard_url)
    .bind(procedure.duration_seconds)
    .bind(Keyword(procedure.status))
    .bind(procedure.created_at)
    .bind(procedure.span.start().seconds())
    .bind(procedure.span.end().seconds())
    .bind(Json(&procedure.interruptions))
    .bind(procedure.confidence.start)
    .bind(procedure.confidence.end)
    .bind(procedure.score.total.points())
    .bind(Json(&procedure.score))
    .bind(Json(&procedure.name))
    .bind(Json(&procedure.clip))
    .bind(procedure.thumbnail.as_ref().map(Json))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn read(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
) -> Result<Vec<Procedure>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT tenant_id, session_id, id, ordinal, procedure_name, description, video_url, thumbnail_url, \
         captions_url, storyboard_url, duration_seconds, status, created_at, start_seconds, end_seconds, interruptions, \
         start_confidence, end_confidence, score_components, evidence, clip, thumbnail \
         FROM procedures WHERE tenant_id = ? AND session_id = ? ORDER BY ordinal",
    )
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .fetch_all(connection)
    .await?;
    rows.iter().map(procedure).collect()
}

fn procedure(row: &SqliteRow) -> Result<Procedure, sqlx::Error> {
    Ok(Procedure {
        id: ProcedureId(row.try_get::<Text<Uuid>, _>("id")?.0),
        tenant_id: row.try_get::<Text<TenantId>, _>("tenant_id")?.0,
        session_id: SessionId(row.try_get::<Text<Uuid>, _>("session_id")?.0),
        ordinal: row.try_get("ordinal")?,
        procedure_name: row.try_get("procedure_name")?,
        description: row.try_get("description")?,
        video_url: row.try_get("video_url")?,
        thumbnail_url: row.try_get("thumbnail_url")?,
        captions_url: row.try_get("captions_url")?,
        storyboard_url: row.try_get("storyboard_url")?,
        duration_seconds: row.try_get("duration_seconds")?,
        status: row.try_get::<Keyword<_>, _>("status")?.0,
        created_at: row.try_get("created_at")?,
        span: span(row)?,
        interruptions: row.try_get::<Json<_>, _>("interruptions")?.0,
        confidence: BoundaryConfidence { start: row.try_get("start_confidence")?, end: row.try_get("end_confidence")? },
        score: row.try_get::<Json<_>, _>("score_components")?.0,
        name: row.try_get::<Json<_>, _>("evidence")?.0,
        clip: row.try_get::<Json<_>, _>("clip")?.0,
        thumbnail: row.try_get::<Option<Json<_>>, _>("thumbnail")?.map(|thumbnail| thumbnail.0),
    })
}
