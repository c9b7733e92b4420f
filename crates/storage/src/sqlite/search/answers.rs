//! What is shown of the procedures that were found.

use sqlx::sqlite::SqliteRow;
use sqlx::types::{Json, Text};
use sqlx::{Row, SqliteConnection};
use stepreel_core::{Clip, Name, ProcedureId, Segment, SessionId, Span, TenantId, Time, Word};
use stepreel_retrieval::{Found, Hit, Ranking, sentences};
use uuid::Uuid;

use super::super::keyword::Keyword;
use super::super::span;
use super::documents::segment;
use crate::{Answer, FoundPassage};

pub(super) async fn read(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    ranking: &Ranking,
) -> Result<Vec<Answer>, sqlx::Error> {
    let mut answers = Vec::with_capacity(ranking.hits.len());
    for (rank, hit) in (1..).zip(&ranking.hits) {
        let row = row(connection, tenant, hit.key).await?;
        let passage = passage(connection, tenant, &row, &ranking.asked).await?;
        answers.push(answer(&row, rank, hit, passage)?);
    }
    Ok(answers)
}

async fn row(connection: &mut SqliteConnection, tenant: &TenantId, key: ProcedureId) -> Result<SqliteRow, sqlx::Error> {
    sqlx::query(
        "SELECT p.id, p.session_id, p.ordinal, p.procedure_name, p.status, p.score, p.video_url, p.thumbnail_url, \
         p.captions_url, p.duration_seconds, p.start_seconds, p.end_seconds, p.interruptions, p.evidence, p.clip, \
         s.title, s.engineer, coalesce(s.started_at, s.created_at) AS date \
         FROM procedures p JOIN sessions s ON s.tenant_id = p.tenant_id AND s.id = p.session_id \
         WHERE p.tenant_id = ? AND p.id = ?",
    )
    .bind(tenant.as_str())
    .bind(Text(key))
    .fetch_one(connection)
    .await
}

fn answer(row: &SqliteRow, rank: u32, hit: &Hit, passage: Option<FoundPassage>) -> Result<Answer, sqlx::Error> {
    Ok(Answer {
        rank,
        procedure_id: hit.key,
        session_id: session(row)?,
        ordinal: row.try_get("ordinal")?,
        title: row.try_get("procedure_name")?,
        session_title: row.try_get("title")?,
        engineer: row.try_get("engineer")?,
        date: row.try_get("date")?,
        status: row.try_get::<Keyword<_>, _>("status")?.0,
        score: row.try_get("score")?,
        video_url: row.try_get("video_url")?,
        thumbnail_url: row.try_get("thumbnail_url")?,
        captions_url: row.try_get("captions_url")?,
        duration_seconds: row.try_get("duration_seconds")?,
        span: span(row)?,
        passage,
        matched: hit.matched.clone(),
        coverage: hit.coverage,
        relevance: hit.relevance,
    })
}

fn session(row: &SqliteRow) -> Result<SessionId, sqlx::Error> {
    Ok(SessionId(row.try_get::<Text<Uuid>, _>("session_id")?.0))
}

/// The sentence that fits best: of what was said, or else of the steps.
async fn passage(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    row: &SqliteRow,
    asked: &Found,
) -> Result<Option<FoundPassage>, sqlx::Error> {
    let segment = segment(row)?;
    let heard = heard(connection, tenant, session(row)?, &segment).await?;
    let steps = row.try_get::<Json<Name>, _>("evidence")?.0.description;
    let told: Vec<Sentence> = steps.into_iter().map(|line| Sentence { text: line.text, span: line.span }).collect();
    let clip = row.try_get::<Json<Clip>, _>("clip")?.0.real.start();
    Ok(best(&heard, asked, clip).or_else(|| best(&told, asked, clip)))
}

/// A sentence, and when it was said.
struct Sentence {
    text: String,
    span: Span,
}

fn best(sentences: &[Sentence], asked: &Found, clip: Time) -> Option<FoundPassage> {
    let (at, fit) = asked.best(sentences.iter().map(|sentence| sentence.text.as_str()))?;
    let Sentence { text, span } = &sentences[at];
    let clip_seconds = span.start().since(clip).as_secs_f64();
    Some(FoundPassage { text: text.clone(), span: *span, clip_seconds, words: fit.words })
}

/// What was said during a procedure.
async fn heard(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    session: SessionId,
    segment: &Segment,
) -> Result<Vec<Sentence>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT start_seconds, end_seconds, text, words FROM transcript_utterances WHERE tenant_id = ? AND session_id = ? \
         AND reliable AND end_seconds > ? AND start_seconds < ? ORDER BY position",
    )
    .bind(tenant.as_str())
    .bind(Text(session))
    .bind(segment.span.start().seconds())
    .bind(segment.span.end().seconds())
    .fetch_all(connection)
    .await?;
    let mut heard = Vec::new();
    for row in &rows {
        let span = span(row)?;
        if segment.holds(span.middle()) {
            heard.extend(split(row.try_get("text")?, span, row)?);
        }
    }
    Ok(heard)
}

/// The sentences of what was said in one go, each with the times of its words where they are known.
fn split(text: String, whole: Span, row: &SqliteRow) -> Result<Vec<Sentence>, sqlx::Error> {
    let places = sentences(&text);
    if places.len() < 2 {
        return Ok(vec![Sentence { text, span: whole }]);
    }
    let words = row.try_get::<Json<Vec<Word>>, _>("words")?.0;
    // A word's time is known when the words are those of the text, one by one.
    let timed = words.len() == text.split_whitespace().count();
    let mut before = 0;
    let sentence = |place: std::ops::Range<usize>| {
        let text = text[place].to_owned();
        let own = text.split_whitespace().count();
        let said = if timed { &words[before..before + own] } else { &[] };
        before += own;
        let span =
            said.first().zip(said.last()).and_then(|(first, last)| Span::new(first.span.start(), last.span.end()));
        Sentence { text, span: span.unwrap_or(whole) }
    };
    Ok(places.into_iter().map(sentence).collect())
}
