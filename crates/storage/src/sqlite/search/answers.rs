//! What is shown of the procedures that were found.

use std::collections::HashMap;
use std::ops::Range;

use sqlx::sqlite::SqliteRow;
use sqlx::types::{Json, Text};
use sqlx::{Row, SqliteConnection};
use stepreel_core::{Clip, Name, ProcedureId, Segment, SessionId, Span, TenantId, Word};
use stepreel_retrieval::{Fit, Found, Hit, Placed, Ranking, sentences};
use uuid::Uuid;

use super::super::keyword::Keyword;
use super::super::span;
use super::documents::segment;
use super::embeddings;
use crate::{Answer, AskedMeaning, FoundPassage};

/// The best so many of what was found, each with the sentence that fits best: of what was said, or else of the steps.
pub(super) async fn read(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    ranking: Ranking,
    meaning: Option<&AskedMeaning>,
    limit: usize,
) -> Result<Vec<Answer>, sqlx::Error> {
    let keys: Vec<String> = ranking.hits.iter().map(|hit| hit.key.to_string()).collect();
    let keys = Json(keys);
    let facts = facts(connection, tenant, &keys).await?;
    let said = said(connection, tenant, &keys, &facts).await?;
    let mut sentences = Vec::with_capacity(ranking.hits.len());
    for hit in &ranking.hits {
        let said = said.get(&hit.key).map_or(&[][..], Vec::as_slice);
        sentences.push(match best_said(said, &ranking.asked) {
            Some(found) => Some(found),
            None => best_step(fact(&facts, hit)?, &ranking.asked)?,
        });
    }
    let mut answers = Vec::with_capacity(limit);
    let placed = match meaning {
        None => ranking.by_sentence(sentences, limit),
        Some(asked) => {
            let near = embeddings::nearness(connection, tenant, &keys, asked).await?;
            let near: Vec<_> = ranking.hits.iter().map(|hit| near.get(&hit.key).copied()).collect();
            ranking.with_meaning(sentences, &near, limit)
        }
    };
    for (rank, mut placed) in (1..).zip(placed) {
        let row = &fact(&facts, &placed.hit)?.row;
        let passage = match placed.sentence.take() {
            Some((sentence, fit)) => Some(passage(connection, tenant, row, sentence, fit).await?),
            None => None,
        };
        answers.push(answer(row, rank, placed, passage)?);
    }
    Ok(answers)
}

/// What is known of a procedure that was found.
struct Fact {
    row: SqliteRow,
    segment: Segment,
}

fn fact<'a>(facts: &'a HashMap<ProcedureId, Fact>, hit: &Hit) -> Result<&'a Fact, sqlx::Error> {
    facts.get(&hit.key).ok_or(sqlx::Error::RowNotFound)
}

async fn facts(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    keys: &Json<Vec<String>>,
) -> Result<HashMap<ProcedureId, Fact>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT p.id, p.session_id, p.ordinal, p.procedure_name, p.status, p.score, p.video_url, p.thumbnail_url, \
         p.captions_url, p.duration_seconds, p.start_seconds, p.end_seconds, p.interruptions, p.evidence, p.clip, \
         s.title, s.engineer, coalesce(s.started_at, s.created_at) AS date \
         FROM json_each(?) found CROSS JOIN procedures p ON p.tenant_id = ? AND p.id = found.value \
         JOIN sessions s ON s.tenant_id = p.tenant_id AND s.id = p.session_id",
    )
    .bind(keys)
    .bind(tenant.as_str())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok((procedure(&row)?, Fact { segment: segment(&row)?, row }))).collect()
}

fn procedure(row: &SqliteRow) -> Result<ProcedureId, sqlx::Error> {
    Ok(ProcedureId(row.try_get::<Text<Uuid>, _>("id")?.0))
}

/// What goes on for so many seconds after a procedure wasn't said during it.
const BEYOND: f64 = 120.0;

/// What was said in one go during a procedure.
struct Said {
    /// Which utterance of the session it is.
    position: i64,
    span: Span,
    text: String,
}

