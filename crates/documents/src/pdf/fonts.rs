//! Fonts, and texts as glyphs of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::UnicodeBuffer;

use crate::DocumentError;

/// The fonts of a PDF; what is used of them becomes part of it.
///
/// Liberation Sans ships: Latin, Greek and Cyrillic. Letters that it lacks are taken from those that are [added](Fonts::with), in order. Words are
/// shaped, so that letters join where a script joins them, and stand from left to right.
pub struct Fonts {
    regular: Vec<Face>,
    bold: Vec<Face>,
}

/// Regular or bold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

#[derive(Clone)]
struct Face {
    data: Arc<Vec<u8>>,
    font: Font,
}

/// A text in one line.
#[derive(Clone, Default)]
pub(super) struct Shaped {
    pub(super) runs: Vec<Run>,
    /// In units of the font's size.
    pub(super) width: f32,
}

/// A piece of it in one font.
#[derive(Clone)]
pub(super) struct Run {
    pub(super) font: Font,
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    /// In units of the font's size.
    pub(super) width: f32,
}

impl Default for Fonts {
    fn default() -> Self {
        let shipped = |bytes: &[u8]| vec![Face::new(bytes.to_vec()).expect("the font that ships is one")];
        Self {
            regular: shipped(include_bytes!("../../fonts/LiberationSans-Regular.ttf")),
            bold: shipped(include_bytes!("../../fonts/LiberationSans-Bold.ttf")),
        }
    }
}

impl Fonts {
    /// The same with another font (TrueType or OpenType) for letters that those before it lack.
    ///
    /// # Errors
    /// [`DocumentError::Font`] when the bytes are no font; `name` is what the error calls it.
    pub fn with(mut self, name: &str, bytes: Vec<u8>) -> Result<Self, DocumentError> {
        let face = Face::new(bytes).ok_or_else(|| DocumentError::Font { name: name.to_owned() })?;
        self.regular.push(face.clone());
        self.bold.push(face);
        Ok(self)
    }

    /// The characters of a text that no font has.
    pub(super) fn missing(&self, text: &str) -> BTreeSet<char> {
        let faces: Vec<_> = self.regular.iter().filter_map(Face::open).collect();
        text.chars().filter(|&c| !follows(c) && !faces.iter().any(|face| face.glyph_index(c).is_some())).collect()
    }

    /// The text as glyphs.
    pub(super) fn shape(&self, text: &str, weight: Weight) -> Shaped {
        let faces = self.faces(weight);
        let opened: Vec<_> = faces.iter().filter_map(Face::open).collect();
        let mut shaped = Shaped::default();
        for (face, piece) in pieces(text, &opened) {
            let run = run(piece, &faces[face].font, &opened[face]);
            shaped.width += run.width;
            shaped.runs.push(run);
        }
        shaped
    }

    /// The text in lines of at most `width`, in units of the font's size. Words that are too long are broken anywhere.
    pub(super) fn wrap(&self, text: &str, weight: Weight, width: f32) -> Vec<String> {
        let space = self.shape(" ", weight).width;
        let mut lines: Vec<String> = Vec::new();
        let mut left = 0.0;
        for word in text.split_whitespace() {
            for (part, piece) in self.broken(word, weight, width).into_iter().enumerate() {
                let long = self.shape(&piece, weight).width;
                match lines.last_mut() {
                    Some(line) if part == 0 && left >= space + long => {
                        line.push(' ');
                        line.push_str(&piece);
                        left -= space + long;
                    }
                    _ => {
                        lines.push(piece);
                        left = width - long;
                    }
                }
            }
        }
        lines
    }

