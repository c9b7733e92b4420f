//! What a change of state costs at each edge: a constant, less what speaks for it.

use crate::bins::Bins;
use crate::cues::{Openings, closes};
use crate::habit::worth;
use crate::programme::EdgeCost;
use crate::speech::{Said, Speech};
use crate::topic::taken_up;

/// Log-odds that each cue adds, from the same regression as the words of an opening.
const CLOSED_BEFORE: f64 = 2.5;
const NOVELTY: f64 = 1.5;
/// Log-odds of an utterance all of whose topic is taken up after it and none of it was before.
const TAKEN_UP: f64 = 1.5;
/// The share of a session's utterances that usually sound like a closing.
const USUAL_CLOSINGS: f64 = 0.1;
/// The share of an utterance's opening odds that already counts when the one before it starts.
const FOLLOWING: f64 = 0.75;
/// Log-odds for an e-fold longer pause, where pauses count from 2 s on.
const PAUSE: f64 = 1.0;
/// Log-odds of an edge that would cut somebody short.
const WITHIN_SPEECH: f64 = -3.0;
/// Following utterances belong to an announcement when they start within so many seconds.
const ANNOUNCEMENT: f64 = 10.0;
/// At most so many of them.
const LONGEST_ANNOUNCEMENT: usize = 3;
/// Words are new when nobody said them for so many seconds.
const MEMORY: f64 = 240.0;
/// A topic is taken up within so many seconds.
const TOPIC: f64 = 90.0;

/// The cost of each edge's changes of state.
pub(crate) struct BoundaryCost<'a> {
    pub(crate) bins: Bins,
    pub(crate) speech: &'a Speech,
    /// What a boundary costs without any cue.
    pub(crate) constant: f64,
    /// How much cues count.
    pub(crate) cues: f64,
    /// What the view says for a change of state at each edge, in weighted log-odds.
    pub(crate) views: &'a [f64],
}

/// What speaks for a change of state at an edge, in log-odds.
#[derive(Clone, Copy, Debug, Default)]
struct Odds {
    starts: f64,
    ends: f64,
    both: f64,
}

impl BoundaryCost<'_> {
    /// One more cost than bins. The constant is paid once for a boundary: an idle stretch between two procedures pays it where
    /// it ends only.
    pub(crate) fn edges(&self) -> Vec<EdgeCost> {
        let cost = |(odds, view): (Odds, &f64)| EdgeCost {
            work_to_work: self.constant - self.cues * odds.both - view,
            work_to_idle: -self.cues * odds.ends - view,
            idle_to_work: self.constant - self.cues * odds.starts - view,
        };
        self.odds().into_iter().zip(self.views).map(cost).collect()
    }

    fn odds(&self) -> Vec<Odds> {
        let mut odds = self.within_speech();
        let (openings, novelty, pauses) = (self.openings(), self.speech.novelty(MEMORY), self.pauses());
        let (taken_up, closed_before) = (taken_up(self.speech, TOPIC), self.closings());
        for (index, here) in self.speech.said.iter().enumerate() {
            let before = index.checked_sub(1).map(|before| &self.speech.said[before]);
            let closed = closed_before[index];
            let starts = openings[index] + NOVELTY * novelty[index] + TAKEN_UP * taken_up[index] + pauses[index];
            odds[self.bins.nearest_edge(here.span.start())].raise(Odds { starts, ends: 0.0, both: starts + closed });
            if let Some(before) = before {
                let ends = closed + pauses[index];
                odds[self.bins.nearest_edge(before.span.end())].raise(Odds { ends, ..Odds::default() });
            }
        }
        odds
    }

    /// The log-odds of a closing right before each utterance.
    fn closings(&self) -> Vec<f64> {
        let closes = |said: &Said| closes(self.speech.cue_words(said));
        let closed: Vec<bool> = self.speech.said.iter().map(closes).collect();
        let odds = CLOSED_BEFORE * worth(closed.iter().filter(|closed| **closed).count(), closed.len(), USUAL_CLOSINGS);
        [false].iter().chain(&closed).map(|closed| if *closed { odds } else { 0.0 }).collect()
    }

    /// The log-odds of the pause before each utterance.
    fn pauses(&self) -> Vec<f64> {
        self.speech.silences().iter().map(|silence| PAUSE * (1.0 + silence / 2.0).ln()).collect()
    }

    /// The opening odds of each utterance and, in part, of the best that follows at once: *Right. So, we'll fit the pump.*
    fn openings(&self) -> Vec<f64> {
        let said = &self.speech.said;
        let words: Vec<&[String]> = said.iter().map(|said| self.speech.cue_words(said)).collect();
        let openings = Openings::of(&words);
        let own: Vec<f64> = words.iter().map(|words| openings.odds(words)).collect();
        let following = |index: usize| {
            let soon = said[index].span.start().seconds() + ANNOUNCEMENT;
            let next = (index + 1..said.len()).take(LONGEST_ANNOUNCEMENT);
            next.take_while(|&next| said[next].span.start().seconds() < soon).map(|next| own[next]).fold(0.0, f64::max)
        };
        (0..said.len()).map(|index| own[index] + FOLLOWING * following(index)).collect()
    }

    /// Edges inside an utterance start below zero.
    fn within_speech(&self) -> Vec<Odds> {
        let mut odds = vec![Odds::default(); self.bins.count() + 1];
        for said in &self.speech.said {
            let (first, last) = (self.bins.nearest_edge(said.span.start()), self.bins.nearest_edge(said.span.end()));
            odds.iter_mut().take(last).skip(first + 1).for_each(|odds| *odds = Odds::all(WITHIN_SPEECH));
        }
        odds
    }
}

impl Odds {
    fn all(odds: f64) -> Self {
        Self { starts: odds, ends: odds, both: odds }
    }

    fn raise(&mut self, other: Self) {
        self.starts = self.starts.max(other.starts);
        self.ends = self.ends.max(other.ends);
        self.both = self.both.max(other.both);
    }
}
