//! `stepreel report`: a stored session as a page, JSON, chapters, or a file for those who cut and annotate.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use stepreel_core::{Session, SessionRecord};
use stepreel_report::{BlobSource, Html};
use stepreel_storage::SessionFilter;

use crate::args::{Form, Report};
use crate::chosen::{self, status};
use crate::exit::Failure;
use crate::from_store::FromStore;
use crate::output::{put, said, stem};
use crate::place::Opened;
use crate::table::Table;

pub(crate) fn run(arguments: &Report) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Runtime::new().context("could not start")?;
    runtime.block_on(report(arguments))
}

async fn report(arguments: &Report) -> Result<ExitCode, Failure> {
    let opened = arguments.place.open_existing().await?;
    let sessions =
        opened.store.sessions(&arguments.place.tenant, &SessionFilter::default()).await.map_err(Failure::store)?;
    let Some(wanted) = &arguments.session else { return list(&sessions) };
    let record = chosen::record(&opened, &sessions, wanted).await?;
    write(arguments, &opened, &record)
}

fn list(sessions: &[Session]) -> Result<ExitCode, Failure> {
    let mut table = Table::new(["session", "title", "status", "score", "processed"]).right([3]);
    for session in sessions {
        let score = session.score.as_ref().map_or(String::new(), |card| card.total.to_string());
        let processed = session.completed_at.map_or(String::new(), |at| at.format("%Y-%m-%d %H:%M").to_string());
        table.row([&session.id.to_string(), &session.title, &status(session), &score, &processed]);
    }
    table.print()?;
    Ok(ExitCode::SUCCESS)
}

fn write(arguments: &Report, opened: &Opened, record: &SessionRecord) -> Result<ExitCode, Failure> {
    let (text, ending) = match arguments.form {
        Form::Html => return html(arguments, opened, record),
        Form::Json => (stepreel_report::json(record) + "\n", "json"),
        Form::Chapters => (stepreel_report::chapters_vtt(record), "chapters.vtt"),
        Form::Youtube => (stepreel_report::chapters_youtube(record), "chapters.txt"),
        Form::Edl => (stepreel_documents::edl(record), "edl"),
        Form::Csv => (stepreel_documents::csv(record), "csv"),
        Form::LabelStudio => (stepreel_documents::label_studio(record), "label-studio.json"),
        Form::Elan => (stepreel_documents::elan(record), "eaf"),
    };
    let path = output(arguments, record, ending);
    if path == Path::new("-") {
        io::stdout().write_all(text.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    put(&path, text.as_bytes())?;
    said(&path)
}

/// Where to write: where the user said, or a file named after the session.
fn output(arguments: &Report, record: &SessionRecord, ending: &str) -> PathBuf {
    arguments.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}.{ending}", stem(&record.session.title))))
}

/// Writes the page, and beside it the clips that are too much for one file.
fn html(arguments: &Report, opened: &Opened, record: &SessionRecord) -> Result<ExitCode, Failure> {
    let source = FromStore(&opened.blobs);
    let html = stepreel_report::html(record, &source).context("could not make the page")?;
    let path = output(arguments, record, "html");
    if path == Path::new("-") {
        if !html.files().is_empty() {
            let clips = html.files().len();
            return Err(Failure::usage(anyhow!(
                "the page needs {clips} clips in files beside it: give --output the name of a file"
            )));
        }
        html.write_to(&mut io::stdout().lock()).context("could not print the page")?;
        return Ok(ExitCode::SUCCESS);
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    for (name, key) in html.files() {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().unwrap_or(folder))?;
        let copied = File::create(&file).and_then(|mut file| io::copy(&mut source.open(key)?, &mut file));
        copied.with_context(|| format!("could not write {}", file.display()))?;
    }
    write_page(&html, &path).with_context(|| format!("could not write {}", path.display()))?;
    said(&path)
}

fn write_page(html: &Html<'_>, path: &Path) -> anyhow::Result<()> {
    let mut page = BufWriter::new(File::create(path)?);
    html.write_to(&mut page)?;
    Ok(page.flush()?)
}
