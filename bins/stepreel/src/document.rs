//! `stepreel document`: stored procedures as a work instruction.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use stepreel_core::{Procedure, ProcedureStatus, SessionRecord, Still, Time, plain};
use stepreel_documents::{Document, Fonts, Instruction, Links, Take};
use stepreel_grouping::Group;
use stepreel_pipeline::{Config, illustrate};
use stepreel_report::BlobSource;
use stepreel_storage::{BlobKey, SessionFilter};

use crate::args;
use crate::document_args::Written;
use crate::exit::Failure;
use crate::from_store::FromStore;
use crate::grouped::Grouped;
use crate::output::{put, said, stem};
use crate::place::Opened;
use crate::{chosen, config};

pub(crate) fn run(arguments: &args::Document) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Runtime::new().context("could not start")?;
    runtime.block_on(document(arguments))
}

async fn document(arguments: &args::Document) -> Result<ExitCode, Failure> {
    let opened = arguments.place.open_existing().await?;
    let maker = Maker { opened: &opened, arguments, config: config::read(&arguments.settings)? };
    let tenant = &arguments.place.tenant;
    if let Some(wanted) = &arguments.group {
        let grouped = Grouped::read(&opened, tenant).await?;
        let group = grouped.group_of(wanted)?;
        return maker.group(&grouped, group);
    }
    let sessions = opened.store.sessions(tenant, &SessionFilter::default()).await.map_err(Failure::store)?;
    let record = chosen::record(&opened, &sessions, arguments.session.as_deref().unwrap_or_default()).await?;
    match &arguments.procedure {
        Some(wanted) => maker.procedure(&record, procedure(&record, wanted)?),
        None => maker.session(&record),
    }
}

/// The procedure that the user means.
fn procedure<'a>(record: &'a SessionRecord, wanted: &str) -> Result<&'a Procedure, Failure> {
    let number = |p: &&Procedure| p.ordinal.to_string() == wanted;
    if let Some(procedure) = record.procedures.iter().find(number) {
        return Ok(procedure);
    }
    match record.procedures.iter().filter(|p| p.id.to_string().starts_with(wanted)).collect::<Vec<_>>()[..] {
        [procedure] => Ok(procedure),
        [] => Err(Failure::usage(anyhow!(
            "no procedure \"{wanted}\" in this session: it has {} of them, numbered from 1",
            record.procedures.len()
        ))),
        ref several => {
            Err(Failure::usage(anyhow!("\"{wanted}\" fits {} procedures: give more digits of the id", several.len())))
        }
    }
}

/// Where the document is written, and what lies beside it.
struct Target {
    path: PathBuf,
    stem: String,
}

impl Target {
    fn of(arguments: &args::Document, title: &str) -> Self {
        let named = || PathBuf::from(format!("{}.{}", stem(title), arguments.form.ending()));
        let path = arguments.output.clone().unwrap_or_else(named);
        let stem = path.file_stem().map_or_else(|| stem(title), |name| name.to_string_lossy().into_owned());
        Self { path, stem }
    }

    fn is_terminal(&self) -> bool {
        self.path == Path::new("-")
    }

    /// A folder beside the document.
    fn folder(&self, of: &str) -> String {
        format!("{}-{of}", self.stem)
    }

    /// Writes a file beside the document.
    fn beside(&self, folder: &str, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.path.parent().unwrap_or(Path::new("")).join(folder);
        fs::create_dir_all(&folder).with_context(|| format!("could not make the folder {}", folder.display()))?;
        Ok(folder.join(name))
    }

    fn say(&self) -> Result<ExitCode, Failure> {
        if self.is_terminal() { Ok(ExitCode::SUCCESS) } else { said(&self.path) }
    }
}

/// What of a clip's name tells it from those of other sessions.
fn clip_name(procedure: &Procedure) -> String {
    let session = procedure.session_id.to_string();
    format!("{}-{:02}.mp4", session.split('-').next().unwrap_or_default(), procedure.ordinal)
}

/// Clips in a folder beside the document, or at the service.
struct Beside {
    site: Option<String>,
    folder: Option<String>,
    moments: bool,
}

impl Beside {
    fn new(arguments: &args::Document, file: &Target) -> Self {
        let site = arguments.site.as_deref().map(|site| site.trim_end_matches('/').to_owned());
        let folder = (site.is_none() && !file.is_terminal()).then(|| file.folder("clips"));
        Self { site, folder, moments: arguments.form.follows_moments() }
    }
}

impl Links for Beside {
    fn clip(&self, procedure: &Procedure) -> Option<String> {
        let site = self.site.as_ref();
        let page =
            site.map(|site| format!("{site}/sessions/{}/procedures/{}", procedure.session_id, procedure.ordinal));
        page.or_else(|| Some(format!("{}/{}", in_url(self.folder.as_ref()?), clip_name(procedure))))
    }

    fn clip_from(&self, procedure: &Procedure, from: Time) -> Option<String> {
        let clip = self.clip(procedure)?;
        Some(if self.folder.is_some() && self.moments { format!("{clip}#t={:.1}", from.seconds()) } else { clip })
    }
}

/// A file's name as a part of a URL.
fn in_url(name: &str) -> String {
    let mut url = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            url.push(byte.into());
        } else {
            url.extend(["%".to_owned(), format!("{byte:02X}")]);
        }
    }
    url
}

/// Turns stored procedures into documents.
struct Maker<'a> {
    opened: &'a Opened,
    arguments: &'a args::Document,
    config: Config,
}

