//! What a change of state costs at each edge: a constant, less what speaks for it.

use crate::bins::Bins;
use crate::cues::{closes, opening};
use crate::programme::EdgeCost;
use crate::speech::{Said, Speech};

/// Log-odds that each cue adds, from the same regression as the words of an opening.
const CLOSED_BEFORE: f64 = 2.5;
const NOVELTY: f64 = 1.0;
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

/// The cost of each edge's changes of state.
pub(crate) struct BoundaryCost<'a> {
    pub(crate) bins: Bins,
    pub(crate) speech: &'a Speech,
    /// What a boundary costs without any cue.
    pub(crate) constant: f64,
    /// How much cues count.
    pub(crate) cues: f64,
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
        let cost = |odds: &Odds| EdgeCost {
            work_to_work: self.constant - self.cues * odds.both,
            work_to_idle: -self.cues * odds.ends,
            idle_to_work: self.constant - self.cues * odds.starts,
        };
        self.odds().iter().map(cost).collect()
    }

    fn odds(&self) -> Vec<Odds> {
        let mut odds = self.within_speech();
        let (openings, novelty, pauses) = (self.openings(), self.speech.novelty(MEMORY), self.pauses());
        for (index, here) in self.speech.said.iter().enumerate() {
            let before = index.checked_sub(1).map(|before| &self.speech.said[before]);
            let closed = before.map_or(0.0, |before| self.closing(before));
            let starts = openings[index] + NOVELTY * novelty[index] + pauses[index];
            odds[self.bins.nearest_edge(here.span.start())].raise(Odds { starts, ends: 0.0, both: starts + closed });
            if let Some(before) = before {
                let ends = closed + pauses[index];
                odds[self.bins.nearest_edge(before.span.end())].raise(Odds { ends, ..Odds::default() });
            }
        }
        odds
    }

    fn closing(&self, said: &Said) -> f64 {
        if closes(self.speech.cue_words(said)) { CLOSED_BEFORE } else { 0.0 }
    }

    /// The log-odds of the pause before each utterance.
    fn pauses(&self) -> Vec<f64> {
        self.speech.silences().iter().map(|silence| PAUSE * (1.0 + silence / 2.0).ln()).collect()
    }

    /// The opening odds of each utterance and, in part, of the best that follows at once: *Right. So, we'll fit the pump.*
    fn openings(&self) -> Vec<f64> {
        let said = &self.speech.said;
        let own: Vec<f64> = said.iter().map(|said| opening(self.speech.cue_words(said))).collect();
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
