//! Pages of marks: what is laid out before it is written.

use stepreel_core::Still;

use super::fonts::{Fonts, Shaped, Weight};

/// A4 in points.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
pub(super) const LEFT: f32 = 48.0;
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;
const TOP: f32 = 46.0;
const BOTTOM: f32 = PAGE.1 - 58.0;

pub(super) type Ink = (u8, u8, u8);

pub(super) const INK: Ink = (23, 27, 34);
pub(super) const SOFT: Ink = (90, 99, 114);
pub(super) const LINK: Ink = (31, 95, 191);
pub(super) const WARN: Ink = (138, 83, 0);
pub(super) const WARN_LINE: Ink = (224, 161, 33);
pub(super) const WARN_FILL: Ink = (253, 246, 227);
pub(super) const LINE: Ink = (213, 217, 224);
pub(super) const BAD: Ink = (179, 48, 43);

/// How text looks.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) size: f32,
    pub(super) weight: Weight,
    pub(super) ink: Ink,
}

impl Style {
    pub(super) const fn new(size: f32, weight: Weight, ink: Ink) -> Self {
        Self { size, weight, ink }
    }

    /// From one line to the next.
    pub(super) fn leading(self) -> f32 {
        self.size * 1.35
    }
}

/// What a piece of the document is, for those who have it read to them.
pub(super) enum Block {
    Heading { level: u16, text: String },
    Paragraph,
    Figure { alt: String },
}

/// Something on a page.
pub(super) enum Mark<'a> {
    Text { at: (f32, f32), size: f32, ink: Ink, shaped: Shaped, block: Option<usize> },
    Picture { at: (f32, f32), size: (f32, f32), still: &'a Still, block: usize },
    Area { at: (f32, f32), size: (f32, f32), ink: Ink },
    Link { at: (f32, f32), size: (f32, f32), href: String, block: Option<usize> },
}

/// An entry of the outline: its text, its page and how far down.
pub(super) struct Entry {
    pub(super) text: String,
    pub(super) page: usize,
    pub(super) down: f32,
}

/// Pages that are being filled from top to bottom.
pub(super) struct Sheets<'a> {
    pub(super) fonts: &'a Fonts,
    pub(super) pages: Vec<Vec<Mark<'a>>>,
    pub(super) blocks: Vec<Block>,
    pub(super) outline: Vec<Entry>,
    /// How far down the last page is filled.
    pub(super) down: f32,
}

impl<'a> Sheets<'a> {
    pub(super) fn new(fonts: &'a Fonts) -> Self {
        Self { fonts, pages: vec![Vec::new()], blocks: Vec::new(), outline: Vec::new(), down: TOP }
    }

    pub(super) fn new_page(&mut self) {
        self.pages.push(Vec::new());
        self.down = TOP;
    }

    /// Goes on on a new page where the rest of this one is too low for something of that height. What no page holds begins where it is.
    pub(super) fn keep(&mut self, height: f32) {
        if self.down + height > BOTTOM && height <= BOTTOM - TOP && self.down > TOP {
            self.new_page();
        }
    }

    /// Whether the rest of this page holds something of that height.
    pub(super) fn has_room(&self, height: f32) -> bool {
        self.down + height <= BOTTOM
    }

    pub(super) fn is_half_empty(&self) -> bool {
        self.has_room((BOTTOM - TOP) / 2.0)
    }

    pub(super) fn skip(&mut self, height: f32) {
        self.down += height;
    }

    pub(super) fn block(&mut self, block: Block) -> usize {
        self.blocks.push(block);
        self.blocks.len() - 1
    }

    /// Notes that this is where a part begins.
    pub(super) fn enter(&mut self, text: &str) {
        self.outline.push(Entry { text: text.to_owned(), page: self.pages.len() - 1, down: self.down });
    }

    pub(super) fn mark(&mut self, mark: Mark<'a>) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    pub(super) fn wrap(&self, text: &str, style: Style, width: f32) -> Vec<String> {
        self.fonts.wrap(text, style.weight, width / style.size)
    }

    /// Writes a line with its top at `top`, and gives its width.
    pub(super) fn put(&mut self, line: &str, style: Style, at: (f32, f32), block: Option<usize>) -> f32 {
        let shaped = self.fonts.shape(line, style.weight);
        let width = shaped.width * style.size;
        self.mark(text(shaped, style, at, block));
        width
    }

    /// Writes a line that is no part of the text on a page.
    pub(super) fn put_on(&mut self, page: usize, line: &str, style: Style, at: (f32, f32)) {
        let shaped = self.fonts.shape(line, style.weight);
        self.pages[page].push(text(shaped, style, at, None));
    }

    /// Writes lines below each other, on as many pages as they need.
    pub(super) fn lines(&mut self, lines: &[String], style: Style, left: f32, block: Option<usize>) {
        for line in lines {
            if self.down + style.leading() > BOTTOM {
                self.new_page();
            }
            self.put(line, style, (left, self.down), block);
            self.down += style.leading();
        }
    }

    /// A paragraph over the whole width.
    pub(super) fn paragraph(&mut self, text: &str, style: Style) {
        let block = self.block(Block::Paragraph);
        let lines = self.wrap(text, style, WIDTH);
        self.lines(&lines, style, LEFT, Some(block));
    }

    pub(super) fn heading(&mut self, level: u16, text: &str, style: Style) {
        let lines = self.wrap(text, style, WIDTH);
        // A heading does not stand alone at the foot of a page.
        self.keep(style.leading() * lines.len() as f32 + 60.0);
        let block = self.block(Block::Heading { level, text: text.to_owned() });
        self.lines(&lines, style, LEFT, Some(block));
    }

    /// A line over the whole width.
    pub(super) fn rule(&mut self, ink: Ink) {
        self.mark(Mark::Area { at: (LEFT, self.down), size: (WIDTH, 0.75), ink });
        self.down += 0.75;
    }
}

fn text<'a>(shaped: Shaped, style: Style, (left, top): (f32, f32), block: Option<usize>) -> Mark<'a> {
    // The ascent of Liberation Sans, and half of what a line is higher than its letters.
    let base = top + style.size * 0.905 + (style.leading() - style.size * 1.149) / 2.0;
    Mark::Text { at: (left, base), size: style.size, ink: style.ink, shaped, block }
}
