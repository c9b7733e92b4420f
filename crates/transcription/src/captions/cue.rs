//! One caption.

use stepreel_core::{Span, Time, Utterance, Word};

use super::markup::Mark;
use crate::annotation::is_annotation;

/// One caption: lines of words, each word with its own time where the caption gives it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cue {
    pub(super) span: Span,
    pub(super) lines: Vec<Vec<TimedWord>>,
}

/// A word, and since when it is said if that is told.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TimedWord {
    pub(super) text: String,
    pub(super) start: Option<Time>,
}

impl Cue {
    /// The caption over `span` with that text; nothing when no letter is left without its markup.
    pub(super) fn new(span: Span, text: &str) -> Option<Self> {
        let mut cue = Self { span, lines: Vec::new() };
        let mut since = None;
        for line in text.lines() {
            let words = words(line, &mut since);
            if !is_annotation(&joined(&words)) {
                cue.lines.push(words);
            }
        }
        cue.speaks().then_some(cue)
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &TimedWord> {
        self.lines.iter().flatten()
    }

    pub(super) fn text(&self) -> String {
        joined(self.words())
    }

    /// Whether anything is said in it.
    pub(super) fn speaks(&self) -> bool {
        !is_annotation(&self.text())
    }

    /// Goes on with the next caption of the same sentence.
    pub(super) fn extend(&mut self, next: Self) {
        // A sentence has the times of its words only if each of its captions has.
        let timed = self.is_timed() && next.is_timed();
        self.lines.extend(next.lines);
        if !timed {
            self.lines.iter_mut().flatten().for_each(|word| word.start = None);
        }
        self.span = self.span.hull(next.span);
    }

    fn is_timed(&self) -> bool {
        self.words().any(|word| word.start.is_some())
    }

    pub(super) fn into_utterance(self) -> Utterance {
        let words = if self.is_timed() { self.timed_words() } else { Vec::new() };
        Utterance { span: self.span, text: self.text(), words, log_probability: None, no_speech: None, reliable: true }
    }

    /// Each word until the next one begins; times that run backwards or out of the caption are pulled in.
    fn timed_words(&self) -> Vec<Word> {
        let mut from = self.span.start();
        let starts: Vec<Time> = self
            .words()
            .map(|word| {
                from = word.start.unwrap_or(from).clamp(from, self.span.end());
                from
            })
            .collect();
        let ends = starts.iter().skip(1).copied().chain([self.span.end()]);
        let spans = starts.iter().zip(ends).map(|(&start, end)| Span::new(start, end));
        let timed = self.words().zip(spans);
        timed
            .filter_map(|(word, span)| Some(Word { span: span?, text: word.text.clone(), probability: None }))
            .collect()
    }
}

fn words(line: &str, since: &mut Option<Time>) -> Vec<TimedWord> {
    let mut words: Vec<TimedWord> = Vec::new();
    for mark in Mark::all(line) {
        match mark {
            Mark::Time(time) => *since = Some(time),
            Mark::Word(text) => words.push(TimedWord { text, start: since.take() }),
            Mark::Rest(text) => match words.last_mut() {
                Some(last) => last.text.push_str(&text),
                None => words.push(TimedWord { text, start: since.take() }),
            },
        }
    }
    // A change of speaker is marked by a dash or arrows in front.
    let speaker =
        |word: &TimedWord| !word.text.is_empty() && word.text.chars().all(|c| matches!(c, '-' | '–' | '—' | '>'));
    let marks = words.iter().take_while(|word| speaker(word)).count();
    words.drain(..marks);
    words
}

fn joined<'a>(words: impl IntoIterator<Item = &'a TimedWord>) -> String {
    words.into_iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}
