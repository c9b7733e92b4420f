//! The table `search_documents`: the words of each procedure, made of its facts in the transaction that writes them.

use sqlx::sqlite::SqliteRow;
use sqlx::types::{Json, Text};
use sqlx::{Row, SqliteConnection, SqlitePool};
use stepreel_core::{
    BoundaryConfidence, Name, NameSource, ProcedureId, ProcedureStatus, Segment, SessionId, Span, TenantId,
};
use stepreel_retrieval::{ANALYSIS, Document, Terms};
use uuid::Uuid;

use super::super::keyword::Keyword;
use super::super::{SessionKey, WRITE, span};
use super::states;

/// Sessions whose documents are made in one transaction: others may write in between.
const BATCH: i64 = 100;

/// Makes the documents of a session anew from its facts, which were just written.
pub(in crate::sqlite) async fn replace(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
) -> Result<(), sqlx::Error> {
    let facts = facts(connection, key).await?;
    if facts.is_empty() {
        return Ok(());
    }
    let said = said(connection, key).await?;
    let first = states::take_numbers(connection, key.tenant.as_str(), facts.len()).await?;
    for (number, fact) in (first..).zip(&facts) {
        insert(connection, key.tenant, number, fact, &fact.document(&said).terms()).await?;
    }
    Ok(())
}

/// Makes the documents that are missing, or that another version made in another way.
pub(in crate::sqlite) async fn complete(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    let made: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(pool).await?;
    if made == i64::from(ANALYSIS) {
        return Ok(());
    }
    sqlx::query("DELETE FROM search_documents WHERE analysis <> ?").bind(ANALYSIS).execute(pool).await?;
    let mut after = (String::new(), String::new());
    loop {
        let mut transaction = pool.begin_with(WRITE).await?;
        let missing = missing(&mut transaction, &after).await?;
        for (tenant, session) in &missing {
            replace(&mut transaction, SessionKey { tenant: &tenant.0, session: SessionId(session.0) }).await?;
        }
        let Some((tenant, session)) = missing.last() else { break };
        after = (tenant.0.to_string(), session.0.to_string());
        transaction.commit().await?;
    }
    // The pragma takes no parameters.
    sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA user_version = {ANALYSIS}"))).execute(pool).await?;
    Ok(())
}

type Missing = (Text<TenantId>, Text<Uuid>);

async fn missing(connection: &mut SqliteConnection, after: &(String, String)) -> Result<Vec<Missing>, sqlx::Error> {
    sqlx::query_as(
        "SELECT DISTINCT tenant_id, session_id FROM procedures p WHERE (tenant_id, session_id) > (?, ?) \
         AND NOT EXISTS (SELECT 1 FROM search_documents d WHERE d.tenant_id = p.tenant_id AND d.procedure_id = p.id) \
         ORDER BY tenant_id, session_id LIMIT ?",
    )
    .bind(&after.0)
    .bind(&after.1)
    .bind(BATCH)
    .fetch_all(connection)
    .await
}

/// A document that is there already stays.
async fn insert(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    number: i64,
    fact: &Fact,
    terms: &Terms,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO search_documents (tenant_id, number, procedure_id, approved, analysis, terms) \
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (tenant_id, procedure_id) DO NOTHING",
    )
    .bind(tenant.as_str())
    .bind(number)
    .bind(Text(fact.id))
    .bind(fact.approved)
    .bind(ANALYSIS)
    .bind(terms.as_bytes())
    .execute(connection)
    .await?;
    Ok(())
}

/// What is known of a procedure.
struct Fact {
    id: Uuid,
    approved: bool,
    title: String,
    name: Name,
    segment: Segment,
}

impl Fact {
    fn document<'a>(&'a self, said: &'a [(Span, String)]) -> Document<'a> {
        // "Unnamed procedure 3" says nothing that anybody asks for.
        let title = if self.name.source == NameSource::Generic { "" } else { &self.title };
        let during = said.iter().filter(|(span, _)| self.segment.holds(span.middle()));
        Document {
            title,
            steps: self.name.description.iter().map(|line| line.text.as_str()).collect(),
            said: during.map(|(_, text)| text.as_str()).collect(),
        }
    }
}

/// The texts of each of a session's procedures that a text encoder reads.
pub(super) async fn passages(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
) -> Result<Vec<(ProcedureId, Vec<String>)>, sqlx::Error> {
    let facts = facts(connection, key).await?;
    let said = said(connection, key).await?;
    Ok(facts.iter().map(|fact| (ProcedureId(fact.id), fact.document(&said).passages())).collect())
}

async fn facts(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<Vec<Fact>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT id, status, procedure_name, evidence, start_seconds, end_seconds, interruptions FROM procedures \
         WHERE tenant_id = ? AND session_id = ? ORDER BY ordinal",
    )
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .fetch_all(connection)
    .await?;
    rows.iter().map(fact).collect()
}

fn fact(row: &SqliteRow) -> Result<Fact, sqlx::Error> {
    Ok(Fact {
        id: row.try_get::<Text<Uuid>, _>("id")?.0,
        approved: row.try_get::<Keyword<ProcedureStatus>, _>("status")?.0 == ProcedureStatus::Approved,
        title: row.try_get("procedure_name")?,
        name: row.try_get::<Json<_>, _>("evidence")?.0,
        segment: segment(row)?,
    })
}

/// The stretch of a procedure; how sure its boundaries are is nothing to search.
pub(super) fn segment(row: &SqliteRow) -> Result<Segment, sqlx::Error> {
    let segment = Segment::new(span(row)?, BoundaryConfidence { start: 1.0, end: 1.0 });
    Ok(Segment { interruptions: row.try_get::<Json<_>, _>("interruptions")?.0, ..segment })
}

/// What was said in a session, but for what nobody may have said.
async fn said(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<Vec<(Span, String)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT start_seconds, end_seconds, text FROM transcript_utterances \
         WHERE tenant_id = ? AND session_id = ? AND reliable ORDER BY position",
    )
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((span(row)?, row.try_get("text")?))).collect()
}
