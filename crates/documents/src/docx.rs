//! DOCX: `WordprocessingML` (ECMA-376), by templates, with its pictures as they are.

use std::io::{Cursor, Write};

use askama::Template;
use imagesize::blob_size;
use stepreel_core::Still;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::wording::{self, Fact, clean};
use crate::{Document, DocumentError, Heard, Instruction, Step, Take};

/// Columns of the table of facts.
const COLUMNS: usize = 3;

/// Room for a picture in English Metric Units: 62 by 46 mm.
const PICTURE: (u32, u32) = (62 * 36_000, 46 * 36_000);

/// The document as a file for word processors. The same document gives the same bytes.
///
/// # Errors
/// [`DocumentError::Picture`] when a picture is no JPEG.
pub fn docx(document: &Document) -> Result<Vec<u8>, DocumentError> {
    let mut related = Related::default();
    let body = Body {
        title: clean(&document.title),
        summary: clean(&document.summary),
        whole: document.has_parts(),
        parts: document
            .instructions
            .iter()
            .zip(1..)
            .map(|(instruction, number)| Part::new(instruction, number, &mut related))
            .collect::<Result<_, _>>()?,
        takes: document.takes.iter().map(|take| TakeView::new(take, &mut related)).collect(),
        footing: wording::footing(document),
    };
    pack(&body, &related).map_err(DocumentError::Docx)
}

fn pack(body: &Body, related: &Related<'_>) -> std::io::Result<Vec<u8>> {
    let text = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let picture = text.compression_method(CompressionMethod::Stored);
    let properties = Properties { title: &body.title };
    let relations = Relations { links: &related.links, pictures: related.pictures.len() };
    let render = |template: &dyn askama::DynTemplate| template.dyn_render().map_err(std::io::Error::other);
    let parts = [
        ("[Content_Types].xml", include_str!("../templates/docx/content_types.xml").to_owned()),
        ("_rels/.rels", include_str!("../templates/docx/package_rels.xml").to_owned()),
        ("docProps/core.xml", render(&properties)?),
        ("word/document.xml", render(body)?),
        ("word/styles.xml", include_str!("../templates/docx/styles.xml").to_owned()),
        ("word/footer.xml", include_str!("../templates/docx/footer.xml").to_owned()),
        ("word/_rels/document.xml.rels", render(&relations)?),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(name, text)?;
        zip.write_all(content.as_bytes())?;
    }
    for (still, number) in related.pictures.iter().zip(1..) {
        zip.start_file(format!("word/media/image{number}.jpg"), picture)?;
        zip.write_all(&still.jpeg)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// What the text refers to.
#[derive(Default)]
struct Related<'a> {
    links: Vec<String>,
    pictures: Vec<&'a Still>,
}

impl<'a> Related<'a> {
    /// The number of that link, from 1.
    fn link(&mut self, href: Option<&str>) -> Option<usize> {
        self.links.push(href?.to_owned());
        Some(self.links.len())
    }

    fn picture(&mut self, still: &'a Still, alt: &str) -> Option<Picture> {
        let size = blob_size(&still.jpeg).ok().filter(|size| size.width > 0 && size.height > 0)?;
        let (wide, high) = (size.width as f64, size.height as f64);
        let scale = (f64::from(PICTURE.0) / wide).min(f64::from(PICTURE.1) / high);
        self.pictures.push(still);
        Some(Picture {
            number: self.pictures.len(),
            width: (wide * scale) as u32,
            height: (high * scale) as u32,
            alt: clean(alt),
        })
    }
}

#[derive(Template)]
#[template(path = "docx/core.xml")]
struct Properties<'a> {
    title: &'a str,
}

#[derive(Template)]
#[template(path = "docx/document_rels.xml")]
struct Relations<'a> {
    links: &'a [String],
    pictures: usize,
}

#[derive(Template)]
#[template(path = "docx/document.xml")]
struct Body {
    title: String,
    summary: String,
    whole: bool,
    parts: Vec<Part>,
    takes: Vec<TakeView>,
    footing: String,
}

struct Part {
    number: usize,
    title: String,
    approved: bool,
    facts: Vec<Vec<FactView>>,
    tools: String,
    warnings: Vec<String>,
    picture: Option<Picture>,
    steps: Vec<StepView>,
}

struct FactView {
    name: &'static str,
    value: String,
    link: Option<usize>,
}

struct StepView {
    text: String,
    at: String,
    warns: bool,
    link: Option<usize>,
    picture: Option<Picture>,
}

struct Picture {
    number: usize,
    width: u32,
    height: u32,
    alt: String,
}

struct TakeView {
    told: String,
    link: Option<usize>,
    differences: Vec<String>,
}

impl Part {
    fn new<'a>(instruction: &'a Instruction, number: usize, related: &mut Related<'a>) -> Result<Self, DocumentError> {
        let wrong = |step| DocumentError::Picture { title: instruction.title.clone(), step };
        let mut picture = |still: &'a Option<Still>, alt: &str, step| match still {
            Some(still) => related.picture(still, alt).map(Some).ok_or_else(|| wrong(step)),
            None => Ok(None),
        };
        let whole = picture(&instruction.picture, "A frame of the clip", 0)?;
        let mut pictures = Vec::new();
        for (step, place) in instruction.steps.iter().zip(1..) {
            pictures.push(picture(&step.still, &wording::picture(step), place)?);
        }
        let steps = instruction.steps.iter().zip(pictures);
        Ok(Self {
            number,
            title: clean(&instruction.title),
            approved: instruction.approved,
            steps: steps.map(|(step, picture)| StepView::new(step, picture, related)).collect(),
            facts: facts(&wording::facts(instruction), related),
            tools: tools(&instruction.tools),
            warnings: instruction.warnings.iter().map(told).collect(),
            picture: whole,
        })
    }
}

/// Rows of as many as there are columns, the last one filled up.
fn facts(facts: &[Fact], related: &mut Related<'_>) -> Vec<Vec<FactView>> {
    let mut view =
        |fact: &Fact| FactView { name: fact.name, value: clean(&fact.value), link: related.link(fact.href.as_deref()) };
    let row = |facts: &[Fact]| {
        let mut row: Vec<FactView> = facts.iter().map(&mut view).collect();
        row.resize_with(COLUMNS, || FactView { name: "", value: String::new(), link: None });
        row
    };
    facts.chunks(COLUMNS).map(row).collect()
}

fn tools(tools: &[Heard]) -> String {
    let named = tools.iter().map(told).collect::<Vec<_>>();
    if named.is_empty() { wording::NO_TOOLS.to_owned() } else { named.join("  ·  ") }
}

fn told(heard: &Heard) -> String {
    format!("{} ({})", clean(&heard.text), wording::at(heard.at))
}

impl StepView {
    fn new(step: &Step, picture: Option<Picture>, related: &mut Related<'_>) -> Self {
        Self {
            text: clean(&step.text),
            at: wording::at(step.at),
            warns: step.warns,
            link: related.link(step.clip.as_deref()),
            picture,
        }
    }
}

impl TakeView {
    fn new(take: &Take, related: &mut Related<'_>) -> Self {
        Self {
            told: clean(&wording::take(&take.instruction)),
            link: related.link(take.instruction.clip.as_deref()),
            differences: wording::differences(take).iter().map(|text| clean(text)).collect(),
        }
    }
}
