use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use stepreel_core::{FindingCode, Span, SpanSet, Time, Transcript, TranscriptSource, Utterance};

use crate::{LineKind, Speaker, TestkitError};

/// What is right about a session: its procedures, words and faults, with times in seconds from the start of the recording.
///
/// Stored as `<name>.truth.json` beside the recording. It is also the format for labelled sessions of one's own: label a
/// recording with a text editor, or leave `recording` out for a session of which only the words are known; its
/// `utterances` are then the input. All fields but `name`, `duration` and `procedures` may be left out.
///
/// ```
/// let truth: stepreel_testkit::Truth = serde_json::from_str(r#"{
///     "name": "pump-4711", "duration": 312.0,
///     "procedures": [{ "title": "Replace the shaft seal", "span": { "start": 12.5, "end": 201.0 } }],
///     "utterances": [{ "span": { "start": 12.5, "end": 14.0 }, "text": "So, the shaft seal." }]
/// }"#)?;
/// assert_eq!(truth.procedures[0].span.seconds(), 188.5);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// What the session is called.
    pub name: String,
    /// File name of the recording, beside this file; nothing for a session of words only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<String>,
    /// Digest of what the recording was made from; nothing for a session of the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe: Option<String>,
    /// Length of the session.
    pub duration: Time,
    /// The voice that speaks; nothing for people, and where nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<Speaker>,
    /// Its procedures, in the order in which they begin.
    pub procedures: Vec<TrueProcedure>,
    /// What can be heard being said, in order.
    #[serde(default)]
    pub utterances: Vec<TrueUtterance>,
    /// What is wrong with the recording and should be noticed.
    #[serde(default)]
    pub faults: Vec<TrueFault>,
    /// What should become of the session.
    #[serde(default)]
    pub verdict: TrueVerdict,
}

/// One procedure as it really was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrueProcedure {
    /// What a person calls it.
    pub title: String,
    /// From its first to its last moment.
    pub span: Span,
    /// Idle stretches inside it.
    #[serde(default)]
    pub interruptions: SpanSet,
    /// Whether the engineer says what comes before doing it.
    #[serde(default)]
    pub announced: bool,
    /// Whether the engineer says that it is done.
    #[serde(default)]
    pub closed: bool,
    /// Which workplace it is done at; the same number is the same place. Nothing when unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<usize>,
}

impl TrueProcedure {
    /// The stretches of work: its span without its interruptions.
    pub fn parts(&self) -> SpanSet {
        self.interruptions.gaps(self.span)
    }
}

/// Something said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrueUtterance {
    /// From the first to the last sound.
    pub span: Span,
    /// The words.
    pub text: String,
    /// What it does in the session, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<LineKind>,
    /// Index of the procedure that it belongs to, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure: Option<usize>,
}

/// Something wrong with a recording that should be noticed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrueFault {
    /// As what it should be noticed.
    pub code: FindingCode,
    /// Where; empty when it concerns the whole session or has no place.
    #[serde(default)]
    pub ranges: SpanSet,
}

/// What should become of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrueVerdict {
    /// Its procedures are extracted.
    #[default]
    Completed,
    /// It has none, and the gravest finding has this code.
    Failed(FindingCode),
}

impl Truth {
    /// Reads a `.truth.json`.
    ///
    /// # Errors
    /// When the file can't be read or is no truth.
    pub fn load(path: &Path) -> Result<Self, TestkitError> {
        let text = fs::read_to_string(path).map_err(TestkitError::file(path))?;
        serde_json::from_str(&text).map_err(TestkitError::content(path))
    }

    /// Writes it as `.truth.json`, all or nothing.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn save(&self, path: &Path) -> Result<(), TestkitError> {
        let text = serde_json::to_string_pretty(self).map_err(TestkitError::content(path))?;
        let unfinished = path.with_extension("json.part");
        fs::write(&unfinished, text + "\n").map_err(TestkitError::file(&unfinished))?;
        fs::rename(&unfinished, path).map_err(TestkitError::file(path))
    }

    /// What is said, as a transcript from captions: without times of single words.
    pub fn transcript(&self) -> Transcript {
        let utterances = self.utterances.iter().map(TrueUtterance::as_caption).collect();
        Transcript { source: TranscriptSource::Captions, language: Some("en".to_owned()), utterances }
    }

    /// Where findings with that code should lie.
    pub fn ranges(&self, code: FindingCode) -> SpanSet {
        self.faults.iter().filter(|f| f.code == code).flat_map(|f| f.ranges.spans().iter().copied()).collect()
    }

    /// The same session when the recording ends at `end`.
    #[must_use]
    pub(crate) fn until(self, end: Time) -> Self {
        let Some(kept) = Span::new(Time::ZERO, end.min(self.duration)) else { return self };
        let heard = |utterance: &TrueUtterance| utterance.span.end() <= kept.end();
        Self {
            duration: kept.end(),
            procedures: self.procedures.into_iter().filter_map(|p| p.within(kept)).collect(),
            utterances: self.utterances.into_iter().filter(heard).collect(),
            faults: self.faults.into_iter().filter_map(|fault| fault.within(kept)).collect(),
            ..self
        }
    }
}

impl TrueProcedure {
    fn within(self, kept: Span) -> Option<Self> {
        let span = self.span.intersection(kept)?;
        let closed = self.closed && self.span.end() <= kept.end();
        Some(Self { span, interruptions: self.interruptions.within(span), closed, ..self })
    }
}

impl TrueFault {
    fn within(self, kept: Span) -> Option<Self> {
        let ranges = self.ranges.within(kept);
        (self.ranges.is_empty() || !ranges.is_empty()).then_some(Self { ranges, ..self })
    }
}

impl TrueUtterance {
    fn as_caption(&self) -> Utterance {
        Utterance {
            span: self.span,
            text: self.text.clone(),
            words: Vec::new(),
            log_probability: None,
            no_speech: None,
            reliable: true,
        }
    }
}
