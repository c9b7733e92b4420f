//! From tokens to words.

use super::phrase::Token;

/// A word as it was recognised.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spoken {
    /// With the space in front of it, if there is one: text is joined by putting words one after another.
    pub(super) text: String,
    /// Sum of the logarithms of its tokens' probabilities.
    pub(super) log_probability: f32,
    pub(super) tokens: usize,
}

impl Spoken {
    /// The geometric mean of its tokens' probabilities, 0-1.
    pub(super) fn probability(&self) -> f32 {
        (self.log_probability / self.tokens.max(1) as f32).exp()
    }

    /// How long it takes to say, in letters: a digit is said as a word, and so is a sign that stands for a syllable.
    pub(super) fn length(&self) -> f64 {
        let letter = |c: char| match c {
            _ if c.is_numeric() => 4.0,
            '\u{0e00}'.. if c.is_alphanumeric() => 2.5,
            _ if c.is_alphanumeric() => 1.0,
            _ => 0.0,
        };
        // The pause before it, which even a bare mark has.
        1.0 + self.text.chars().map(letter).sum::<f64>()
    }
}

/// The words that tokens make up. A token that starts with a space starts a word; in scripts without spaces each does.
pub(super) fn words(tokens: &[Token]) -> Vec<Spoken> {
    let mut groups: Vec<(Vec<u8>, f32, usize)> = Vec::new();
    for token in tokens {
        match groups.last_mut().filter(|(bytes, _, _)| !begins_word(bytes, &token.bytes)) {
            Some((bytes, log_probability, tokens)) => {
                bytes.extend_from_slice(&token.bytes);
                *log_probability += token.log_probability;
                *tokens += 1;
            }
            None => groups.push((token.bytes.clone(), token.log_probability, 1)),
        }
    }
    let spoken = groups.into_iter().map(|(bytes, log_probability, tokens)| Spoken {
        text: printable(&String::from_utf8_lossy(&bytes)),
        log_probability,
        tokens,
    });
    spoken.filter(|word| !word.text.trim().is_empty()).collect()
}

fn begins_word(before: &[u8], token: &[u8]) -> bool {
    let spaced = token.starts_with(b" ");
    (spaced && before != b" ") || (is_unspaced(token) && std::str::from_utf8(before).is_ok())
}

/// Whether a token starts with a letter of a script that is written without spaces: Chinese, Japanese, Thai, Lao, Burmese, Khmer.
/// A token may hold only the start of a letter, so this goes by bytes.
fn is_unspaced(token: &[u8]) -> bool {
    match token {
        // The comma and the full stop of Chinese and Japanese belong to the word before.
        [0xe3, 0x80, 0x81 | 0x82, ..] => false,
        [0xe3..=0xe9, ..] | [0xe0, 0xb8..=0xbb, ..] | [0xe1, 0x80..=0x82 | 0x9e | 0x9f, ..] => true,
        _ => false,
    }
}

/// What comes out of a model is data: no control characters, no runs of spaces.
fn printable(text: &str) -> String {
    let space = if text.starts_with(char::is_whitespace) { " " } else { "" };
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{space}{}", plain.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tokens: &[&[u8]], expected: &[&str]) {
        let tokens: Vec<Token> =
            tokens.iter().map(|bytes| Token { bytes: bytes.to_vec(), log_probability: -0.5 }).collect();
        let found: Vec<String> = words(&tokens).into_iter().map(|word| word.text).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_space_starts_a_word() {
        check(&[b" Close", b" the", b" val", b"ve", b"."], &[" Close", " the", " valve."]);
        check(&[b"Close", b" ", b"it"], &["Close", " it"]);
    }

    #[test]
    fn a_letter_spread_over_two_tokens_is_one_letter() {
        check(&[b" caf", b"\xc3", b"\xa9"], &[" café"]);
        check(&[b" caf", b"\xc3"], &[" caf\u{fffd}"]);
    }

    #[test]
    fn scripts_without_spaces_are_split_by_token() {
        check(&["关".as_bytes(), "掉".as_bytes(), "。".as_bytes()], &["关", "掉。"]);
        check(&[b"\xe5\x85", b"\xb3", "掉".as_bytes()], &["关", "掉"]);
    }

    #[test]
    fn control_characters_and_empty_tokens_vanish() {
        check(&[b" a\x1b[31m", b"\n", b" ", b" b"], &[" a [31m", " b"]);
        check(&[], &[]);
    }

    #[test]
    fn a_words_probability_is_that_of_its_tokens_together() {
        let tokens = [0.25f32, 1.0].map(|p| Token { bytes: b"a".to_vec(), log_probability: p.ln() });
        assert!((words(&tokens)[0].probability() - 0.5).abs() < 1e-6);
    }
}
