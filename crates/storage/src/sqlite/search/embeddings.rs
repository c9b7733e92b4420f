//! The table `search_embeddings`: what procedures mean to a text encoder.

use std::collections::HashMap;

use sqlx::types::{Json, Text};
use sqlx::{Row, SqliteConnection, SqlitePool};
use stepreel_core::{ProcedureId, SessionId, TenantId};
use stepreel_retrieval::Embedding;
use uuid::Uuid;

use super::super::SessionKey;
use super::documents;
use crate::{AskedMeaning, Unread};

/// The procedures of a session that has some without vectors of that encoder, of whatever tenant.
pub(super) async fn unread(connection: &mut SqliteConnection, encoder: &str) -> Result<Vec<Unread>, sqlx::Error> {
    let found: Option<(Text<TenantId>, Text<Uuid>)> = sqlx::query_as(
        "SELECT p.tenant_id, p.session_id FROM search_documents d \
         JOIN procedures p ON p.tenant_id = d.tenant_id AND p.id = d.procedure_id \
         WHERE NOT EXISTS (SELECT 1 FROM search_embeddings e WHERE e.tenant_id = d.tenant_id \
         AND e.procedure_id = d.procedure_id AND e.encoder = ?) LIMIT 1",
    )
    .bind(encoder)
    .fetch_optional(&mut *connection)
    .await?;
    let Some((Text(tenant), Text(session))) = found else { return Ok(Vec::new()) };
    let numbers = numbers(connection, SessionKey { tenant: &tenant, session: SessionId(session) }).await?;
    let passages = documents::passages(connection, SessionKey { tenant: &tenant, session: SessionId(session) }).await?;
    let unread = passages.into_iter().filter_map(|(id, passages)| {
        Some(Unread { tenant: tenant.clone(), procedure_id: id, number: *numbers.get(&id)?, passages })
    });
    Ok(unread.collect())
}

/// The numbers of a session's documents.
async fn numbers(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
) -> Result<HashMap<ProcedureId, i64>, sqlx::Error> {
    let rows: Vec<(Text<Uuid>, i64)> = sqlx::query_as(
        "SELECT d.procedure_id, d.number FROM procedures p \
         JOIN search_documents d ON d.tenant_id = p.tenant_id AND d.procedure_id = p.id \
         WHERE p.tenant_id = ? AND p.session_id = ?",
    )
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(Text(id), number)| (ProcedureId(id), number)).collect())
}

/// Keeps what a procedure means, unless its document is another by now.
pub(super) async fn keep(
    pool: &SqlitePool,
    read: &Unread,
    encoder: &str,
    embeddings: &[Embedding],
) -> Result<(), sqlx::Error> {
    let vectors: Vec<u8> = embeddings.iter().flat_map(Embedding::as_bytes).collect();
    sqlx::query(
        "INSERT INTO search_embeddings (tenant_id, procedure_id, encoder, vectors) \
         SELECT tenant_id, procedure_id, ?, ? FROM search_documents \
         WHERE tenant_id = ? AND procedure_id = ? AND number = ? \
         ON CONFLICT (tenant_id, procedure_id) DO UPDATE SET encoder = excluded.encoder, vectors = excluded.vectors",
    )
    .bind(encoder)
    .bind(vectors)
    .bind(read.tenant.as_str())
    .bind(Text(read.procedure_id))
    .bind(read.number)
    .execute(pool)
    .await?;
    Ok(())
}

/// How near each of those procedures is to what was asked: the nearest of its vectors. None of what the encoder has not read yet.
pub(super) async fn nearness(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    keys: &Json<Vec<String>>,
    asked: &AskedMeaning,
) -> Result<HashMap<ProcedureId, f32>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT e.procedure_id, e.vectors FROM json_each(?) found \
         CROSS JOIN search_embeddings e ON e.tenant_id = ? AND e.procedure_id = found.value AND e.encoder = ?",
    )
    .bind(keys)
    .bind(tenant.as_str())
    .bind(&asked.encoder)
    .fetch_all(connection)
    .await?;
    let mut near = HashMap::new();
    for row in &rows {
        let vectors: &[u8] = row.try_get("vectors")?;
        let each = vectors.chunks_exact(asked.embedding.dimensions().max(1)).map(Embedding::from_bytes);
        // What has no words is near nothing.
        let nearest = each.map(|one| one.nearness(&asked.embedding)).reduce(f32::max).unwrap_or(0.0);
        near.insert(ProcedureId(row.try_get::<Text<Uuid>, _>("procedure_id")?.0), nearest);
    }
    Ok(near)
}
