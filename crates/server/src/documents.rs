//! Work instructions, made when they are asked for.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use serde::Deserialize;
use stepreel_core::{Procedure, ProcedureStatus, SessionRecord, Span, Still};
use stepreel_documents::{Document, DocumentError, Fonts, Instruction, Links};
use stepreel_storage::{BlobKey, Blobs};
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::{App, Problem};

/// Documents that are made at the same time; a picture takes a decoder, and decoders take a core each.
pub(crate) const AT_ONCE: usize = 2;

/// A document waits so long for its turn.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// What keeps a picture from being taken.
pub type IllustrationError = Box<dyn Error + Send + Sync>;

/// Takes the pictures of documents from stored clips. The service decodes nothing: whoever puts it together says who does.
///
/// # Contract
/// Answers with as many pictures as there are scenes, in their order; none for a stretch of the clip without a frame. It may block for
/// as long as decoding takes: it is called where that holds up nobody, and for two documents at a time at most.
pub trait Illustrator: Send + Sync {
    /// The picture of each of those stretches of the clip.
    ///
    /// # Errors
    /// When the clip can't be read.
    fn illustrate(&self, clip: &Path, scenes: &[Span]) -> Result<Vec<Option<Still>>, IllustrationError>;
}

/// What a document is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Form {
    #[default]
    Html,
    #[serde(rename = "md")]
    Markdown,
    Pdf,
    Docx,
}

impl Form {
    pub(crate) const fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "md",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
        }
    }

    /// Its media type.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }
}

/// What somebody wants to hand out.
pub(crate) struct Order {
    pub(crate) record: SessionRecord,
    /// One procedure by its place in the session; otherwise all that are approved.
    pub(crate) procedure: Option<u32>,
    pub(crate) form: Form,
    /// Whether steps have pictures. Markdown is one file here, and never has any.
    pub(crate) pictures: bool,
    /// The address of the pages, where readers find clips.
    pub(crate) site: Option<String>,
}

/// Makes it, apart from the threads that answer requests, and after those that came before.
pub(crate) async fn make(app: &App, order: Order) -> Result<Vec<u8>, Problem> {
    let turn = timeout(LONGEST_WAIT, app.documents_turn()).await.map_err(|_| busy())?;
    let turn = turn.map_err(|_| Problem::internal())?;
    let app = app.clone();
    // The turn is over when the work is, also where nobody waits for the answer any more.
    let made = tokio::task::spawn_blocking(move || {
        let made = Maker { blobs: app.blobs(), illustrator: app.illustrator(), order: &order }.made();
        drop(turn);
        made
    });
    made.await.map_err(|_| Problem::internal())?.map_err(|cause| unmade(&cause))
}

fn busy() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "too many documents are being made")
        .remedy("try again, or ask without pictures")
        .header(RETRY_AFTER, HeaderValue::from_static("30"))
}

fn unmade(cause: &Unmade) -> Problem {
    tracing::error!(error = cause as &dyn Error, "a document could not be made");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "no_document", "the document could not be made")
        .remedy("ask with pictures=false; extracting the session again makes its clips anew")
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
enum Unmade {
    #[error("\"{key}\" is not in the store")]
    Missing { key: String, source: Option<std::io::Error> },
    #[error("the pictures could not be taken")]
    Pictures(#[source] IllustrationError),
    #[error("the document could not be written")]
    Written(#[source] DocumentError),
}

struct Maker<'a> {
    blobs: &'a Blobs,
    illustrator: &'a dyn Illustrator,
    order: &'a Order,
}

impl Maker<'_> {
    fn made(&self) -> Result<Vec<u8>, Unmade> {
        let document = self.document()?;
        match self.order.form {
            Form::Html => Ok(stepreel_documents::html(&document).into_bytes()),
            Form::Markdown => Ok(stepreel_documents::markdown(&document, None).text.into_bytes()),
            Form::Docx => stepreel_documents::docx(&document).map_err(Unmade::Written),
            Form::Pdf => {
                let pdf = stepreel_documents::pdf(&document, &Fonts::default()).map_err(Unmade::Written)?;
                Ok(pdf.bytes)
            }
        }
    }

    fn document(&self) -> Result<Document, Unmade> {
        let record = &self.order.record;
        let wanted = |procedure: &&Procedure| match self.order.procedure {
            Some(ordinal) => procedure.ordinal == ordinal,
            None => procedure.status == ProcedureStatus::Approved,
        };
        let instructions = record.procedures.iter().filter(wanted).map(|procedure| self.instruction(procedure));
        let mut instructions = instructions.collect::<Result<Vec<_>, _>>()?;
        if self.order.procedure.is_some() && instructions.len() == 1 {
            return Ok(Document::of_instruction(instructions.remove(0)));
        }
        Ok(Document {
            title: record.session.title.clone(),
            summary: record.session.summary.clone(),
            instructions,
            takes: Vec::new(),
        })
    }

    fn instruction(&self, procedure: &Procedure) -> Result<Instruction, Unmade> {
        let Order { record, site, pictures, form, .. } = self.order;
        let mut instruction = Instruction::new(record, procedure, &Pages(site.as_deref()));
        if !pictures || *form == Form::Markdown {
            return Ok(instruction);
        }
        if instruction.steps.is_empty() {
            instruction.picture = self.thumbnail(procedure)?;
            return Ok(instruction);
        }
        let clip = self.file(&procedure.video_url)?;
        let stills = self.illustrator.illustrate(&clip, &instruction.scenes()).map_err(Unmade::Pictures)?;
        Ok(instruction.illustrated(stills))
    }

    /// The picture that stands for a procedure of which no steps are told.
    fn thumbnail(&self, procedure: &Procedure) -> Result<Option<Still>, Unmade> {
        let (Some(key), Some(shown)) = (&procedure.thumbnail_url, &procedure.thumbnail) else { return Ok(None) };
        let missing = |source| Unmade::Missing { key: key.clone(), source: Some(source) };
        let jpeg = fs::read(self.file(key)?).map_err(missing)?;
        Ok(Some(Still { time: shown.time, jpeg }))
    }

    /// Where a blob lies.
    fn file(&self, key: &str) -> Result<PathBuf, Unmade> {
        let path = key.parse::<BlobKey>().ok().and_then(|key| self.blobs.local_path(&key));
        path.filter(|path| path.is_file()).ok_or_else(|| Unmade::Missing { key: key.to_owned(), source: None })
    }
}

/// Clips are on the page of their procedure, for whoever may see it.
struct Pages<'a>(Option<&'a str>);

impl Links for Pages<'_> {
    fn clip(&self, procedure: &Procedure) -> Option<String> {
        let Procedure { session_id, ordinal, .. } = procedure;
        self.0.map(|site| format!("{site}/sessions/{session_id}/procedures/{ordinal}"))
    }
}
