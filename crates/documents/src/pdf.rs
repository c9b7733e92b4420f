//! PDF: A4, its text real and its fonts inside.

use std::collections::BTreeSet;

use crate::wording::{self, Fact, clean};
use crate::{Document, DocumentError, Heard, Instruction};

mod fonts;
mod sheet;
mod step;
mod write;

pub use fonts::Fonts;

use fonts::Weight::{Bold, Regular};
use sheet::{BAD, Block, INK, LEFT, LINE, LINK, Mark, PAGE, SOFT, Sheets, Style, WARN, WARN_FILL, WARN_LINE, WIDTH};
use step::fitted;

const KIND: Style = Style::new(8.5, Regular, SOFT);
const TITLE: Style = Style::new(22.0, Bold, INK);
const PART: Style = Style::new(17.0, Bold, INK);
const HEADING: Style = Style::new(11.5, Bold, INK);
const TEXT: Style = Style::new(10.5, Regular, INK);
const QUIET: Style = Style::new(10.5, Regular, SOFT);
const SMALL: Style = Style::new(9.0, Regular, SOFT);
const FOOT: Style = Style::new(8.5, Regular, SOFT);

const GAP: f32 = 14.0;
/// Where the foot of a page begins.
const FEET: f32 = PAGE.1 - 40.0;

/// A document as a PDF.
#[derive(Clone, Debug, PartialEq)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Characters that no font has: a box stands for each, although copying gives the character.
    pub missing: BTreeSet<char>,
}

/// The document as a PDF (A4, tagged) with the used part of its fonts inside.
///
/// # Errors
/// [`DocumentError::Picture`] when a picture is no JPEG, [`DocumentError::Pdf`] when the file can't be put together.
pub fn pdf(document: &Document, fonts: &Fonts) -> Result<Pdf, DocumentError> {
    let mut setting = Setting { sheets: Sheets::new(fonts), missing: BTreeSet::new() };
    if document.has_parts() {
        setting.cover(document);
    }
    for (instruction, number) in document.instructions.iter().zip(1..) {
        setting.instruction(instruction, document.has_parts().then_some(number))?;
    }
    setting.takes(document);
    setting.footing(&wording::footing(document));
    setting.feet(&document.title);
    let bytes = write::write(&setting.sheets, &clean(&document.title))?;
    Ok(Pdf { bytes, missing: setting.missing })
}

struct Setting<'a> {
    sheets: Sheets<'a>,
    missing: BTreeSet<char>,
}

impl<'a> Setting<'a> {
    /// The text as it may stand, with a note of what no font has.
    fn known(&mut self, text: &str) -> String {
        let text = clean(text);
        self.missing.extend(self.sheets.fonts.missing(&text));
        text
    }

    fn paragraph(&mut self, text: &str, style: Style) {
        let text = self.known(text);
        self.sheets.paragraph(&text, style);
    }

    fn heading(&mut self, level: u16, text: &str, style: Style) {
        let text = self.known(text);
        self.sheets.heading(level, &text, style);
    }

    fn cover(&mut self, document: &Document) {
        self.paragraph("WORK INSTRUCTIONS", KIND);
        self.heading(1, &document.title, TITLE);
        if !document.summary.is_empty() {
            self.sheets.skip(6.0);
            self.paragraph(&document.summary, TEXT);
        }
        self.sheets.skip(10.0);
        for (instruction, number) in document.instructions.iter().zip(1..) {
            self.paragraph(&format!("{number}. {}", instruction.title), TEXT);
            self.sheets.skip(2.0);
        }
        if document.instructions.is_empty() {
            self.paragraph(wording::NO_PROCEDURES, QUIET);
        }
    }

    fn instruction(&mut self, instruction: &'a Instruction, part: Option<usize>) -> Result<(), DocumentError> {
        let level = if let Some(number) = part {
            self.part(number);
            self.sheets.enter(&clean(&instruction.title));
            self.heading(2, &format!("{number}. {}", instruction.title), PART);
            3
        } else {
            self.sheets.enter(&clean(&instruction.title));
            self.paragraph("WORK INSTRUCTION", KIND);
            self.heading(1, &instruction.title, TITLE);
            2
        };
        if !instruction.approved {
            self.sheets.skip(4.0);
            self.paragraph(wording::EXCLUDED, Style { ink: BAD, weight: Bold, ..TEXT });
        }
        self.sheets.skip(8.0);
        self.facts(&wording::facts(instruction));
        self.tools(&instruction.tools, level);
        self.warnings(&instruction.warnings, level);
        self.heading(level, wording::STEPS, HEADING);
        self.sheets.skip(4.0);
        if instruction.steps.is_empty() {
            self.paragraph(wording::NO_STEPS, QUIET);
            self.whole(instruction.picture.as_ref(), &instruction.title)?;
            return Ok(());
        }
        self.sheets.rule(LINE);
        for (step, place) in instruction.steps.iter().zip(1..) {
            let size = step.still.as_ref().map(|still| fitted(still, &instruction.title, place)).transpose()?;
            self.step(step, place, size);
        }
        Ok(())
    }

    /// Each part has pages of its own, but for the first, which begins below the contents if they leave it half a page.
    fn part(&mut self, number: usize) {
        if number == 1 && self.sheets.is_half_empty() {
            self.sheets.skip(28.0);
        } else {
            self.sheets.new_page();
        }
    }