impl Maker<'_> {
    fn session(&self, record: &SessionRecord) -> Result<ExitCode, Failure> {
        let file = Target::of(self.arguments, &record.session.title);
        let links = Beside::new(self.arguments, &file);
        let approved: Vec<&Procedure> =
            record.procedures.iter().filter(|p| p.status == ProcedureStatus::Approved).collect();
        let instructions = approved.iter().map(|procedure| self.instruction(record, procedure, &links));
        let document =
            Document { instructions: instructions.collect::<Result<_, _>>()?, ..Document::of_session(record, &links) };
        self.hand_out(&document, &file, &approved)
    }

    fn procedure(&self, record: &SessionRecord, procedure: &Procedure) -> Result<ExitCode, Failure> {
        let file = Target::of(self.arguments, &procedure.procedure_name);
        let instruction = self.instruction(record, procedure, &Beside::new(self.arguments, &file))?;
        self.hand_out(&Document::of_instruction(instruction), &file, &[procedure])
    }

    fn group(&self, grouped: &Grouped, group: &Group) -> Result<ExitCode, Failure> {
        let (record, best) = grouped.take(group.exemplar);
        let file = Target::of(self.arguments, &best.procedure_name);
        let links = Beside::new(self.arguments, &file);
        let mut document = Document::of_instruction(self.instruction(record, best, &links)?);
        let mut clips = vec![best];
        for other in &group.others {
            let (record, procedure) = grouped.take(other.take);
            let differences = other.moved.iter().map(ToString::to_string).collect();
            document.takes.push(Take { instruction: Instruction::new(record, procedure, &links), differences });
            clips.push(procedure);
        }
        self.hand_out(&document, &file, &clips)
    }

    /// Writes the document and, unless they are linked elsewhere, its clips.
    fn hand_out(&self, document: &Document, file: &Target, clips: &[&Procedure]) -> Result<ExitCode, Failure> {
        write(self.arguments, document, file)?;
        if Beside::new(self.arguments, file).folder.is_some() {
            clips.iter().try_for_each(|procedure| self.put_clip(procedure, file))?;
        }
        file.say()
    }

    /// The instruction of a procedure, with pictures unless the user wants none.
    fn instruction(
        &self,
        record: &SessionRecord,
        procedure: &Procedure,
        links: &dyn Links,
    ) -> Result<Instruction, Failure> {
        let mut instruction = Instruction::new(record, procedure, links);
        if self.arguments.no_pictures {
            return Ok(instruction);
        }
        if instruction.steps.is_empty() {
            instruction.picture = self.thumbnail(procedure)?;
            return Ok(instruction);
        }
        let stills = illustrate(&self.config, &self.clip(procedure)?, &instruction.scenes())?;
        Ok(instruction.illustrated(stills))
    }

    /// The picture that stands for a procedure of which no steps are told.
    fn thumbnail(&self, procedure: &Procedure) -> Result<Option<Still>, Failure> {
        let (Some(key), Some(shown)) = (&procedure.thumbnail_url, &procedure.thumbnail) else { return Ok(None) };
        let mut jpeg = Vec::new();
        FromStore(&self.opened.blobs)
            .open(key)
            .and_then(|mut blob| blob.read_to_end(&mut jpeg))
            .map_err(Failure::store)?;
        Ok(Some(Still { time: shown.time, jpeg }))
    }

    /// Where the clip is.
    fn clip(&self, procedure: &Procedure) -> Result<PathBuf, Failure> {
        let key: BlobKey = procedure.video_url.parse().map_err(Failure::store)?;
        let path = self.opened.blobs.local_path(&key).filter(|path| path.is_file());
        path.ok_or_else(|| {
            let (ordinal, title) = (procedure.ordinal, &procedure.procedure_name);
            Failure::store(anyhow!(
                "the clip of procedure {ordinal}, \"{title}\", is not in the store: process the recording again"
            ))
        })
    }

    fn put_clip(&self, procedure: &Procedure, file: &Target) -> Result<(), Failure> {
        let to = file.beside(&file.folder("clips"), &clip_name(procedure))?;
        fs::copy(self.clip(procedure)?, &to).with_context(|| format!("could not write {}", to.display()))?;
        Ok(())
    }
}

fn write(arguments: &args::Document, document: &Document, file: &Target) -> Result<(), Failure> {
    let failed = "could not make the document";
    let bytes = match arguments.form {
        Written::Html => stepreel_documents::html(document).into_bytes(),
        Written::Md => markdown(document, file)?,
        Written::Docx => stepreel_documents::docx(document).context(failed)?,
        Written::Pdf => {
            let pdf = stepreel_documents::pdf(document, &fonts(&arguments.font)?).context(failed)?;
            warn_of(&pdf.missing.iter().collect::<String>())?;
            pdf.bytes
        }
    };
    if file.is_terminal() {
        io::stdout().write_all(&bytes)?;
        return Ok(());
    }
    put(&file.path, &bytes)
}

fn markdown(document: &Document, file: &Target) -> Result<Vec<u8>, Failure> {
    let folder = file.folder("pictures");
    let named = (!file.is_terminal()).then(|| in_url(&folder));
    let markdown = stepreel_documents::markdown(document, named.as_deref());
    for (path, jpeg) in &markdown.pictures {
        let name = path.rsplit('/').next().unwrap_or(path);
        put(&file.beside(&folder, name)?, jpeg)?;
    }
    Ok(markdown.text.into_bytes())
}

fn fonts(files: &[PathBuf]) -> Result<Fonts, Failure> {
    files.iter().try_fold(Fonts::default(), |fonts, file| {
        let name = file.display().to_string();
        let bytes = fs::read(file).with_context(|| format!("could not read {name}")).map_err(Failure::usage)?;
        fonts.with(&name, bytes).map_err(Failure::usage)
    })
}

fn warn_of(missing: &str) -> io::Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let count = missing.chars().count();
    writeln!(
        io::stderr(),
        "no font of the PDF has {count} of its letters ({}): give one that does with --font",
        plain(missing)
    )
}
