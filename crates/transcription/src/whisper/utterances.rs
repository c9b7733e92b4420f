//! From what was decoded in a window to utterances of the recording.

use std::time::Duration;

use stepreel_core::{Span, Utterance, Word};

use super::guards::{Draft, Guards};
use super::listener::Heard;
use super::voiced::Voiced;
use super::windows::Window;
use super::words::{Spoken, words};
use crate::sentence::ends_sentence;

/// A pause so long ends an utterance.
const PAUSE: Duration = Duration::from_millis(800);
/// An utterance that lasts so long ends at the next breath.
const LONG: Duration = Duration::from_secs(10);
const BREATH: Duration = Duration::from_millis(250);

/// The utterances of a window: each inside one piece of it, ended by sentences and pauses, and judged by the guards.
pub(super) fn utterances(window: &Window, heard: &[Heard], guards: &Guards) -> Vec<Utterance> {
    let drafts = drafts(placed(window, heard));
    let reliable = guards.judge(&drafts, window);
    drafts.into_iter().zip(reliable).map(|(draft, reliable)| draft.into_utterance(reliable)).collect()
}

/// A word in its place.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) spoken: Spoken,
    pub(super) span: Span,
    /// Index of the piece that it lies in.
    pub(super) piece: usize,
    /// The recogniser's probability that nobody speaks.
    pub(super) no_speech: f32,
}

/// All words of a window, each inside one of its pieces, in order of start.
fn placed(window: &Window, heard: &[Heard]) -> Vec<Placed> {
    let voiced = Voiced::of(window);
    let mut placed: Vec<Placed> = Vec::new();
    for (phrase, no_speech) in
        heard.iter().flat_map(|heard| heard.phrases.iter().map(|phrase| (phrase, heard.no_speech)))
    {
        let spoken = words(&phrase.tokens);
        let lengths: Vec<f64> = spoken.iter().map(Spoken::length).collect();
        for (spoken, stretch) in spoken.into_iter().zip(voiced.share(&phrase.times, &lengths)) {
            if let Some((piece, span)) = window.locate(&stretch) {
                placed.push(Placed { spoken, span, piece, no_speech });
            }
        }
    }
    placed
}

fn drafts(placed: Vec<Placed>) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    for word in placed {
        match drafts.last_mut().filter(|draft| !breaks(draft, &word)) {
            Some(draft) => draft.words.push(word),
            None => drafts.push(Draft { words: vec![word] }),
        }
    }
    drafts
}

/// Whether an utterance ends before `next`.
fn breaks(draft: &Draft, next: &Placed) -> bool {
    let Some(last) = draft.words.last() else { return false };
    let pause = next.span.start().since(last.span.end());
    let long = draft.span().is_some_and(|span| span.duration() >= LONG) && pause >= BREATH;
    last.piece != next.piece
        || pause >= PAUSE
        || long
        || ends_sentence(&last.spoken.text, next.spoken.text.trim_start())
}

impl Draft {
    pub(super) fn text(&self) -> String {
        let text: String = self.words.iter().map(|word| word.spoken.text.as_str()).collect();
        text.trim().to_owned()
    }

    /// From its first to its last word.
    pub(super) fn span(&self) -> Option<Span> {
        self.words.iter().map(|word| word.span).reduce(Span::hull)
    }

    fn into_utterance(self, reliable: bool) -> Utterance {
        let span = self.span().expect("a draft starts with its first word");
        let text = self.text();
        let (log_probability, no_speech) = (Some(self.log_probability()), Some(self.no_speech()));
        let words = self.words.into_iter().map(|word| Word {
            span: word.span,
            text: word.spoken.text.trim().to_owned(),
            probability: Some(word.spoken.probability()),
        });
        Utterance { span, text, words: words.collect(), log_probability, no_speech, reliable }
    }
}

#[cfg(test)]
mod tests;