    /// Facts in three columns between two lines.
    fn facts(&mut self, facts: &[Fact]) {
        const COLUMNS: usize = 3;
        let width = (WIDTH - 2.0 * GAP) / COLUMNS as f32;
        self.sheets.rule(LINE);
        for row in facts.chunks(COLUMNS) {
            self.sheets.skip(5.0);
            let values: Vec<String> = row.iter().map(|fact| self.known(&fact.value)).collect();
            let wrapped: Vec<_> = values.iter().map(|value| self.sheets.wrap(value, TEXT, width)).collect();
            let height = SMALL.leading() + wrapped.iter().map(Vec::len).max().unwrap_or(0) as f32 * TEXT.leading();
            self.sheets.keep(height);
            for (column, (fact, lines)) in row.iter().zip(&wrapped).enumerate() {
                self.fact(fact, lines, LEFT + column as f32 * (width + GAP));
            }
            self.sheets.skip(height);
        }
        self.sheets.skip(5.0);
        self.sheets.rule(LINE);
        self.sheets.skip(12.0);
    }

    fn fact(&mut self, fact: &Fact, lines: &[String], left: f32) {
        let block = Some(self.sheets.block(Block::Paragraph));
        let style = if fact.href.is_some() { Style { ink: LINK, ..TEXT } } else { TEXT };
        let mut top = self.sheets.down;
        self.sheets.put(fact.name, SMALL, (left, top), block);
        top += SMALL.leading();
        for line in lines {
            let width = self.sheets.put(line, style, (left, top), block);
            if let Some(href) = &fact.href {
                self.sheets.mark(Mark::Link {
                    at: (left, top),
                    size: (width, style.leading()),
                    href: href.clone(),
                    block,
                });
            }
            top += style.leading();
        }
    }

    fn tools(&mut self, tools: &[Heard], level: u16) {
        self.heading(level, wording::TOOLS, HEADING);
        let named = tools.iter().map(|tool| format!("{} ({})", tool.text, wording::at(tool.at))).collect::<Vec<_>>();
        if named.is_empty() {
            self.paragraph(wording::NO_TOOLS, QUIET);
        } else {
            self.paragraph(&named.join("  ·  "), TEXT);
        }
        self.sheets.skip(10.0);
    }

    /// A box with what to mind.
    fn warnings(&mut self, warnings: &[Heard], level: u16) {
        const INSET: f32 = 12.0;
        if warnings.is_empty() {
            return;
        }
        let texts: Vec<String> =
            warnings.iter().map(|heard| self.known(&format!("{}  ({})", heard.text, wording::at(heard.at)))).collect();
        let wrapped: Vec<_> = texts.iter().map(|text| self.sheets.wrap(text, TEXT, WIDTH - 2.0 * INSET)).collect();
        let lines = wrapped.iter().map(Vec::len).sum::<usize>() as f32;
        let height = 16.0 + HEADING.leading() + lines * TEXT.leading() + wrapped.len() as f32 * 2.0;
        self.sheets.keep(height);
        if self.sheets.has_room(height) {
            let at = (LEFT, self.sheets.down);
            self.sheets.mark(Mark::Area { at, size: (WIDTH, height), ink: WARN_FILL });
            self.sheets.mark(Mark::Area { at, size: (3.0, height), ink: WARN_LINE });
        }
        self.sheets.skip(8.0);
        let block = self.sheets.block(Block::Heading { level, text: wording::WARNINGS.to_owned() });
        let style = Style { ink: WARN, ..HEADING };
        self.sheets.lines(&[wording::WARNINGS.to_owned()], style, LEFT + INSET, Some(block));
        for lines in &wrapped {
            let block = self.sheets.block(Block::Paragraph);
            self.sheets.skip(2.0);
            self.sheets.lines(lines, TEXT, LEFT + INSET, Some(block));
        }
        self.sheets.skip(20.0);
    }

    fn takes(&mut self, document: &Document) {
        if document.takes.is_empty() {
            return;
        }
        self.sheets.skip(16.0);
        self.heading(2, wording::TAKES, HEADING);
        for take in &document.takes {
            self.sheets.skip(4.0);
            self.linked(&wording::take(&take.instruction), take.instruction.clip.as_deref());
            for difference in wording::differences(take) {
                self.paragraph(&difference, QUIET);
            }
        }
    }

    /// A paragraph that leads somewhere.
    fn linked(&mut self, text: &str, href: Option<&str>) {
        let Some(href) = href else { return self.paragraph(text, TEXT) };
        let style = Style { ink: LINK, ..TEXT };
        let text = self.known(text);
        let block = Some(self.sheets.block(Block::Paragraph));
        for line in self.sheets.wrap(&text, style, WIDTH) {
            self.sheets.lines(&[line], style, LEFT, block);
            let at = (LEFT, self.sheets.down - style.leading());
            self.sheets.mark(Mark::Link { at, size: (WIDTH, style.leading()), href: href.to_owned(), block });
        }
    }

    /// Where every line comes from: at the foot of the last page where it is one line, so that it takes no page of its own.
    fn footing(&mut self, text: &str) {
        if let [line] = &self.sheets.wrap(text, FOOT, WIDTH)[..] {
            let block = Some(self.sheets.block(Block::Paragraph));
            self.sheets.put(line, FOOT, (LEFT, FEET - FOOT.leading()), block);
        } else {
            self.sheets.skip(10.0);
            self.paragraph(text, SMALL);
        }
    }

    /// At the foot of every page what it is of, and which it is.
    fn feet(&mut self, title: &str) {
        let pages = self.sheets.pages.len();
        let title = self.known(title);
        let title = self.sheets.wrap(&title, FOOT, WIDTH - 80.0).first().cloned().unwrap_or_default();
        for page in 0..pages {
            let number = format!("Page {} of {pages}", page + 1);
            let width = self.sheets.fonts.shape(&number, FOOT.weight).width * FOOT.size;
            self.sheets.put_on(page, &title, FOOT, (LEFT, FEET));
            self.sheets.put_on(page, &number, FOOT, (LEFT + WIDTH - width, FEET));
        }
    }
}
