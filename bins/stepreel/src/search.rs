//! `stepreel search`: the stored procedures that answer a question.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use serde::Serialize;
use stepreel_core::{ProcedureId, ProcedureStatus, SessionId, Time, plain};
use stepreel_embedding::SentenceEncoder;
use stepreel_models::Library;
use stepreel_report::wording;
use stepreel_storage::{Answer, Glossary, MeaningReader, SearchQuery, Which};

use crate::args::{self, Search};
use crate::bars;
use crate::exit::Failure;

pub(crate) fn run(arguments: &Search) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Runtime::new().context("could not start")?;
    let answers = runtime.block_on(answers(arguments))?;
    let mut out = io::stdout();
    if arguments.json {
        let found: Vec<Found> = answers.iter().map(|answer| Found::new(answer, arguments)).collect();
        let json = serde_json::to_string_pretty(&found).context("could not print")?;
        writeln!(out, "{}", stepreel_report::printable(&json))?;
    } else if answers.is_empty() {
        writeln!(out, "Nothing found.")?;
    } else {
        answers.iter().try_for_each(|answer| print(&mut out, answer, arguments))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn answers(arguments: &Search) -> Result<Vec<Answer>, Failure> {
    let opened = arguments.place.open_existing().await?;
    let which = if arguments.all { Which::All } else { Which::Approved };
    let query = SearchQuery { limit: arguments.limit, which, ..SearchQuery::new(arguments.question.join(" ")) };
    let query = match &arguments.encoder {
        Some(name) => understood(&*opened.search, query, name).await?,
        None => query,
    };
    opened.search.search(&arguments.place.tenant, &query).await.map_err(Failure::store)
}

/// The question with what it means to that encoder, once that has read what is stored.
async fn understood(
    search: &dyn stepreel_storage::Search,
    query: SearchQuery,
    name: &str,
) -> Result<SearchQuery, Failure> {
    let encoder = SentenceEncoder::find(&Library::discover().map_err(Failure::usage)?, name).map_err(Failure::usage)?;
    let reader = MeaningReader::new(Arc::new(encoder));
    let bar = bars::counting("procedures read");
    loop {
        match reader.read_on(search).await.map_err(Failure::store)? {
            0 => break,
            read => bar.inc(read as u64),
        }
    }
    bar.finish_and_clear();
    Ok(reader.understand(query).await)
}

/// An answer as scripts get it.
#[derive(Debug, Serialize)]
struct Found<'a> {
    rank: u32,
    rank_by_words: u32,
    rank_by_meaning: Option<u32>,
    procedure_id: ProcedureId,
    title: &'a str,
    session_id: SessionId,
    session: &'a str,
    ordinal: u32,
    status: ProcedureStatus,
    score: u8,
    date: chrono::DateTime<chrono::Utc>,
    /// The clip's file, and from where to play it.
    clip: PathBuf,
    clip_start_seconds: f64,
    sentence: Option<&'a str>,
    /// When the sentence was said, in the recording.
    said_at_seconds: Option<f64>,
    matched: &'a [String],
    coverage: f32,
    relevance: f32,
}

impl<'a> Found<'a> {
    fn new(answer: &'a Answer, arguments: &Search) -> Self {
        let passage = answer.passage.as_ref();
        Self {
            rank: answer.rank,
            rank_by_words: answer.rank_by_words,
            rank_by_meaning: answer.rank_by_meaning,
            procedure_id: answer.procedure_id,
            title: &answer.title,
            session_id: answer.session_id,
            session: &answer.session_title,
            ordinal: answer.ordinal,
            status: answer.status,
            score: answer.score,
            date: answer.date,
            clip: clip(&arguments.place.store, answer),
            clip_start_seconds: passage.map_or(0.0, |passage| passage.clip_seconds),
            sentence: passage.map(|passage| passage.text.as_str()),
            said_at_seconds: passage.map(|passage| passage.span.start().seconds()),
            matched: &answer.matched,
            coverage: answer.coverage,
            relevance: answer.relevance,
        }
    }
}

fn clip(store: &Path, answer: &Answer) -> PathBuf {
    store.join("blobs").join(&answer.video_url)
}

fn print(out: &mut impl Write, answer: &Answer, arguments: &Search) -> Result<(), Failure> {
    let excluded = if answer.status == ProcedureStatus::Excluded { ", excluded" } else { "" };
    let (title, session) = (plain(&answer.title), plain(&answer.session_title));
    let (rank, date, score) = (answer.rank, answer.date.format("%Y-%m-%d"), answer.score);
    writeln!(out, "{rank}. {title}  ({session}, {date}, score {score}{excluded})")?;
    if let Some(passage) = &answer.passage {
        writeln!(out, "   {}  {}", wording::clock(passage.span.start()), plain(&passage.text))?;
    }
    let from = answer.passage.as_ref().map_or(0.0, |passage| passage.clip_seconds);
    let (clip, from) = (clip(&arguments.place.store, answer), wording::clock(Time::from_seconds(from)));
    writeln!(out, "   {} from {from}", plain(&clip.display().to_string()))?;
    Ok(())
}

pub(crate) fn glossary(arguments: &args::Glossary) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Runtime::new().context("could not start")?;
    let kept = runtime.block_on(kept_glossary(arguments))?;
    if arguments.file.is_none() {
        for line in kept.lines() {
            writeln!(io::stdout(), "{}", plain(line))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The glossary, which is set first if a file is given.
async fn kept_glossary(arguments: &args::Glossary) -> Result<String, Failure> {
    let opened = arguments.place.open_existing().await?;
    let tenant = &arguments.place.tenant;
    if let Some(path) = &arguments.file {
        let text = fs::read_to_string(path).map_err(|cause| Failure::usage(anyhow!("{}: {cause}", path.display())))?;
        Glossary::own(&text).map_err(|wrong| Failure::usage(anyhow!("{}: {wrong}", path.display())))?;
        opened.search.set_glossary(tenant, &text).await.map_err(Failure::store)?;
    }
    opened.search.glossary(tenant).await.map_err(Failure::store)
}
