//! The segmenter over all evidence.

use stepreel_core::{Evidence, Segment, Segmentation, SoundTrack, Span, StageProvenance, Time};

use crate::activity::activity;
use crate::bins::Bins;
use crate::boundary_cost::BoundaryCost;
use crate::interlude::interlude;
use crate::length_prior::{LengthPrior, Lengths};
use crate::programme::{EdgeCost, Piece, Plan, Programme, StretchCost};
use crate::projection::project;
use crate::rejoin::{Joined, Rejoin};
use crate::scatter::{Noise, Track};
use crate::snap::{Breaks, snapped};
use crate::speech::Speech;
use crate::stretch::{Timeline, Weighted};
use crate::{ChangePointConfig, Segmenter, Weights, confidence};

/// Finds procedures as the cheapest way to cut a session into stretches of work and idle, exactly.
///
/// The cost of a way to cut is the sum over its stretches of how much their pictures, sound and words scatter and of how
/// unusual their lengths are, plus a constant for each boundary, less what speaks for it: announcements, closings, pauses,
/// changes of view. How many procedures there are falls out. The parts are from kernel change-point detection (Arlot, Celisse
/// and Harchaoui 2019), lexical segmentation (Eisenstein and Barzilay 2008) and hidden semi-Markov models.
#[derive(Clone, Debug)]
pub struct ChangePoint {
    config: ChangePointConfig,
}

impl ChangePoint {
    /// With those settings.
    pub fn new(config: ChangePointConfig) -> Self {
        Self { config }
    }
}

impl Segmenter for ChangePoint {
    fn segment(&self, evidence: &Evidence) -> Segmentation {
        let evidence = weighty(evidence, self.config.weights);
        match evidence.span() {
            Some(session) if is_any(&evidence) => Run::new(&self.config, &evidence, session).segment(),
            _ => Segmentation::default(),
        }
    }

    fn provenance(&self) -> StageProvenance {
        StageProvenance {
            stage: "segmenter".to_owned(),
            kind: "change_point".to_owned(),
            model: None,
            model_sha256: None,
            device: None,
            settings: format!("{:?}", self.config),
        }
    }
}

/// The evidence without the kinds that have no weight, so that nothing rests on them, not even the finest place of a boundary.
fn weighty(evidence: &Evidence, weights: Weights) -> Evidence {
    let Weights { pictures, views, sound, words, cues, activity, motion } = weights;
    let mut left = evidence.clone();
    if [pictures, views] == [0.0; 2] {
        left.embeddings.clear();
    }
    if motion == 0.0 {
        left.pictures.clear();
    }
    if sound == 0.0 {
        left.sound = None;
    }
    if [words, cues, activity] == [0.0; 3] {
        (left.speech, left.transcript) = Default::default();
    }
    left
}

/// The weights where no word is heard.
fn wordless(weights: Weights) -> Weights {
    Weights { pictures: WORDLESS * weights.pictures, views: WORDLESS * weights.views, ..weights }
}

/// Whether anything was seen or heard that could be work.
fn is_any(evidence: &Evidence) -> bool {
    !evidence.transcript.utterances.is_empty() || !evidence.embeddings.is_empty()
}

/// One session, prepared.
struct Run<'a> {
    config: &'a ChangePointConfig,
    weights: Weights,
    session: Span,
    bins: Bins,
    speech: Speech,
    timeline: Timeline,
}

/// Noise is measured between moments that many seconds apart; a boundary that moves by no more than the longer is the same boundary.
const SHORT_LAG: f64 = 6.0;
const LAG: f64 = 10.0;
/// The least noise of unit vectors, and of eight band levels in dB together: below that, differences are the codec's.
const PICTURE_FLOOR: f64 = 0.15;
const SOUND_FLOOR: f64 = 12.0;
/// How much more pictures count where no word is heard: the odds of words are then missing at every boundary.
const WORDLESS: f64 = 3.0;
/// Work that is shorter than that many seconds may be a detour.
const DETOUR: f64 = 20.0;

impl<'a> Run<'a> {
    fn new(config: &'a ChangePointConfig, evidence: &Evidence, session: Span) -> Self {
        let bins = Bins::new(session, config.bin_seconds);
        let speech = Speech::new(evidence);
        let weights = if speech.is_wordless() { wordless(config.weights) } else { config.weights };
        let timeline = Timeline {
            pictures: Weighted { of: pictures(evidence, bins), weight: weights.pictures },
            sound: Weighted { of: sound(evidence, bins), weight: weights.sound },
            words: Weighted { of: speech.vocabulary(bins), weight: weights.words },
            activity: activity(&speech, &evidence.pictures, (bins, weights)),
        };
        Self { config, weights, session, bins, speech, timeline }
    }

    fn segment(&self) -> Segmentation {
        let (edges, prior) = (self.edges(), self.prior());
        let programme = Programme { edges: &edges, prior: &prior, tolerance: self.bins.length(LAG) };
        let plan = programme.solve(&mut self.timeline.stretch());
        if !plan.cost.is_finite() {
            return Segmentation::default();
        }
        let rejoin = Rejoin {
            stretch: self.timeline.stretch(),
            length: &|bins| prior.work(plan.scale, bins),
            boundary: &|edge| edges[edge].idle_to_work,
            longest: self.bins.length(self.config.longest_interruption_seconds),
            detour: self.bins.length(DETOUR),
        };
        let mut procedures = rejoin.join(&plan);
        procedures.retain(|procedure| self.looks_like_work(procedure));
        Segmentation { segments: self.segments(&plan, &procedures) }
    }

