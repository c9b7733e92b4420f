//! What all evidence in a stretch costs, as work and as idle.

use crate::cohesion::{Cohesion, Vocabulary};
use crate::programme::StretchCost;
use crate::scatter::{Scatter, Track};

/// A kind of evidence, and how many nats a unit of its cost is worth.
#[derive(Clone, Debug)]
pub(crate) struct Weighted<T> {
    pub(crate) of: T,
    pub(crate) weight: f64,
}

/// The evidence of a session, bin by bin.
#[derive(Clone, Debug)]
pub(crate) struct Timeline {
    pub(crate) pictures: Weighted<Track>,
    pub(crate) sound: Weighted<Track>,
    pub(crate) words: Weighted<Vocabulary>,
    /// Weighted log-odds of work in each bin.
    pub(crate) activity: Vec<f64>,
}

impl Timeline {
    /// An empty stretch of it.
    pub(crate) fn stretch(&self) -> Stretch<'_> {
        Stretch {
            pictures: Vectors::new(&self.pictures),
            sound: Vectors::new(&self.sound),
            words: Weighted { of: Cohesion::new(&self.words.of), weight: self.words.weight },
            activity: &self.activity,
            worked: 0.0,
        }
    }
}

/// A growing stretch.
///
/// Work is one scene, so it pays for its scatter. Idle may show anything, so each of its bins pays what a bin of the whole
/// session scatters: less than work that spans several scenes, more than work in one. Words cost both the same: talk has its
/// topics too, and only what is said tells it from work.
pub(crate) struct Stretch<'a> {
    pictures: Vectors<'a>,
    sound: Vectors<'a>,
    words: Weighted<Cohesion<'a>>,
    activity: &'a [f64],
    worked: f64,
}

impl StretchCost for Stretch<'_> {
    fn clear(&mut self) {
        self.pictures.scatter.clear();
        self.sound.scatter.clear();
        self.words.of.clear();
        self.worked = 0.0;
    }

    fn add(&mut self, bin: usize) -> [f64; 2] {
        self.worked += self.activity[bin];
        let said = self.words.weight * self.words.of.add(bin);
        let ([seen, seen_anywhere], [heard, heard_anywhere]) = (self.pictures.add(bin), self.sound.add(bin));
        [seen + heard + said - self.worked, seen_anywhere + heard_anywhere + said]
    }
}

/// A growing stretch of a kind of evidence that has one vector a bin.
struct Vectors<'a> {
    scatter: Scatter<'a>,
    weight: f64,
    anywhere: f64,
}

impl<'a> Vectors<'a> {
    fn new(track: &'a Weighted<Track>) -> Self {
        Self { scatter: Scatter::new(&track.of), weight: track.weight, anywhere: track.of.spread() }
    }

    /// What the stretch scatters, and what as many bins of the whole session do.
    fn add(&mut self, bin: usize) -> [f64; 2] {
        let (scatter, bins) = self.scatter.add(bin);
        [self.weight * scatter, self.weight * self.anywhere * bins]
    }
}
