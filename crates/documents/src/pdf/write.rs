//! Marks become a PDF.

use std::num::NonZeroU16;

use krilla::Document;
use krilla::action::LinkAction;
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::{Page, PageSettings};
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, Tag, TagGroup, TagKind, TagTree};

use super::sheet::{Block, Ink, Mark, PAGE, Sheets};
use crate::DocumentError;

/// The PDF of those pages.
pub(super) fn write(sheets: &Sheets<'_>, title: &str) -> Result<Vec<u8>, DocumentError> {
    let mut document = Document::new();
    let mut tagged: Vec<Vec<Identifier>> = sheets.blocks.iter().map(|_| Vec::new()).collect();
    for marks in &sheets.pages {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| broken("no page of that size"))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            draw(&mut surface, mark, &mut tagged)?;
        }
        surface.finish();
        for mark in marks {
            link(&mut page, mark, &mut tagged);
        }
        page.finish();
    }
    document.set_tag_tree(tree(&sheets.blocks, tagged));
    document.set_outline(outline(sheets));
    let creator = concat!("Stepreel ", env!("CARGO_PKG_VERSION"));
    document
        .set_metadata(Metadata::new().title(title.to_owned()).language("en".to_owned()).creator(creator.to_owned()));
    document.finish().map_err(|cause| broken(&format!("{cause:?}")))
}

fn broken(reason: &str) -> DocumentError {
    DocumentError::Pdf { reason: reason.to_owned() }
}

fn draw(surface: &mut Surface<'_>, mark: &Mark<'_>, tagged: &mut [Vec<Identifier>]) -> Result<(), DocumentError> {
    match mark {
        Mark::Text { at, size, ink, shaped, block } => {
            let tag = block.map_or(decoration(), |_| ContentTag::Span(SpanTag::empty()));
            let id = surface.start_tagged(tag);
            surface.set_fill(Some(fill(*ink)));
            let mut left = at.0;
            for run in &shaped.runs {
                let font = run.font.clone();
                surface.draw_glyphs(Point::from_xy(left, at.1), &run.glyphs, font, &run.text, *size, false);
                left += run.width * size;
            }
            surface.end_tagged();
            if let Some(block) = block {
                tagged[*block].push(id);
            }
        }
        Mark::Picture { at, size, still, block } => {
            let image = Image::from_jpeg(still.jpeg.clone().into(), true).map_err(|reason| broken(&reason))?;
            let room = Size::from_wh(size.0, size.1).ok_or_else(|| broken("a picture without a size"))?;
            let id = surface.start_tagged(ContentTag::Other);
            surface.push_transform(&Transform::from_translate(at.0, at.1));
            surface.draw_image(image, room);
            surface.pop();
            surface.end_tagged();
            tagged[*block].push(id);
        }
        Mark::Area { at, size, ink } => {
            let Some(rect) = Rect::from_xywh(at.0, at.1, size.0, size.1) else { return Ok(()) };
            let mut path = PathBuilder::new();
            path.push_rect(rect);
            surface.start_tagged(decoration());
            surface.set_fill(Some(fill(*ink)));
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
            surface.end_tagged();
        }
        Mark::Link { .. } => {}
    }
    Ok(())
}

/// What is no part of the text.
fn decoration<'t>() -> ContentTag<'t> {
    ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other))
}

fn fill((red, green, blue): Ink) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
}

fn link(page: &mut Page<'_>, mark: &Mark<'_>, tagged: &mut [Vec<Identifier>]) {
    let Mark::Link { at, size, href, block } = mark else { return };
    let Some(rect) = Rect::from_xywh(at.0, at.1, size.0, size.1) else { return };
    let target = Target::Action(LinkAction::new(href.clone()).into());
    let annotation = Annotation::new_link(LinkAnnotation::new(rect, target), Some("The clip".to_owned()));
    match block {
        Some(block) => {
            let id = page.add_tagged_annotation(annotation);
            tagged[*block].push(id);
        }
        None => page.add_annotation(annotation),
    }
}

/// What is read aloud, in the order in which it was laid out.
fn tree(blocks: &[Block], tagged: Vec<Vec<Identifier>>) -> TagTree {
    let mut tree = TagTree::new();
    for (block, ids) in blocks.iter().zip(tagged).filter(|(_, ids)| !ids.is_empty()) {
        let tag: TagKind = match block {
            Block::Heading { level, text } => {
                Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(text.clone())).into()
            }
            Block::Paragraph => Tag::P.into(),
            Block::Figure { alt } => Tag::Figure(Some(alt.clone())).into(),
        };
        let mut group = TagGroup::new(tag);
        for id in ids {
            group.push(id);
        }
        tree.push(group);
    }
    tree
}

fn outline(sheets: &Sheets<'_>) -> Outline {
    let mut outline = Outline::new();
    for entry in &sheets.outline {
        let place = XyzDestination::new(entry.page, Point::from_xy(0.0, entry.down));
        outline.push_child(OutlineNode::new(entry.text.clone(), place));
    }
    outline
}
