//! Steps: a number, what to do and when, and a picture on the right.

use imagesize::blob_size;
use stepreel_core::Still;

use super::fonts::Weight::Bold;
use super::sheet::{Block, INK, LEFT, LINE, LINK, Mark, Style, WARN, WIDTH};
use super::{GAP, SMALL, Setting, TEXT};
use crate::wording::{self, clean};
use crate::{DocumentError, Step};

const NUMBER: Style = Style::new(15.0, Bold, INK);

/// Room for a step's number.
const NUMBERS: f32 = 30.0;

/// Room for its picture: in the shape of most cameras, five of them stand on a first page.
const PICTURE: (f32, f32) = (148.0, 112.0);

impl<'a> Setting<'a> {
    /// A step: its number, its text and time, and its picture on the right.
    pub(super) fn step(&mut self, step: &'a Step, place: usize, picture: Option<(f32, f32)>) {
        let left = LEFT + NUMBERS;
        let width = WIDTH - NUMBERS - picture.map_or(0.0, |_| PICTURE.0 + GAP);
        let text = self.known(&step.text);
        let lines = self.sheets.wrap(&text, TEXT, width);
        let mark = if step.warns { SMALL.leading() } else { 0.0 };
        let told = mark + lines.len() as f32 * TEXT.leading() + SMALL.leading();
        let height = told.max(picture.map_or(0.0, |size| size.1)) + 12.0;
        self.sheets.keep(height);
        self.sheets.skip(6.0);
        let top = self.sheets.down;
        let page = self.sheets.pages.len();
        let block = Some(self.sheets.block(Block::Paragraph));
        let number = if step.warns { Style { ink: WARN, ..NUMBER } } else { NUMBER };
        self.sheets.put(&place.to_string(), number, (LEFT, top - 3.0), block);
        if let (Some(still), Some(size)) = (&step.still, picture) {
            let alt = clean(&wording::picture(step));
            let figure = self.sheets.block(Block::Figure { alt });
            let at = (LEFT + WIDTH - size.0, top);
            self.sheets.mark(Mark::Picture { at, size, still, block: figure });
        }
        if step.warns {
            let style = Style { ink: WARN, weight: Bold, ..SMALL };
            self.sheets.lines(&[wording::WARNING.to_owned()], style, left, block);
        }
        self.sheets.lines(&lines, TEXT, left, block);
        self.time(step, left, block);
        if self.sheets.pages.len() == page {
            self.sheets.down = self.sheets.down.max(top + height - 12.0);
        }
        self.sheets.skip(6.0);
        self.sheets.rule(LINE);
    }

    fn time(&mut self, step: &Step, left: f32, block: Option<usize>) {
        let style = if step.clip.is_some() { Style { ink: LINK, ..SMALL } } else { SMALL };
        let at = (left, self.sheets.down);
        let width = self.sheets.put(&wording::at(step.at), style, at, block);
        if let Some(href) = step.clip.clone() {
            self.sheets.mark(Mark::Link { at, size: (width, style.leading()), href, block });
        }
        self.sheets.skip(style.leading());
    }

    /// The picture of a procedure of which no steps are told.
    pub(super) fn whole(&mut self, picture: Option<&'a Still>, title: &str) -> Result<(), DocumentError> {
        let Some(still) = picture else { return Ok(()) };
        let size = fitted(still, title, 0)?;
        self.sheets.skip(8.0);
        self.sheets.keep(size.1);
        let block = self.sheets.block(Block::Figure { alt: "A frame of the clip".to_owned() });
        self.sheets.mark(Mark::Picture { at: (LEFT, self.sheets.down), size, still, block });
        self.sheets.skip(size.1 + 8.0);
        Ok(())
    }
}

/// The size in which a picture is shown: as large as there is room, in its own shape.
pub(super) fn fitted(still: &Still, title: &str, step: usize) -> Result<(f32, f32), DocumentError> {
    let wrong = || DocumentError::Picture { title: title.to_owned(), step };
    let jpeg = still.jpeg.starts_with(&[0xff, 0xd8]);
    let size =
        blob_size(&still.jpeg).ok().filter(|size| jpeg && size.width > 0 && size.height > 0).ok_or_else(wrong)?;
    let scale = (PICTURE.0 / size.width as f32).min(PICTURE.1 / size.height as f32);
    Ok((size.width as f32 * scale, size.height as f32 * scale))
}
