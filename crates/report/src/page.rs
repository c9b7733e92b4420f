//! A session as one page that needs nothing else.

use std::collections::BTreeMap;
use std::io;

use askama::Template;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};
use stepreel_core::SessionRecord;

use crate::BlobSource;

mod header;
mod procedure;
mod provenance;
mod score;
mod summary;
mod timeline;
mod transcript;

mod media;
mod parts;

pub use parts::{Parts, ProcedureParts, parts, procedure_parts};

use header::Header;
use media::{Embedded, Failure, Media};
use procedure::ProcedureCard;
use provenance::ProvenanceCard;
use summary::Summary;
use timeline::Timeline;
use transcript::Lines;

/// Bytes of clips that become part of a page; browsers grow slow beyond.
pub const EMBEDDED_CLIPS: u64 = 200 << 20;

/// A page that is ready to be written.
pub struct Html<'a> {
    page: Page<'a>,
    files: BTreeMap<String, String>,
    failure: Failure,
}

/// Why a page could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A blob that the record refers to can't be read.
    #[error("could not read {key}: process the recording again")]
    Blob {
        /// Its key.
        key: String,
        /// What the source says.
        #[source]
        cause: io::Error,
    },
    /// The page could not be written.
    #[error("could not write the page")]
    Write(#[source] io::Error),
}

/// The session as one HTML page without any reference to the network: style, script, pictures and captions are part of it, and so are
/// clips up to [`EMBEDDED_CLIPS`] bytes in all. The others are named in [`Html::files`]. Clips are read while the page is written, a
/// piece at a time.
///
/// # Errors
/// [`ReportError::Blob`] when a blob of the record can't be read.
pub fn html<'a>(record: &'a SessionRecord, blobs: &'a dyn BlobSource) -> Result<Html<'a>, ReportError> {
    let mut media = Media::Embedded(Embedded::new(blobs, record.session.id));
    let timeline = Timeline::new(record, &media)?;
    let procedures = record.procedures.iter().map(|p| ProcedureCard::new(p, record, &mut media));
    let procedures = procedures.collect::<Result<_, _>>()?;
    let (files, failure) = match media {
        Media::Embedded(embedded) => (embedded.files, embedded.failure),
        Media::Linked(_) => Default::default(),
    };
    let page = Page {
        procedures,
        timeline,
        header: Header::new(record),
        summary: Summary::new(record, false),
        transcript: Lines::in_clips(record),
        provenance: ProvenanceCard { record },
        policy: policy(&files),
        style: STYLE,
        script: SCRIPT,
    };
    Ok(Html { page, files, failure })
}

impl Html<'_> {
    /// What to write beside the page: from a path relative to the page's folder to the key of the blob that belongs there.
    pub fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// Writes the page.
    ///
    /// # Errors
    /// [`ReportError::Blob`] when a clip can't be read, [`ReportError::Write`] when the page can't be written; a part of it
    /// may be by then.
    pub fn write_to(&self, out: &mut dyn io::Write) -> Result<(), ReportError> {
        let written = self.page.write_into(out);
        written.map_err(|cause| self.failure.take().unwrap_or(ReportError::Write(cause)))
    }
}

/// The style of a page and of its [parts](Parts).
pub const STYLE: &str = include_str!("../templates/page.css");

/// The script of a page and of its [parts](Parts): a time plays its clip from there, and one clip speaks at a time.
pub const SCRIPT: &str = include_str!("../templates/page.js");

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    header: Header<'a>,
    summary: Summary<'a>,
    timeline: Option<Timeline<'a>>,
    procedures: Vec<ProcedureCard<'a>>,
    transcript: Lines<'a>,
    provenance: ProvenanceCard<'a>,
    policy: String,
    style: &'static str,
    script: &'static str,
}

/// The content security policy: no network, and no script but the page's own, by its hash. So even text that got past the
/// escaping could neither run nor send anything.
fn policy(files: &BTreeMap<String, String>) -> String {
    let script = BASE64_STANDARD.encode(Sha256::digest(SCRIPT));
    let beside = if files.is_empty() { "" } else { " 'self' file:" };
    format!(
        "default-src 'none'; script-src 'sha256-{script}'; style-src 'unsafe-inline'; img-src data:; \
         media-src data:{beside}; base-uri 'none'; form-action 'none'"
    )
}
