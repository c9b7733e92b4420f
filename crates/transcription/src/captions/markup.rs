//! Tags, inline times and entities inside a caption.

use stepreel_core::Time;

use super::vtt::timestamp;

/// A piece of a caption's line.
#[derive(Debug, PartialEq)]
pub(super) enum Mark {
    /// A word that stands after a space or at the start.
    Word(String),
    /// Letters right after the word before: a tag stood between.
    Rest(String),
    /// What follows is said from here on.
    Time(Time),
}

impl Mark {
    /// The pieces of a line, without its tags.
    pub(super) fn all(line: &str) -> Vec<Self> {
        let mut marks = Vec::new();
        let mut apart = true;
        let mut rest = line;
        while !rest.is_empty() {
            let (text, tag, after) = next_tag(rest);
            push_words(text, &mut apart, &mut marks);
            marks.extend(tag.and_then(timestamp).map(Self::Time));
            rest = after;
        }
        marks
    }
}

fn push_words(text: &str, apart: &mut bool, marks: &mut Vec<Mark>) {
    let text = entities(text);
    for (index, piece) in text.split(char::is_whitespace).enumerate() {
        *apart |= index > 0;
        if !piece.is_empty() {
            let word = piece.to_owned();
            marks.push(if *apart { Mark::Word(word) } else { Mark::Rest(word) });
            *apart = false;
        }
    }
}

/// The text before the next tag, what stands in the tag, and what follows. `<` or `{` that begin no tag are text.
fn next_tag(text: &str) -> (&str, Option<&str>, &str) {
    let mut from = 0;
    while let Some(at) = text[from..].find(['<', '{']).map(|at| from + at) {
        let inside = &text[at + 1..];
        let (close, opens): (char, fn(&str) -> bool) =
            if text[at..].starts_with('<') { ('>', opens_tag) } else { ('}', |inside| inside.starts_with('\\')) };
        if let Some(end) = inside.find(close).filter(|_| opens(inside)) {
            return (&text[..at], Some(&inside[..end]), &inside[end + 1..]);
        }
        from = at + 1;
    }
    (text, None, "")
}

fn opens_tag(inside: &str) -> bool {
    let name = inside.strip_prefix('/').unwrap_or(inside);
    let timed = inside.split('>').next().is_some_and(|tag| timestamp(tag).is_some());
    timed || name.starts_with(|c: char| c.is_ascii_alphabetic()) || inside.starts_with("/>")
}

/// The text with its character references resolved; what is none stays as it is.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let found = after.split_once(';').and_then(|(name, follows)| Some((character(name)?, follows)));
        let (letter, follows) = found.unwrap_or(('&', after));
        out.push(letter);
        rest = follows;
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hexadecimal = number.strip_prefix(['x', 'X']).map(|digits| u32::from_str_radix(digits, 16));
        return char::from_u32(hexadecimal.unwrap_or_else(|| number.parse()).ok()?).filter(|c| !c.is_control());
    }
    // Marks of direction are for the page, not for the words.
    let named = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
        ("lrm", ' '),
        ("rlm", ' '),
    ];
    named.iter().find(|(known, _)| *known == name).map(|&(_, letter)| letter)
}
