//! Words that somebody, or some other machine, wrote down: WebVTT and SubRip.

mod beside;
mod cue;
mod decode;
mod markup;
mod rolling;
mod srt;
mod vtt;

use stepreel_core::{Transcript, TranscriptSource, Utterance};

use self::cue::Cue;
use crate::sentence;

pub use self::beside::beside;
pub use self::decode::caption_text;

/// A text could not be read as captions.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaptionError {
    /// It has no caption that could be read.
    #[error("no caption with a time and a text was found: WebVTT or SubRip is expected ({skipped} broken captions)")]
    Nothing {
        /// Captions that were found and could not be read.
        skipped: usize,
    },
}

/// How captions are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptionFormat {
    /// W3C WebVTT, `.vtt`.
    WebVtt,
    /// `SubRip`, `.srt`.
    SubRip,
}

impl CaptionFormat {
    /// The format of that text: `WebVTT` when it says so, else `SubRip`.
    pub fn of(text: &str) -> Self {
        let said = text.trim_start_matches('\u{feff}').trim_start().starts_with("WEBVTT");
        if said { Self::WebVtt } else { Self::SubRip }
    }
}

/// Captions as a transcript.
#[derive(Clone, Debug, PartialEq)]
pub struct Captions {
    /// What they say. Words have times of their own only where the captions give them.
    pub transcript: Transcript,
    /// Captions that could not be read, for want of a time, a length or a text.
    pub skipped: usize,
}

/// The transcript that captions in either format hold.
///
/// # Errors
/// When there is no caption that can be read.
pub fn captions(text: &str) -> Result<Transcript, CaptionError> {
    Captions::parse(text, CaptionFormat::of(text)).map(|captions| captions.transcript)
}

impl Captions {
    /// Reads captions. What is broken is skipped and counted; lines that roll up from caption to caption, as YouTube's do,
    /// are taken once; a sentence that runs over several captions becomes one utterance.
    ///
    /// # Errors
    /// When there is no caption that can be read. A `WebVTT` file without any caption is an empty transcript.
    pub fn parse(text: &str, format: CaptionFormat) -> Result<Self, CaptionError> {
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
        let read = match format {
            CaptionFormat::WebVtt => vtt::read(&text),
            CaptionFormat::SubRip => srt::read(&text),
        };
        if read.cues.is_empty() && (format == CaptionFormat::SubRip || read.skipped > 0) {
            return Err(CaptionError::Nothing { skipped: read.skipped });
        }
        let utterances = sentences(rolling::once(read.cues));
        let transcript = Transcript { source: TranscriptSource::Captions, language: read.language, utterances };
        Ok(Self { transcript, skipped: read.skipped })
    }
}

/// What a format's reader makes of a text.
#[derive(Default)]
struct Read {
    cues: Vec<Cue>,
    skipped: usize,
    language: Option<String>,
}

impl Read {
    fn push(&mut self, cue: Option<Cue>) {
        match cue {
            Some(cue) => self.cues.push(cue),
            None => self.skipped += 1,
        }
    }
}

/// Two captions belong to one sentence only when the second begins at most so long after the first, in seconds.
const SENTENCE_GAP: f64 = 0.75;
/// No sentence is joined beyond this, in seconds.
const LONGEST_SENTENCE: f64 = 20.0;

fn sentences(mut cues: Vec<Cue>) -> Vec<Utterance> {
    cues.sort_by_key(|cue| cue.span.start());
    // Without punctuation nothing tells where a sentence ends: each caption then stays on its own.
    let punctuated = cues.iter().filter(|cue| sentence::is_complete(&cue.text())).count() * 5 >= cues.len();
    let mut joined: Vec<Cue> = Vec::new();
    for cue in cues.into_iter().filter(Cue::speaks) {
        match joined.last_mut().filter(|last| punctuated && runs_on(last, &cue)) {
            Some(last) => last.extend(cue),
            None => joined.push(cue),
        }
    }
    joined.into_iter().map(Cue::into_utterance).collect()
}

fn runs_on(last: &Cue, next: &Cue) -> bool {
    let gap = next.span.start().seconds() - last.span.end().seconds();
    let follows = (-0.05..=SENTENCE_GAP).contains(&gap) && last.span.hull(next.span).seconds() <= LONGEST_SENTENCE;
    let (before, after) = (last.text(), next.text());
    let open = before.split_whitespace().next_back().is_some_and(|word| !sentence::ends_sentence(word, &after));
    follows && open
}

#[cfg(test)]
mod tests;
