//! Procedures that answer a question, to be played in place.

use std::ops::Range;
use std::time::Duration;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Html;
use serde::Deserialize;
use stepreel_core::ProcedureStatus;
use stepreel_report::wording;
use stepreel_storage::{Answer, FoundPassage, Search as _, SearchQuery, Which};

use super::frame::{Frame, page};
use super::visitor::Visitor;
use crate::meaning::understood;
use crate::{App, Problem};

/// Letters of a question that are looked at.
const LONGEST: usize = 500;

#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    /// Whether excluded procedures are looked through, too.
    #[serde(default)]
    excluded: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    question: String,
    excluded: bool,
    answers: Vec<Found>,
}

/// An answer as the page shows it.
struct Found {
    rank: u32,
    title: String,
    page: String,
    session: String,
    session_page: String,
    engineer: Option<String>,
    date: String,
    moment: String,
    length: String,
    points: u8,
    band: &'static str,
    excluded: bool,
    clip: String,
    poster: Option<String>,
    captions: Option<String>,
    said: Option<Said>,
    /// From where the clip is played, in seconds.
    at: f64,
}

/// The sentence that fits.
struct Said {
    /// Its text in pieces, each with whether it was asked for.
    pieces: Vec<(String, bool)>,
    /// When it was said, in the recording.
    clock: String,
}

pub(super) async fn search(
    Visitor(caller): Visitor,
    State(app): State<App>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Html<String>, Problem> {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let question: String = asked.q.trim().chars().take(LONGEST).collect();
    let excluded = !asked.excluded.is_empty();
    let which = if excluded { Which::All } else { Which::Approved };
    let query = SearchQuery { which, ..SearchQuery::new(&question) };
    let answers = if question.is_empty() {
        Vec::new()
    } else {
        app.store().search(caller.tenant(), &understood(app.meaning(), query).await).await?
    };
    page(&SearchPage {
        frame: Frame::of(&caller, "search"),
        question,
        excluded,
        answers: answers.into_iter().map(Found::from).collect(),
    })
}

impl From<Answer> for Found {
    fn from(answer: Answer) -> Self {
        let media = |key: String| format!("/media/{key}");
        let at = answer.passage.as_ref().map_or(0.0, |passage| passage.clip_seconds);
        let session_page = format!("/sessions/{}", answer.session_id);
        Self {
            rank: answer.rank,
            title: answer.title,
            page: format!("{session_page}/procedures/{}", answer.ordinal),
            session: answer.session_title,
            session_page,
            engineer: answer.engineer,
            date: answer.date.format("%-d %b %Y").to_string(),
            moment: answer.date.to_rfc3339(),
            length: wording::length(Duration::try_from_secs_f64(answer.duration_seconds).unwrap_or_default()),
            points: answer.score,
            band: wording::band(answer.score.into()),
            excluded: answer.status == ProcedureStatus::Excluded,
            clip: media(answer.video_url),
            poster: answer.thumbnail_url.map(media),
            captions: answer.captions_url.map(media),
            said: answer.passage.map(Said::from),
            at,
        }
    }
}

impl From<FoundPassage> for Said {
    fn from(passage: FoundPassage) -> Self {
        Self { pieces: pieces(&passage.text, &passage.words), clock: wording::clock(passage.span.start()) }
    }
}

/// A text in pieces, each with whether it is one of the words.
fn pieces(text: &str, words: &[Range<usize>]) -> Vec<(String, bool)> {
    let mut pieces = Vec::new();
    let mut end = 0;
    for word in words.iter().filter(|word| word.end <= text.len()) {
        if word.start >= end {
            pieces.push((text[end..word.start].to_owned(), false));
            pieces.push((text[word.clone()].to_owned(), true));
            end = word.end;
        }
    }
    pieces.push((text[end..].to_owned(), false));
    pieces.retain(|(piece, _)| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_were_asked_for_stand_out() {
        let pieces = pieces("Now we close the valve.", &[7..12, 17..22]);
        let told: Vec<(&str, bool)> = pieces.iter().map(|(text, asked)| (text.as_str(), *asked)).collect();
        assert_eq!(told, [("Now we ", false), ("close", true), (" the ", false), ("valve", true), (".", false)]);
    }
}
