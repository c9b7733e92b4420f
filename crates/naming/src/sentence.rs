//! Sentences of a passage, each with when it was said and the utterances it comes from.

use stepreel_core::{Passage, Span, Utterance};

use crate::clean::{bare, clean};
use crate::noun_phrase::{NounPhrase, noun_phrases};
use crate::token::{Token, tokens};
use crate::verb_object::{VerbObject, verb_objects};

/// One cleaned sentence.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sentence {
    /// The cleaned text.
    pub text: String,
    /// Its words.
    pub tokens: Vec<Token>,
    /// What it says is done, in order.
    pub acts: Vec<VerbObject>,
    /// The things it names, in order.
    pub phrases: Vec<NounPhrase>,
    /// When it was said; inside the passage's segment.
    pub span: Span,
    /// Indices of the utterances it comes from.
    pub utterances: Vec<usize>,
}

impl Sentence {
    /// Reads a cleaned text.
    pub(crate) fn parse(text: String, span: Span, utterances: Vec<usize>) -> Self {
        let tokens = tokens(&text);
        let mut sentence = Self { text, tokens, acts: Vec::new(), phrases: Vec::new(), span, utterances };
        sentence.acts = verb_objects(&sentence);
        sentence.phrases = noun_phrases(&sentence);
        sentence
    }

    /// The words in lower case, for comparing.
    pub(crate) fn lower(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.lower.as_str())
    }

    /// The text from the first to the last of those words.
    pub(crate) fn slice(&self, words: std::ops::Range<usize>) -> &str {
        match (self.tokens.get(words.start), self.tokens.get(words.end.wrapping_sub(1))) {
            (Some(first), Some(last)) if first.start < last.end => &self.text[first.start..last.end],
            _ => "",
        }
    }
}

/// The sentences of a passage in order. What lies outside its segment, and what holds no word, is left out.
pub(crate) fn sentences(passage: &Passage<'_>) -> Vec<Sentence> {
    let shouted = is_shouted(passage);
    join_broken(passage.utterances.iter().flat_map(|&(at, utterance)| pieces(at, utterance)).collect())
        .into_iter()
        .filter_map(|piece| {
            let cleaned = clean(&piece.text);
            let text = if shouted { cleaned.to_lowercase() } else { cleaned };
            let span = piece.span.intersection(passage.segment.span)?;
            let sentence = Sentence::parse(text, span, piece.utterances);
            (!sentence.tokens.is_empty()).then_some(sentence)
        })
        .collect()
}

/// A sentence of the raw text.
struct Piece {
    text: String,
    span: Span,
    utterances: Vec<usize>,
}

/// Captions are sometimes written in capitals throughout, which then mean nothing.
fn is_shouted(passage: &Passage<'_>) -> bool {
    let text: String = passage.utterances.iter().map(|(_, utterance)| clean(&utterance.text)).collect();
    let letters = || text.chars().filter(|c| c.is_alphabetic());
    letters().filter(|c| c.is_uppercase()).count() * 10 > letters().count() * 7
}

fn pieces(at: usize, utterance: &Utterance) -> Vec<Piece> {
    let words: Vec<&str> = utterance.text.split_whitespace().collect();
    let mut pieces = Vec::new();
    let mut first = 0;
    for last in 0..words.len() {
        if last + 1 == words.len() || ends_sentence(words[last], words[last + 1]) {
            let text = words[first..=last].join(" ");
            pieces.push(Piece { text, span: heard(utterance, first..last + 1, words.len()), utterances: vec![at] });
            first = last + 1;
        }
    }
    pieces
}

/// When those words of an utterance were heard: by the words' own times where they are known, else the whole utterance.
fn heard(utterance: &Utterance, words: std::ops::Range<usize>, all: usize) -> Span {
    if utterance.words.len() != all {
        return utterance.span;
    }
    let (first, last) = (utterance.words[words.start].span, utterance.words[words.end - 1].span);
    first.hull(last)
}

fn ends_sentence(word: &str, next: &str) -> bool {
    let closed = word.trim_end_matches(['"', '\'', ')', '”', '’', ']']);
    let opens = next.chars().next().is_none_or(|c| !c.is_lowercase());
    match closed.chars().last() {
        Some('!' | '?' | '。' | '！' | '？') => true,
        Some('.') => opens && !is_abbreviation(closed),
        Some('…') => opens,
        _ => false,
    }
}

fn is_abbreviation(word: &str) -> bool {
    let bare = bare(word);
    matches!(bare.as_str(), "mr" | "mrs" | "dr" | "vs" | "approx" | "fig" | "no" | "e.g" | "i.e")
        && !(bare == "no" && word.starts_with('n'))
        || (bare.len() == 1 && bare != "i" && bare.chars().all(char::is_alphabetic))
}

/// The longest sentence that is put together from pieces, in words.
const LONGEST_JOINED: usize = 40;

/// Speech recognisers cut in the middle of sentences. Where the text has punctuation at all, a piece without a full stop goes on
/// in the next one if that starts with a small letter.
fn join_broken(pieces: Vec<Piece>) -> Vec<Piece> {
    let punctuated = pieces.iter().filter(|piece| is_ended(&piece.text)).count() * 3 >= pieces.len();
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match joined.last_mut() {
            Some(last) if punctuated && goes_on(last, &piece) => {
                last.text = format!("{} {}", last.text, piece.text);
                last.span = last.span.hull(piece.span);
                last.utterances.extend(piece.utterances);
                last.utterances.dedup();
            }
            _ => joined.push(piece),
        }
    }
    joined
}

fn goes_on(last: &Piece, next: &Piece) -> bool {
    let small = next.text.chars().next().is_some_and(char::is_lowercase);
    let words = last.text.split_whitespace().count() + next.text.split_whitespace().count();
    small && !is_ended(&last.text) && words <= LONGEST_JOINED
}

fn is_ended(text: &str) -> bool {
    text.trim_end_matches(['"', '\'', ')', ']']).ends_with(['.', '!', '?', '…', '。'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{segment, utterances};

    fn check(said: &[&str], expected: &[&str]) {
        let utterances = utterances(said);
        let segment = segment(utterances.len());
        let passage = Passage::new(&segment, utterances.iter().enumerate().collect());
        let texts: Vec<String> = sentences(&passage).into_iter().map(|sentence| sentence.text).collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn text_splits_into_sentences() {
        check(&["Right, new job. Take the cover off!"], &["Right, new job.", "Take the cover off!"]);
        check(&["Torque it to 0.7 Nm. 2 turns more."], &["Torque it to 0.7 Nm.", "2 turns more."]);
        check(&["Ask Dr. Smith about it."], &["Ask Dr. Smith about it."]);
        check(&["[BLANK_AUDIO]", "Um.", "Good."], &["Good."]);
        check(&["REPLACE THE BELT."], &["replace the belt."]);
    }

    #[test]
    fn a_sentence_cut_by_the_recogniser_is_whole_again() {
        check(&["Now I'm going to", "replace the belt.", "Good."], &["Now I'm going to replace the belt.", "Good."]);
        check(&["no stops here", "nor here"], &["no stops here", "nor here"]);
    }
}
