//! The sessions that are named, and what their procedures are called.

use std::error::Error;
use std::fmt;

use stepreel_core::{BoundaryConfidence, Name, Passage, Segment, Span, Utterance};
use stepreel_naming::Namer;
use stepreel_testkit::fingerprint;
use stepreel_testkit::title_metric::{Reference, TitleScore, score_title};

/// The half of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Half {
    /// Weights may be chosen on it.
    Dev,
    /// It is only reported.
    Test,
}

impl Half {
    /// The half that a guide or a session belongs to.
    pub(crate) fn of(id: &str) -> Self {
        if fingerprint(id).is_multiple_of(2) { Self::Dev } else { Self::Test }
    }
}

impl fmt::Display for Half {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Dev => "dev",
            Self::Test => "test",
        })
    }
}

/// A procedure to name, and what it should be called.
#[derive(Clone)]
pub(crate) struct Procedure {
    pub said: Vec<String>,
    pub title: String,
    pub imperative: Option<String>,
    pub device: Option<String>,
    /// Which half it belongs to: that of the guide it is from, in whatever set; nothing where it does not count.
    pub half: Option<Half>,
}

/// The procedures of one session.
#[derive(Clone)]
pub(crate) struct Session {
    pub id: String,
    pub procedures: Vec<Procedure>,
}

impl Session {
    /// The names that a namer gives its procedures, five seconds an utterance.
    pub(crate) fn names(&self, namer: &dyn Namer) -> Result<Vec<Name>, Box<dyn Error>> {
        let mut clock = 0.0;
        let mut index = 0;
        let mut timed = Vec::new();
        for procedure in &self.procedures {
            let start = clock;
            let mut utterances = Vec::new();
            for text in &procedure.said {
                utterances.push((index, utterance(text, clock)));
                clock += 5.0;
                index += 1;
            }
            let span = Span::from_seconds(start, clock.max(start + 1.0)).ok_or("empty procedure")?;
            timed.push((Segment::new(span, BoundaryConfidence { start: 1.0, end: 1.0 }), utterances));
        }
        let passages: Vec<Passage<'_>> = timed
            .iter()
            .map(|(segment, said)| Passage::new(segment, said.iter().map(|(at, said)| (*at, said)).collect()))
            .collect();
        Ok(namer.name(&passages)?)
    }
}

impl Procedure {
    /// How close a title comes to what the procedure is called.
    pub(crate) fn score(&self, title: &str) -> TitleScore {
        let transcript = self.said.join(" ");
        score_title(
            title,
            &Reference {
                title: &self.title,
                imperative: self.imperative.as_deref(),
                device: self.device.as_deref(),
                transcript: &transcript,
            },
        )
    }
}

fn utterance(text: &str, start: f64) -> Utterance {
    let span = Span::from_seconds(start, start + 5.0).expect("five seconds are not empty");
    Utterance { span, text: text.to_owned(), words: Vec::new(), log_probability: None, no_speech: None, reliable: true }
}