    /// Whether the evidence itself speaks rather for work than for idle; lengths and boundaries may not make work of talk.
    /// An interruption within it says nothing of the rest.
    fn looks_like_work(&self, procedure: &Joined) -> bool {
        let bins: Vec<usize> = procedure.parts.iter().flat_map(|part| part.start..part.end).collect();
        let mut stretch = self.timeline.stretch();
        let evidence = bins.iter().map(|&bin| stretch.add(bin)).last();
        let activity: Vec<f64> = bins.iter().map(|&bin| self.timeline.activity[bin]).collect();
        evidence.is_some_and(|[work, idle]| work <= idle - interruption(&activity) + ROUNDING)
    }

    fn prior(&self) -> LengthPrior {
        let lengths = Lengths {
            typical: self.config.typical_seconds,
            shortest: self.config.shortest_seconds,
            shortest_idle: self.config.shortest_idle_seconds,
        };
        LengthPrior::new(lengths, self.bins)
    }

    fn edges(&self) -> Vec<EdgeCost> {
        let (constant, weights) = (self.config.boundary_cost, self.weights);
        let pictures = &self.timeline.pictures.of;
        let views: Vec<f64> =
            (0..=self.bins.count()).map(|edge| weights.views * interlude(pictures, self.bins, edge)).collect();
        BoundaryCost { bins: self.bins, speech: &self.speech, constant, cues: weights.cues, views: &views }.edges()
    }

    fn segments(&self, plan: &Plan, procedures: &[Joined]) -> Vec<Segment> {
        let hulls: Vec<Span> = procedures.iter().map(|procedure| self.span(procedure.hull())).collect();
        let breaks = Breaks::new(&self.speech, self.session, self.view_changes());
        let segment = |(procedure, span): (&Joined, Span)| Segment {
            span,
            interruptions: procedure.interruptions().filter_map(|gap| self.span(gap).intersection(span)).collect(),
            confidence: confidence::of(plan, procedure),
        };
        procedures.iter().zip(snapped(&hulls, &breaks)).map(segment).collect()
    }

    /// Where the view changes more than around it, and more than the noise.
    fn view_changes(&self) -> Vec<Time> {
        let reach = self.bins.length(LAG);
        let change: Vec<f64> =
            (0..=self.bins.count()).map(|edge| self.timeline.pictures.of.change(edge, reach)).collect();
        let peaks =
            change.windows(3).enumerate().filter(|(_, near)| near[1] > 1.0 && near[1] >= near[0] && near[1] > near[2]);
        peaks.map(|(before, _)| self.bins.time(before + 1)).collect()
    }

    fn span(&self, piece: Piece) -> Span {
        Span::new(self.bins.time(piece.start), self.bins.time(piece.end)).expect("a piece has at least one bin")
    }
}

/// Sums of the same numbers in another order differ by less, in nats.
const ROUNDING: f64 = 1e-6;

/// The odds of the stretch that speaks most against work, of up to half of all bins; zero or less.
fn interruption(activity: &[f64]) -> f64 {
    let longest = activity.len() / 2;
    let from = |start: usize| {
        let sums = activity[start..].iter().take(longest).scan(0.0, |sum, odds| {
            *sum += odds;
            Some(*sum)
        });
        sums.fold(0.0, f64::min)
    };
    (0..activity.len()).map(from).fold(0.0, f64::min)
}

fn pictures(evidence: &Evidence, bins: Bins) -> Track {
    let frames = evidence.embeddings.iter().map(|frame| (bins.of(frame.time), project(&frame.vector)));
    Track::new(frames, bins.count(), noise(bins, PICTURE_FLOOR))
}

fn noise(bins: Bins, floor: f64) -> Noise {
    Noise { lags: [bins.length(SHORT_LAG), bins.length(LAG)], floor }
}

/// The background of the sound, one reading a second, where there was sound.
fn sound(evidence: &Evidence, bins: Bins) -> Track {
    let seconds = evidence.sound.iter().flat_map(heard);
    let bands = |(second, bands): (Span, &[f32; 8])| (bins.of(second.middle()), bands.map(f64::from).to_vec());
    Track::new(seconds.map(bands), bins.count(), noise(bins, SOUND_FLOOR))
}

/// The seconds whose background was heard: that of lost sound is the link's, not the room's.
fn heard(sound: &SoundTrack) -> impl Iterator<Item = (Span, &[f32; 8])> {
    let second = |at: usize| Span::from_seconds(at as f64, at as f64 + 1.0).expect("a second is not empty");
    let seconds = sound.background.iter().enumerate().map(move |(at, bands)| (second(at), bands));
    seconds.filter(|(second, _)| sound.dropouts.share_of(*second) < LOST)
}

/// The share of a second, 0-1, from which its sound counts as lost: no hop of 25 ms is then left to tell the background.
const LOST: f64 = 0.95;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interruption_is_the_worst_stretch_of_at_most_half() {
        for (activity, expected) in [
            (vec![1.0, -2.0, -2.0, 1.0, 1.0, -1.0], -4.0),
            (vec![-1.0, -1.0, -1.0, -1.0], -2.0),
            (vec![1.0, 1.0], 0.0),
            (vec![-1.0], 0.0),
            (Vec::new(), 0.0),
        ] {
            assert!((interruption(&activity) - expected).abs() < 1e-9, "{activity:?}");
        }
    }

    #[test]
    fn lost_sound_has_no_background() {
        let lost = Span::from_seconds(1.5, 4.0).unwrap();
        let sound = SoundTrack {
            background: vec![[-60.0; 8]; 6],
            dropouts: [lost].into_iter().collect(),
            ..SoundTrack::default()
        };
        let seconds: Vec<f64> = heard(&sound).map(|(second, _)| second.start().seconds()).collect();
        assert_eq!(seconds, [0.0, 1.0, 4.0, 5.0]);
    }
}
