//! Words of a sentence, with contractions taken apart.

use rust_stemmers::{Algorithm, Stemmer};

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// In lower case and in full: "'ll" is "will", the possessive 's is gone.
    pub lower: String,
    /// Its stem, by which forms of one word are equal.
    pub stem: String,
    /// Where it starts in the sentence's text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What stands between it and the next word.
    pub gap: Gap,
}

/// What stands between two words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gap {
    /// A space, or nothing.
    Space,
    /// A comma, a bracket or a quotation mark.
    Comma,
    /// Whatever ends a clause: a full stop, a colon, a dash, the end of the sentence.
    Stop,
}

/// The words of a text.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let stemmer = Stemmer::create(Algorithm::English);
    let mut tokens: Vec<Token> = Vec::new();
    let mut end_of_last = 0;
    for (start, end) in word_bounds(text) {
        if let Some(last) = tokens.last_mut() {
            last.gap = gap(&text[end_of_last..start]);
        }
        tokens.extend(parts(&text[start..end]).into_iter().map(|(from, to, lower)| Token {
            stem: stemmer.stem(&lower).into_owned(),
            lower,
            start: start + from,
            end: start + to,
            gap: Gap::Space,
        }));
        end_of_last = end;
    }
    if let Some(last) = tokens.last_mut() {
        last.gap = Gap::Stop;
    }
    tokens
}

/// Where words are: runs of letters and digits, with single marks inside ("1/2", "EGR-valve", "don't", "0.7", "B+").
fn word_bounds(text: &str) -> Vec<(usize, usize)> {
    let mut bounds = Vec::new();
    let mut start = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let inside = c.is_alphanumeric() || start.is_some() && chars.peek().is_some_and(|&(_, next)| joins(c, next));
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                bounds.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    bounds.extend(start.map(|from| (from, text.len())));
    bounds
}

/// Whether a mark inside a word is part of it. A full stop is only in a number: "0.7", but not "sure.Thank".
fn joins(mark: char, next: char) -> bool {
    match mark {
        '\'' | '-' | '/' | '&' | '+' => next.is_alphanumeric(),
        '.' => next.is_ascii_digit(),
        _ => false,
    }
}

fn gap(between: &str) -> Gap {
    let mark = |c| match c {
        ',' | '"' | '(' | ')' | '“' | '”' | '/' => Gap::Comma,
        '.' | ';' | ':' | '!' | '?' | '…' | '—' | '–' => Gap::Stop,
        _ => Gap::Space,
    };
    between.chars().map(mark).max().unwrap_or(Gap::Space)
}

/// A word as one or two: from, to, and the word in full.
fn parts(word: &str) -> Vec<(usize, usize, String)> {
    let lower = word.to_lowercase();
    if let Some((first, second)) = fused(&lower).filter(|_| word.is_ascii()) {
        return vec![(0, 3, first.to_owned()), (3, word.len(), second.to_owned())];
    }
    let Some(at) = word.rfind('\'') else { return vec![(0, word.len(), lower)] };
    let (first, mark) = (word[..at].to_lowercase(), word[at..].to_lowercase());
    let second = match (first.as_str(), mark.as_str()) {
        (_, "'m") => "am",
        (_, "'re") => "are",
        (_, "'ll") => "will",
        (_, "'ve") => "have",
        (_, "'d") => "would",
        ("let", "'s") => "us",
        (_, "'s") if takes_is(&first) => "is",
        (_, "'s") => return vec![(0, word.len(), first)],
        (_, "'t") if word.is_ascii() => return negated(&first, word.len()),
        _ => return vec![(0, word.len(), lower)],
    };
    vec![(0, at, first), (at, word.len(), second.to_owned())]
}

/// The two words that a spoken fusion is made of. It comes apart after its third letter.
fn fused(word: &str) -> Option<(&'static str, &'static str)> {
    match word {
        "gonna" => Some(("going", "to")),
        "wanna" => Some(("want", "to")),
        "gotta" => Some(("got", "to")),
        "lets" => Some(("let", "us")),
        "lemme" => Some(("let", "me")),
        "cannot" => Some(("can", "not")),
        _ => None,
    }
}

fn takes_is(word: &str) -> bool {
    matches!(
        word,
        "it" | "that" | "there" | "here" | "what" | "who" | "he" | "she" | "where" | "how" | "this" | "which"
    )
}

/// "don't" is "do not", "can't" is "can not", "won't" is "will not".
fn negated(first: &str, length: usize) -> Vec<(usize, usize, String)> {
    let verb = match first {
        "can" => "can",
        "won" => "will",
        "shan" => "shall",
        _ => first.strip_suffix('n').unwrap_or(first),
    };
    let at = first.strip_suffix('n').map_or(first.len(), str::len);
    vec![(0, at, verb.to_owned()), (at, length, "not".to_owned())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contractions_come_apart() {
        for (text, words) in [
            ("I'm going", "i am going"),
            ("let's gonna", "let us going to"),
            ("that's the router's case", "that is the router case"),
            ("don't, can't, won't", "do not can not will not"),
            ("we've 0.7 B+ 1/2", "we have 0.7 b 1/2"),
            ("EGR-valve (HD)", "egr-valve hd"),
        ] {
            let lower: Vec<String> = tokens(text).into_iter().map(|token| token.lower).collect();
            assert_eq!(lower.join(" "), words);
        }
    }

    #[test]
    fn gaps_tell_where_clauses_end() {
        let gaps: Vec<Gap> = tokens("Right, new job: go on").into_iter().map(|token| token.gap).collect();
        assert_eq!(gaps, [Gap::Comma, Gap::Space, Gap::Stop, Gap::Space, Gap::Stop]);
    }
}
