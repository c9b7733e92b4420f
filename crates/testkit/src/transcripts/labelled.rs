//! The format for sessions of one's own.

use serde::Deserialize;
use stepreel_core::{Span, Time};

use super::{procedure, utterance, words_only};
use crate::{TrueProcedure, TrueUtterance, Truth};

/// One line of the file. Times are seconds; no procedures are an empty list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Labelled {
    name: String,
    duration: Time,
    transcript: Vec<Said>,
    procedures: Vec<Marked>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    start: Time,
    end: Time,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Marked {
    start: Time,
    end: Time,
    #[serde(default)]
    title: String,
}

/// The session, when its times make sense.
pub(super) fn truth(session: Labelled) -> Result<Truth, String> {
    let Some(whole) = Span::new(Time::ZERO, session.duration) else {
        return Err("`duration` is zero or less".to_owned());
    };
    let said = session.transcript.into_iter().map(|said| said.within(whole));
    let marked = session.procedures.into_iter().map(|marked| marked.within(whole));
    let (utterances, mut procedures) = (said.collect::<Result<_, _>>()?, marked.collect::<Result<Vec<_>, _>>()?);
    procedures.sort_by_key(|procedure| procedure.span);
    match procedures.windows(2).find(|pair| pair[0].span.intersection(pair[1].span).is_some()) {
        Some(pair) => Err(format!("the procedures at {} and {} overlap", pair[0].span, pair[1].span)),
        None => Ok(words_only(session.name, session.duration, procedures, utterances)),
    }
}

impl Said {
    fn within(self, session: Span) -> Result<TrueUtterance, String> {
        Ok(utterance(self.text, span(self.start, self.end, session)?))
    }
}

impl Marked {
    fn within(self, session: Span) -> Result<TrueProcedure, String> {
        Ok(procedure(self.title, span(self.start, self.end, session)?))
    }
}

fn span(start: Time, end: Time, session: Span) -> Result<Span, String> {
    let told = format!("`start` {} and `end` {}", start.seconds(), end.seconds());
    let span = Span::new(start, end).ok_or_else(|| format!("{told}: it has to end after it starts"))?;
    let inside = span.intersection(session) == Some(span);
    inside.then_some(span).ok_or_else(|| format!("{told} do not lie within `duration` {}", session.seconds()))
}
