//! The table `transcript_utterances`.

use sqlx::sqlite::SqliteRow;
use sqlx::types::{Json, Text};
use sqlx::{Row, SqliteConnection};
use stepreel_core::Utterance;

use super::{SessionKey, span};

pub(super) async fn replace(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    utterances: &[Utterance],
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM transcript_utterances WHERE tenant_id = ? AND session_id = ?")
        .bind(key.tenant.as_str())
        .bind(Text(key.session))
        .execute(&mut *connection)
        .await?;
    for (position, utterance) in utterances.iter().enumerate() {
        sqlx::query(
            "INSERT INTO transcript_utterances (tenant_id, session_id, position, start_seconds, end_seconds, text, \
             words, log_probability, no_speech, reliable) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(key.tenant.as_str())
        .bind(Text(key.session))
        .bind(position as i64)
        .bind(utterance.span.start().seconds())
        .bind(utterance.span.end().seconds())
        .bind(&utterance.text)
        .bind(Json(&utterance.words))
        .bind(utterance.log_probability)
        .bind(utterance.no_speech)
        .bind(utterance.reliable)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

pub(super) async fn read(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
) -> Result<Vec<Utterance>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT start_seconds, end_seconds, text, words, log_probability, no_speech, reliable \
         FROM transcript_utterances WHERE tenant_id = ? AND session_id = ? ORDER BY position",
    )
    .bind(key.tenant.as_str())
    .bind(Text(key.session))
    .fetch_all(connection)
    .await?;
    rows.iter().map(utterance).collect()
}

fn utterance(row: &SqliteRow) -> Result<Utterance, sqlx::Error> {
    Ok(Utterance {
        span: span(row)?,
        text: row.try_get("text")?,
        words: row.try_get::<Json<_>, _>("words")?.0,
        log_probability: row.try_get("log_probability")?,
        no_speech: row.try_get("no_speech")?,
        reliable: row.try_get("reliable")?,
    })
}
