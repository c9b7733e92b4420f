//! Text as words.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer than any word; what is longer is cut.
const LONGEST: usize = 40;

/// A word as it is compared, and where it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// In lower case, without accents, apostrophes and a possessive's "s".
    pub(crate) text: String,
    /// Its bytes in the text.
    pub(crate) place: Range<usize>,
}

/// The words of a text, in order.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (start, _) = rest.find(|(_, letter)| letter.is_alphanumeric())?;
            let mut end = start + text[start..].chars().next()?.len_utf8();
            while let Some((at, letter)) = rest.next_if(|(_, letter)| letter.is_alphanumeric() || is_joint(*letter)) {
                end = at + letter.len_utf8();
            }
            let word = plain(&text[start..end]);
            if !word.is_empty() {
                return Some(Word { text: word, place: start..end });
            }
        }
    })
}

/// An apostrophe inside a word, or an accent of its own.
fn is_joint(letter: char) -> bool {
    matches!(letter, '\'' | '’') || is_combining_mark(letter)
}

fn plain(word: &str) -> String {
    let word = word.trim_end_matches(['\'', '’']);
    let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
    let mut plain = String::with_capacity(word.len());
    if word.is_ascii() {
        plain.extend(word.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()));
    } else {
        let letters = word.nfkd().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase);
        plain.extend(letters);
    }
    let cut = plain.char_indices().map(|(at, _)| at).find(|at| *at >= LONGEST);
    plain.truncate(cut.unwrap_or(plain.len()));
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = words(text).map(|word| word.text).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn words_are_letters_and_digits_in_lower_case() {
        check("Replace the O2-sensor (2010), don't!", &["replace", "the", "o2", "sensor", "2010", "dont"]);
        check("the engine's café, the engine’s cafe\u{301}", &["the", "engine", "cafe", "the", "engine", "cafe"]);
        check("  --  ' ", &[]);
        check("ÖFFNEN", &["offnen"]);
    }

    #[test]
    fn a_word_says_where_it_stands() {
        let text = "a Größe b";
        let places: Vec<&str> = words(text).map(|word| &text[word.place]).collect();
        assert_eq!(places, ["a", "Größe", "b"]);
    }

    #[test]
    fn an_endless_word_is_cut() {
        assert_eq!(words(&"x".repeat(10_000)).next().unwrap().text.len(), LONGEST);
    }
}
