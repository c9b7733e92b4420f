//! When everything happens: decided before anything is drawn or heard, so that the truth is exact.

mod planner;
mod stretch;

use stepreel_core::{Span, SpanSet, Time};

use crate::script::Script;
use crate::truth::TrueProcedure;

pub(crate) use stretch::plan;

/// A session as it will be filmed. Times are seconds from its start.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    /// Its length.
    pub(crate) duration: f64,
    /// What is seen when: in order, without gap.
    pub(crate) shots: Vec<Shot>,
    /// When each spoken line starts, with its index in the script.
    pub(crate) spoken: Vec<(usize, f64)>,
    /// The stretches of work of each procedure, in order.
    pub(crate) parts: Vec<Vec<(f64, f64)>>,
    /// The workplace of each procedure.
    pub(crate) places: Vec<usize>,
}

/// A stretch during which one thing is seen.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shot {
    pub(crate) start: f64,
    pub(crate) end: f64,
    pub(crate) view: View,
}

/// What is seen.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum View {
    /// Hands at work.
    Work {
        place: usize,
        /// How far the procedures at this place had come when the shot began: what lies open, what is taken off.
        stage: usize,
        /// When it goes one stage further.
        progress: Vec<f64>,
    },
    /// At a workplace without working: looking around, hands down.
    Rest { place: usize, stage: usize },
    /// Turned away from a workplace.
    Away { place: usize },
    /// Walking along a corridor; each walk takes another.
    Walk { corridor: usize },
}

impl Plan {
    /// What is seen at a time; the last shot's view after the end.
    pub(crate) fn shot(&self, time: f64) -> &Shot {
        let next = self.shots.partition_point(|shot| shot.end <= time);
        &self.shots[next.min(self.shots.len() - 1)]
    }

    /// The procedures as they really are.
    pub(crate) fn procedures(&self, script: &Script) -> Vec<TrueProcedure> {
        let parts = self.parts.iter().enumerate();
        parts.filter_map(|(index, parts)| self.procedure(script, index, parts)).collect()
    }

    fn procedure(&self, script: &Script, index: usize, parts: &[(f64, f64)]) -> Option<TrueProcedure> {
        let work: SpanSet = parts.iter().filter_map(|&(start, end)| Span::from_seconds(start, end)).collect();
        let span = work.spans().first()?.hull(*work.spans().last()?);
        Some(TrueProcedure {
            title: script.procedures[index].title.clone(),
            span,
            interruptions: work.gaps(span),
            announced: script.announces(index),
            closed: script.closes(index),
            place: Some(self.places[index]),
        })
    }

    /// Moves the end to a whole number of frames, of so many a second.
    pub(crate) fn align(&mut self, rate: f64) {
        self.duration = (self.duration * rate).round() / rate;
        if let Some(last) = self.shots.last_mut() {
            last.end = self.duration;
        }
    }

    /// The stretch of the whole session.
    pub(crate) fn span(&self) -> Option<Span> {
        Span::new(Time::ZERO, Time::from_seconds(self.duration))
    }
}
