//! The parts of a page, for a server's own pages.

use askama::Template;
use stepreel_core::SessionRecord;

use super::ReportError;
use super::header::Header;
use super::media::Media;
use super::procedure::ProcedureCard;
use super::provenance::ProvenanceCard;
use super::summary::Summary;
use super::timeline::Timeline;
use super::transcript::Lines;
use crate::Links;
use crate::wording;

/// The parts of a session's page, each as HTML, without inline style or script: the page around them brings [`STYLE`](super::STYLE) and
/// [`SCRIPT`](super::SCRIPT). What plays the whole recording has the id `clip-recording`.
pub struct Parts {
    /// Title, badges and facts.
    pub header: String,
    /// The card with score, reasons and findings.
    pub summary: String,
    /// Segments and findings; nothing for a recording without length.
    pub timeline: Option<String>,
    /// One card each, in order.
    pub procedures: Vec<String>,
    /// What was said; nothing when nobody spoke.
    pub transcript: Option<String>,
    /// What it was made of, and how.
    pub provenance: String,
}

/// The parts of one procedure's page.
pub struct ProcedureParts {
    /// Its card.
    pub card: String,
    /// Where in the recording it is, such as `3:23–6:38`.
    pub range: String,
    /// What was said in it; nothing when nobody spoke.
    pub transcript: Option<String>,
}

/// The parts of a session's page on a server. Times play the recording where there is one, else the clips.
///
/// # Errors
/// [`ReportError::Write`] when a part can't be rendered; links can't fail.
pub fn parts(record: &SessionRecord, links: &dyn Links) -> Result<Parts, ReportError> {
    let mut media = Media::Linked(links);
    let recording = media.recording().is_some();
    let lines = if recording { Lines::in_recording(record) } else { Lines::in_clips(record) };
    let cards = record.procedures.iter().map(|procedure| ProcedureCard::new(procedure, record, &mut media)?.part());
    Ok(Parts {
        procedures: cards.collect::<Result<_, _>>()?,
        header: Header::new(record).part()?,
        summary: Summary::new(record, recording).part()?,
        timeline: Timeline::new(record, &media)?.map(|timeline| timeline.part()).transpose()?,
        transcript: transcript(&lines)?,
        provenance: ProvenanceCard { record }.part()?,
    })
}

/// The parts of the page of the procedure at that place; nothing when there is none. Times play its clip.
///
/// # Errors
/// As [`parts`].
pub fn procedure_parts(
    record: &SessionRecord,
    ordinal: u32,
    links: &dyn Links,
) -> Result<Option<ProcedureParts>, ReportError> {
    let Some(procedure) = record.procedures.iter().find(|procedure| procedure.ordinal == ordinal) else {
        return Ok(None);
    };
    Ok(Some(ProcedureParts {
        card: ProcedureCard::new(procedure, record, &mut Media::Linked(links))?.part()?,
        range: wording::range(procedure.span),
        transcript: transcript(&Lines::of(record, ordinal))?,
    }))
}

fn transcript(lines: &Lines) -> Result<Option<String>, ReportError> {
    (!lines.lines.is_empty()).then(|| lines.part()).transpose()
}

/// A template as text.
trait Part {
    fn part(&self) -> Result<String, ReportError>;
}

impl<T: Template> Part for T {
    fn part(&self) -> Result<String, ReportError> {
        self.render().map_err(|cause| ReportError::Write(std::io::Error::other(cause)))
    }
}