    /// A word in pieces of at most that width, each of a letter at least.
    fn broken(&self, word: &str, weight: Weight, width: f32) -> Vec<String> {
        if self.shape(word, weight).width <= width {
            return vec![word.to_owned()];
        }
        let mut pieces = vec![String::new()];
        let mut left = width;
        for letter in word.chars() {
            let long = self.shape(letter.encode_utf8(&mut [0; 4]), weight).width;
            if long > left && !pieces.last().is_some_and(String::is_empty) {
                pieces.push(String::new());
                left = width;
            }
            if let Some(piece) = pieces.last_mut() {
                piece.push(letter);
            }
            left -= long;
        }
        pieces
    }

    fn faces(&self, weight: Weight) -> &[Face] {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }
}

impl Face {
    fn new(bytes: Vec<u8>) -> Option<Self> {
        let data = Arc::new(bytes);
        let font = Font::new(Arc::clone(&data).into(), 0)?;
        let face = Self { data, font };
        face.open().is_some().then_some(face)
    }

    fn open(&self) -> Option<rustybuzz::Face<'_>> {
        rustybuzz::Face::from_slice(&self.data, 0)
    }
}

/// The text in pieces, each with the first of the faces that has all its letters; letters that none has go with the first face.
fn pieces<'t>(text: &'t str, faces: &[rustybuzz::Face<'_>]) -> Vec<(usize, &'t str)> {
    let mut pieces: Vec<(usize, &str)> = Vec::new();
    let mut start = 0;
    let mut current = None;
    for (at, letter) in text.char_indices() {
        let goes_on = current.is_some() && (letter == ' ' || follows(letter));
        let face = faces.iter().position(|face| face.glyph_index(letter).is_some()).unwrap_or(0);
        if !goes_on && current != Some(face) {
            pieces.extend(current.map(|face| (face, &text[start..at])));
            (start, current) = (at, Some(face));
        }
    }
    pieces.extend(current.map(|face| (face, &text[start..])));
    pieces
}

/// Whether a character only tells how those beside it are drawn: joiners and selectors of variants.
fn follows(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

fn run(text: &str, font: &Font, face: &rustybuzz::Face<'_>) -> Run {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    let shaped = rustybuzz::shape(face, &[], buffer);
    let em = font.units_per_em();
    let mut starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
    starts.sort_unstable();
    let end = |start: usize| starts.get(starts.partition_point(|&other| other <= start)).copied().unwrap_or(text.len());
    let both = shaped.glyph_infos().iter().zip(shaped.glyph_positions());
    let glyph = |(info, place): (&rustybuzz::GlyphInfo, &rustybuzz::GlyphPosition)| {
        let start = info.cluster as usize;
        let [across, right, up, down] =
            [place.x_advance, place.x_offset, place.y_offset, place.y_advance].map(|units| units as f32 / em);
        KrillaGlyph::new(GlyphId::new(info.glyph_id), across, right, up, down, start..end(start), None)
    };
    let glyphs: Vec<KrillaGlyph> = both.map(glyph).collect();
    let width = shaped.glyph_positions().iter().map(|place| place.x_advance as f32 / em).sum();
    Run { font: font.clone(), text: text.to_owned(), glyphs, width }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_within_their_width_and_lose_nothing() {
        let fonts = Fonts::default();
        let long = "x".repeat(200);
        for text in ["Undo the two screws of the cover", "Größe Ελληνικά кириллица", long.as_str(), "a b c", ""]
        {
            let lines = fonts.wrap(text, Weight::Regular, 8.0);
            assert!(lines.iter().all(|line| fonts.shape(line, Weight::Regular).width <= 8.1), "{lines:?}");
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(letters(&lines.concat()), letters(text));
        }
    }

    #[test]
    fn letters_that_no_font_has_are_told() {
        let fonts = Fonts::default();
        assert!(fonts.missing("Größe 4 mm – „Ω“ кириллица").is_empty());
        assert_eq!(fonts.missing("阀门").len(), 2);
    }

    #[test]
    fn no_font_is_told() {
        assert!(matches!(Fonts::default().with("a.ttf", vec![0; 64]), Err(DocumentError::Font { .. })));
    }
}