async fn said(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    keys: &Json<Vec<String>>,
    facts: &HashMap<ProcedureId, Fact>,
) -> Result<HashMap<ProcedureId, Vec<Said>>, sqlx::Error> {
    // A row for each procedure: a row for each utterance would take most of the time.
    let rows = sqlx::query(
        "SELECT p.id, json_group_array(json_array(u.position, u.start_seconds, u.end_seconds, u.text) ORDER BY u.position) \
         AS said \
         FROM json_each(?) found CROSS JOIN procedures p ON p.tenant_id = ? AND p.id = found.value \
         CROSS JOIN transcript_utterances u ON u.tenant_id = p.tenant_id AND u.session_id = p.session_id \
         AND u.reliable AND u.end_seconds > p.start_seconds AND u.end_seconds < p.end_seconds + ? \
         AND u.start_seconds < p.end_seconds GROUP BY p.id",
    )
    .bind(keys)
    .bind(tenant.as_str())
    .bind(BEYOND)
    .fetch_all(connection)
    .await?;
    let mut said: HashMap<ProcedureId, Vec<Said>> = HashMap::new();
    for row in &rows {
        let key = procedure(row)?;
        let Some(fact) = facts.get(&key) else { continue };
        let utterances = row.try_get::<Json<Vec<_>>, _>("said")?.0;
        let utterances = utterances.into_iter().filter_map(Said::read);
        said.insert(key, utterances.filter(|said| fact.segment.holds(said.span.middle())).collect());
    }
    Ok(said)
}

/// A sentence of a procedure.
struct Sentence {
    text: String,
    /// When it was said, or the utterance that it is a part of.
    span: Span,
    part: Option<Part>,
}

/// Which utterance a sentence is a part of, and which words of it.
struct Part {
    position: i64,
    words: Range<usize>,
}

fn best_said(said: &[Said], asked: &Found) -> Option<(Sentence, Fit)> {
    let places: Vec<(&Said, Range<usize>)> =
        said.iter().flat_map(|said| sentences(&said.text).into_iter().map(move |place| (said, place))).collect();
    let (at, fit) = asked.best(places.iter().map(|(said, place)| &said.text[place.clone()]))?;
    let (said, place) = &places[at];
    Some((said.sentence(place), fit))
}

impl Said {
    fn read((position, start, end, text): (i64, f64, f64, String)) -> Option<Self> {
        Some(Self { position, span: Span::from_seconds(start, end)?, text })
    }

    fn sentence(&self, place: &Range<usize>) -> Sentence {
        let text = self.text[place.clone()].to_owned();
        let before = self.text[..place.start].split_whitespace().count();
        let words = before..before + text.split_whitespace().count();
        let whole = self.text.trim().len() == text.len();
        Sentence { text, span: self.span, part: (!whole).then_some(Part { position: self.position, words }) }
    }
}

fn best_step(fact: &Fact, asked: &Found) -> Result<Option<(Sentence, Fit)>, sqlx::Error> {
    let mut steps = fact.row.try_get::<Json<Name>, _>("evidence")?.0.description;
    let found = asked.best(steps.iter().map(|line| line.text.as_str()));
    Ok(found.map(|(at, fit)| {
        let line = steps.swap_remove(at);
        (Sentence { text: line.text, span: line.span, part: None }, fit)
    }))
}

async fn passage(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    row: &SqliteRow,
    sentence: Sentence,
    fit: Fit,
) -> Result<FoundPassage, sqlx::Error> {
    let own = match &sentence.part {
        Some(part) => own_span(connection, tenant, session(row)?, part).await?,
        None => None,
    };
    let span = own.unwrap_or(sentence.span);
    let clip = row.try_get::<Json<Clip>, _>("clip")?.0.real.start();
    let clip_seconds = span.start().since(clip).as_secs_f64();
    Ok(FoundPassage { text: sentence.text, span, clip_seconds, words: fit.words })
}

/// When a part of an utterance was said, where the times of its words are known.
async fn own_span(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    session: SessionId,
    part: &Part,
) -> Result<Option<Span>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT text, words FROM transcript_utterances WHERE tenant_id = ? AND session_id = ? AND position = ?",
    )
    .bind(tenant.as_str())
    .bind(Text(session))
    .bind(part.position)
    .fetch_one(connection)
    .await?;
    let words = row.try_get::<Json<Vec<Word>>, _>("words")?.0;
    // A word's time is known when the words are those of the text, one by one.
    let timed = words.len() == row.try_get::<&str, _>("text")?.split_whitespace().count();
    let said = if timed { &words[part.words.clone()] } else { &[] };
    Ok(said.first().zip(said.last()).and_then(|(first, last)| Span::new(first.span.start(), last.span.end())))
}

fn answer(
    row: &SqliteRow,
    rank: u32,
    placed: Placed<Sentence>,
    passage: Option<FoundPassage>,
) -> Result<Answer, sqlx::Error> {
    let hit = placed.hit;
    Ok(Answer {
        rank,
        rank_by_words: placed.by_words,
        rank_by_meaning: placed.by_meaning,
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
        matched: hit.matched,
        coverage: hit.coverage,
        relevance: hit.relevance,
    })
}

fn session(row: &SqliteRow) -> Result<SessionId, sqlx::Error> {
    Ok(SessionId(row.try_get::<Text<Uuid>, _>("session_id")?.0))
}
