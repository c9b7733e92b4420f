//! Boundaries moved from the edge of a bin to where the session really breaks.

use stepreel_core::{Span, Time};

use crate::speech::Speech;

/// A boundary moves by no more than so many seconds.
const REACH: f64 = 5.0;
/// A clip starts so many seconds before the first word, or in the middle of the pause when that is shorter.
const LEAD: f64 = 0.4;

/// Where sentences start and end, and where the view changes.
pub(crate) struct Breaks {
    starts: Vec<Time>,
    ends: Vec<Time>,
    views: Vec<Time>,
}

impl Breaks {
    /// From what was said and the times at which the view changes most.
    pub(crate) fn new(speech: &Speech, session: Span, views: Vec<Time>) -> Self {
        let spans: Vec<Span> = speech.said.iter().map(|said| said.span).collect();
        let mut breaks = Self { starts: Vec::new(), ends: Vec::new(), views };
        let mut last = session.start();
        for span in spans {
            if span.start() > last {
                let lead = (span.start().seconds() - last.seconds()) / 2.0;
                breaks.starts.push(Time::from_seconds(span.start().seconds() - lead.min(LEAD)));
                breaks.ends.push(Time::from_seconds(last.seconds() + lead.min(LEAD)));
            }
            last = last.max(span.end());
        }
        breaks.ends.push(last.min(session.end()));
        breaks
    }

    /// Where work that starts near `time` starts: before the nearest sentence, else at the nearest change of view.
    pub(crate) fn start(&self, time: Time) -> Time {
        nearest(&self.starts, time).or_else(|| nearest(&self.views, time)).unwrap_or(time)
    }

    /// Where work that ends near `time` ends: after the nearest sentence, else at the nearest change of view.
    pub(crate) fn end(&self, time: Time) -> Time {
        nearest(&self.ends, time).or_else(|| nearest(&self.views, time)).unwrap_or(time)
    }
}

fn nearest(times: &[Time], time: Time) -> Option<Time> {
    let near = times.iter().copied().min_by_key(|other| other.distance(time))?;
    (near.distance(time).as_secs_f64() <= REACH).then_some(near)
}

/// The spans between `edges`, the first and last moments of pieces in order, each moved to its break; a piece that would be
/// empty or out of order keeps the edges it had.
pub(crate) fn snapped(pieces: &[Span], breaks: &Breaks) -> Vec<Span> {
    let mut free_from = Time::ZERO;
    let mut spans = Vec::with_capacity(pieces.len());
    for (index, piece) in pieces.iter().enumerate() {
        let follows = pieces.get(index + 1).is_some_and(|next| next.start() == piece.end());
        let start = breaks.start(piece.start()).max(free_from);
        let end = if follows { breaks.start(piece.end()) } else { breaks.end(piece.end()) };
        let limit = pieces.get(index + 1).map_or(Time::MAX, |next| if follows { Time::MAX } else { next.start() });
        let span = Span::new(start, end.min(limit)).or_else(|| Span::new(free_from.max(piece.start()), piece.end()));
        spans.extend(span);
        free_from = span.map_or(free_from, Span::end);
    }
    spans
}
