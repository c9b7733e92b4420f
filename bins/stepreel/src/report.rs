//! `stepreel report`: a stored session as a page, JSON or chapters.

use std::fs::{self, File};
use std::io::{self, BufWriter, Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use stepreel_core::{Session, SessionRecord, plain};
use stepreel_report::{BlobSource, Html};
use stepreel_storage::{BlobKey, BlobReader, Blobs, SessionFilter, StoreError};
use tokio::runtime::Handle;

use crate::args::{Form, Report};
use crate::exit::Failure;
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
    let session = choose(&sessions, wanted)?;
    let record = opened.store.session(&session.tenant_id, session.id).await.map_err(Failure::store)?;
    let record = record.ok_or_else(|| unfinished(session))?;
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

/// As the record has it, such as `in_progress`.
fn status(session: &Session) -> String {
    let value = serde_json::to_value(session.status).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn unfinished(session: &Session) -> Failure {
    let (title, status) = (&session.title, status(session));
    Failure::usage(anyhow!(
        "the session \"{title}\" is {status} and has no result yet: wait for its run, or `stepreel process` it again if none is going on"
    ))
}

/// The one session that the user means: by id, first digits of it, or title.
fn choose<'a>(sessions: &'a [Session], wanted: &str) -> Result<&'a Session, Failure> {
    let fits = |session: &&Session| session.id.to_string().starts_with(wanted) || session.title == wanted;
    match sessions.iter().filter(fits).collect::<Vec<_>>()[..] {
        [session] => Ok(session),
        [] => {
            Err(Failure::usage(anyhow!("no session \"{wanted}\" in this store: `stepreel report` lists what is there")))
        }
        ref several => {
            Err(Failure::usage(anyhow!("\"{wanted}\" fits {} sessions: give more digits of the id", several.len())))
        }
    }
}

fn write(arguments: &Report, opened: &Opened, record: &SessionRecord) -> Result<ExitCode, Failure> {
    let (text, ending) = match arguments.form {
        Form::Html => return html(arguments, opened, record),
        Form::Json => (stepreel_report::json(record) + "\n", "json"),
        Form::Chapters => (stepreel_report::chapters_vtt(record), "chapters.vtt"),
        Form::Youtube => (stepreel_report::chapters_youtube(record), "chapters.txt"),
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

/// A file's name that a title makes: letters, digits, `-`, `_` and spaces, so that it's no path, no hidden file and no option; and
/// short enough for any file system.
fn stem(title: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || c == '-' || c == '_' || c == ' ' { c } else { '_' };
    let stem: String = title.trim().chars().map(safe).take(LONGEST_STEM).collect();
    let stem = stem.trim().trim_start_matches('-');
    if stem.is_empty() { "session".to_owned() } else { stem.to_owned() }
}

/// Characters of a file's name before its ending; of at most four bytes each, they fit into the 255 bytes that a name may have.
const LONGEST_STEM: usize = 50;

fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(path, bytes).with_context(|| format!("could not write {}", path.display())).map_err(Failure::from)
}

fn said(path: &Path) -> Result<ExitCode, Failure> {
    writeln!(io::stderr(), "wrote {}", plain(&path.display().to_string()))?;
    Ok(ExitCode::SUCCESS)
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

/// Blobs of the store, for code that waits.
struct FromStore<'a>(&'a Blobs);

impl BlobSource for FromStore<'_> {
    fn length(&self, key: &str) -> io::Result<u64> {
        wait(self.0.length(&parsed(key)?))
    }

    fn open(&self, key: &str) -> io::Result<Box<dyn Read + '_>> {
        let reader = wait(self.0.read(&parsed(key)?))?;
        Ok(Box::new(Content { reader, part: Cursor::default() }))
    }
}

fn parsed(key: &str) -> io::Result<BlobKey> {
    key.parse().map_err(io::Error::other)
}

fn wait<T>(work: impl Future<Output = Result<T, StoreError>>) -> io::Result<T> {
    tokio::task::block_in_place(|| Handle::current().block_on(work)).map_err(io::Error::other)
}

/// A blob of the store as it comes.
struct Content {
    reader: BlobReader,
    part: Cursor<Vec<u8>>,
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.part.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let Some(part) = wait(self.reader.next())? else { return Ok(0) };
            self.part = Cursor::new(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Component;

    use stepreel_testkit::{big_list_of_naughty_strings, naughty_strings};

    use super::*;

    /// Checks that a title makes the name of a file in the folder where it is to lie.
    fn names_a_file(title: &str) {
        let name = format!("{}.chapters.vtt", stem(title));
        let parts: Vec<_> = Path::new(&name).components().collect();
        assert!(matches!(parts[..], [Component::Normal(_)]), "{title:?}: {name:?}");
        assert!(name.len() <= 255 && !name.starts_with(['-', '.', ' ']), "{title:?}: {name:?}");
        assert!(!name.chars().any(|c| c.is_control() || "\\/:*?\"<>|".contains(c)), "{title:?}: {name:?}");
        // The file system takes it.
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(&name), []).unwrap();
    }

    #[test]
    fn no_title_is_a_path() {
        assert_eq!(stem("../Boiler service, unit 4"), "___Boiler service_ unit 4");
        naughty_strings().iter().for_each(|title| names_a_file(title));
    }

    #[test]
    #[ignore = "needs STEPREEL_DATA"]
    fn no_title_of_the_big_list_is_a_path() {
        big_list_of_naughty_strings().unwrap().iter().for_each(|title| names_a_file(title));
    }
}
