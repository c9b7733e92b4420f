//! Markdown (`CommonMark`) with its pictures in files beside it.

use std::fmt::Write;

use crate::wording::{self, Fact, at, clean};
use crate::{Document, Heard, Instruction, Step};

/// A document in Markdown and what belongs beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Markdown<'a> {
    /// The text.
    pub text: String,
    /// Pictures: the path of each relative to the text, and its content, a JPEG.
    pub pictures: Vec<(String, &'a [u8])>,
}

/// The document in Markdown. Its pictures are named as files of `folder`, a path relative to the text without characters that a URL
/// encodes; without a folder it has none.
pub fn markdown<'a>(document: &'a Document, folder: Option<&str>) -> Markdown<'a> {
    let mut page = Page { text: String::new(), pictures: Vec::new(), folder };
    if document.has_parts() {
        page.head(document);
    }
    for (instruction, number) in document.instructions.iter().zip(1..) {
        page.instruction(instruction, number, document.has_parts());
    }
    page.takes(document);
    let _ = write!(page.text, "---\n\n{}\n", escaped(&wording::footing(document)));
    Markdown { text: page.text, pictures: page.pictures }
}

struct Page<'a, 'f> {
    text: String,
    pictures: Vec<(String, &'a [u8])>,
    folder: Option<&'f str>,
}

impl<'a> Page<'a, '_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn paragraph(&mut self, text: &str) {
        self.line(text);
        self.line("");
    }

    fn head(&mut self, document: &Document) {
        self.paragraph(&format!("# {}", escaped(&document.title)));
        if !document.summary.is_empty() {
            self.paragraph(&escaped(&document.summary));
        }
        if document.instructions.is_empty() {
            self.paragraph(wording::NO_PROCEDURES);
        }
    }

    fn instruction(&mut self, instruction: &'a Instruction, number: usize, part: bool) {
        let title = escaped(&instruction.title);
        self.paragraph(&if part { format!("## {number}. {title}") } else { format!("# {title}") });
        if !instruction.approved {
            self.paragraph(&format!("**{}**", wording::EXCLUDED));
        }
        for fact in wording::facts(instruction) {
            self.fact(&fact);
        }
        self.line("");
        self.heard(wording::TOOLS, &instruction.tools);
        self.heard(wording::WARNINGS, &instruction.warnings);
        let mark = if part { "###" } else { "##" };
        self.paragraph(&format!("{mark} {}", wording::STEPS));
        if instruction.steps.is_empty() {
            self.paragraph(wording::NO_STEPS);
        }
        for (step, place) in instruction.steps.iter().zip(1..) {
            self.step(step, place, number);
        }
    }

    fn fact(&mut self, fact: &Fact) {
        let value = linked(&escaped(&fact.value), fact.href.as_deref());
        self.line(&format!("- {}: {value}", fact.name));
    }

    fn heard(&mut self, name: &str, heard: &[Heard]) {
        if heard.is_empty() {
            return;
        }
        self.paragraph(&format!("**{name}**"));
        for heard in heard {
            self.line(&format!("- {} ({})", escaped(&heard.text), at(heard.at)));
        }
        self.line("");
    }

    fn step(&mut self, step: &'a Step, place: usize, number: usize) {
        let time = linked(&at(step.at), step.clip.as_deref());
        let warning = if step.warns { format!("**{}:** ", wording::WARNING) } else { String::new() };
        self.paragraph(&format!("{place}. {warning}{} ({time})", escaped(&step.text)));
        if let (Some(still), Some(folder)) = (&step.still, self.folder) {
            let path = format!("{folder}/{number}-{place}.jpg");
            let indent = " ".repeat(place.to_string().len() + 2);
            self.paragraph(&format!("{indent}![{}]({path})", escaped(&wording::picture(step))));
            self.pictures.push((path, &still.jpeg));
        }
    }

    fn takes(&mut self, document: &Document) {
        if document.takes.is_empty() {
            return;
        }
        self.paragraph(&format!("## {}", wording::TAKES));
        for take in &document.takes {
            let told = linked(&escaped(&wording::take(&take.instruction)), take.instruction.clip.as_deref());
            self.line(&format!("- {told}"));
            for difference in wording::differences(take) {
                self.line(&format!("  - {}", escaped(&difference)));
            }
        }
        self.line("");
    }
}

fn linked(text: &str, href: Option<&str>) -> String {
    href.map_or_else(|| text.to_owned(), |href| format!("[{text}](<{}>)", href.replace(['<', '>', '\n'], "")))
}

/// Text that shows as it is, wherever in a line it stands.
fn escaped(text: &str) -> String {
    let text = clean(text);
    let text = text.trim();
    let mut escaped = String::with_capacity(text.len());
    // "1. " and "1) " at the start of a block begin a list.
    let number = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    for (place, character) in text.char_indices() {
        let starts = place == 0 && "+-=".contains(character);
        let lists = place == number && number > 0 && ".)".contains(character);
        if starts || lists || "\\`*_[]<>&|~#$".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_shows_as_it_is() {
        for (text, expected) in [
            ("Close the valve (left).", "Close the valve (left)."),
            ("1. # *a* <b> [c](d) `e`", "1\\. \\# \\*a\\* \\<b\\> \\[c\\](d) \\`e\\`"),
            ("- a\n- b", "\\- a - b"),
            ("4.5 mm", "4\\.5 mm"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
