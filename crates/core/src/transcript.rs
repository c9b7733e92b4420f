//! What was said, and when.

use serde::{Deserialize, Serialize};

use crate::{Passage, Segment, Span};

/// Everything said in a session, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    /// Where the words come from.
    pub source: TranscriptSource,
    /// Language as an ISO 639-1 code, where known.
    pub language: Option<String>,
    /// What was said, in order of start.
    pub utterances: Vec<Utterance>,
}

/// Where the words of a transcript come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TranscriptSource {
    /// Nothing listened: there is no sound, or transcription is off.
    #[default]
    None,
    /// A Whisper model.
    Whisper,
    /// A caption track inside the recording, or a caption file beside it.
    Captions,
}

/// A sentence or phrase said without a long pause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Utterance {
    /// From the first to the last word.
    pub span: Span,
    /// The text as said, trimmed.
    pub text: String,
    /// The words with their own times, where the source gives them; each inside `span`.
    pub words: Vec<Word>,
    /// Mean natural logarithm of the tokens' probabilities; nothing for captions.
    pub log_probability: Option<f32>,
    /// The recogniser's probability that nobody speaks here, 0-1; nothing for captions.
    pub no_speech: Option<f32>,
    /// Whether it passed the guards against invented text. One that did not is kept for the record, and is never quoted
    /// in a name, never counted as evidence.
    pub reliable: bool,
}

/// One word and when it is heard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// When it is heard.
    pub span: Span,
    /// The word with its punctuation, without spaces around it.
    pub text: String,
    /// The recogniser's probability, 0-1.
    pub probability: Option<f32>,
}

impl Transcript {
    /// The utterances that may be used as evidence, with their index.
    pub fn reliable(&self) -> impl Iterator<Item = (usize, &Utterance)> {
        self.utterances.iter().enumerate().filter(|(_, utterance)| utterance.reliable)
    }

    /// For each segment what was said in it: the reliable utterances whose middle lies in its span and in none of its interruptions.
    pub fn passages<'a>(&'a self, segments: &'a [Segment]) -> Vec<Passage<'a>> {
        segments.iter().map(|segment| self.passage(segment)).collect()
    }

    fn passage<'a>(&'a self, segment: &'a Segment) -> Passage<'a> {
        let utterances = self.reliable().filter(|(_, utterance)| segment.holds(utterance.span.middle())).collect();
        Passage::new(segment, utterances)
    }
}
