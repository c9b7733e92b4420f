//! What pictures and sound of a session are read as.

use stepreel_core::{
    Evidence, Finding, FindingCode, Findings, PictureReading, ScoreCard, Segment, Severity, SoundTrack, Span, SpanSet,
    Time,
};

use super::session::{evidence, name, segment};
use crate::{Scorer, Subject};

/// What a minute is read as from its start to its end; each reading may have any value of its range.
#[derive(Clone, Debug, PartialEq)]
pub struct Readings {
    /// Width of edges in pixels; nothing without edges.
    pub edge_width: Option<f32>,
    /// Noise in steps of luma.
    pub noise: f32,
    /// Share of pixels that are too dark, 0-1.
    pub dark_share: f32,
    /// Mean luma, 0-255.
    pub mean_luma: f32,
    /// The camera's motion between frames, as a share of the width; nothing when it was not measured.
    pub shift: Option<f32>,
    /// Level of speech in dB below full scale, from [`Readings::FLOOR`] to 0.
    pub loudness: f32,
    /// Share of samples at full scale, 0-1.
    pub clipped: f32,
    /// Share of the time in which somebody speaks, 0-1.
    pub spoken: f64,
    /// Share of the time in which the lens is covered, 0-1.
    pub unseen: f64,
    /// Share of the time in which the sound is missing, 0-1.
    pub unheard: f64,
    /// Of what was said; nothing when the recogniser gives none.
    pub log_probability: Option<f32>,
}

/// In seconds.
const LENGTH: f64 = 60.0;

impl Readings {
    /// The level between words, in dB below full scale.
    pub const FLOOR: f32 = -60.0;

    /// Nothing to complain of.
    pub fn good() -> Self {
        Self {
            edge_width: Some(7.0),
            noise: 1.0,
            dark_share: 0.1,
            mean_luma: 110.0,
            shift: Some(0.002),
            loudness: -20.0,
            clipped: 0.0,
            spoken: 0.5,
            unseen: 0.0,
            unheard: 0.0,
            log_probability: Some(-0.2),
        }
    }

    pub(super) fn cases() -> Vec<Self> {
        let good = Self::good();
        let hardly_measured = Self { edge_width: None, shift: None, log_probability: None, ..good.clone() };
        let lost = Self { unseen: 1.0, unheard: 1.0, spoken: 0.0, loudness: Self::FLOOR, ..good.clone() };
        let blurred = Self { edge_width: Some(17.0), ..good.clone() };
        let dark = Self { dark_share: 1.0, mean_luma: 0.0, noise: 30.0, ..good.clone() };
        let half_seen = Self { unseen: 0.5, ..good.clone() };
        let all = good.worse(1.0).into_iter();
        [hardly_measured, lost, blurred, dark, half_seen, good].into_iter().chain(all).collect()
    }

    /// These, each time with one of them worse; `more`, from 0 to 1, is how much worse.
    #[must_use]
    pub fn worse(&self, more: f32) -> Vec<Self> {
        vec![
            Self { edge_width: self.edge_width.map(|width| width + 30.0 * more), ..self.clone() },
            Self { noise: self.noise + 20.0 * more, ..self.clone() },
            Self { dark_share: (self.dark_share + more).min(1.0), ..self.clone() },
            Self { shift: self.shift.map(|shift| shift + 0.1 * more), ..self.clone() },
            Self { clipped: (self.clipped + more).min(1.0), ..self.clone() },
            Self { loudness: (self.loudness - 20.0 * more).max(Self::FLOOR), ..self.clone() },
            Self { log_probability: self.log_probability.map(|log| log - more), ..self.clone() },
        ]
    }

    /// The evidence of the minute.
    pub fn evidence(&self) -> Evidence {
        let track = SoundTrack {
            level_db: (0..2400).map(|hop| if hop % 5 < 2 { self.loudness } else { Self::FLOOR }).collect(),
            clipped: vec![self.clipped; 2400],
            ..SoundTrack::default()
        };
        let pictures = (0..60).map(|second| self.picture(f64::from(second) + 0.5)).collect();
        let mut evidence = evidence(LENGTH, pictures, track, share(self.spoken));
        let utterances = evidence.transcript.utterances.iter_mut();
        utterances.for_each(|utterance| utterance.log_probability = self.log_probability);
        evidence
    }

    fn picture(&self, seconds: f64) -> PictureReading {
        PictureReading {
            time: Time::from_seconds(seconds),
            edge_width: self.edge_width,
            noise: self.noise,
            dark_share: self.dark_share,
            mean_luma: self.mean_luma,
            shift: self.shift,
            ..PictureReading::default()
        }
    }

    /// What quality control finds in the minute.
    pub fn findings(&self) -> Findings {
        let finding = |code, measured: f64| Finding {
            code,
            severity: Severity::Warning,
            ranges: share(measured),
            measured,
            threshold: 0.0,
            unit: "share of session".to_owned(),
            message: String::new(),
        };
        let found =
            [finding(FindingCode::CameraOccluded, self.unseen), finding(FindingCode::AudioDropout, self.unheard)];
        found.into_iter().collect()
    }

    /// The procedure: all of the minute but a second at either end.
    pub fn segment(&self) -> Segment {
        segment(1.0, LENGTH - 1.0)
    }

    /// The procedure's card.
    pub fn card(&self, scorer: &dyn Scorer) -> ScoreCard {
        let (evidence, findings, name, segment) = (self.evidence(), self.findings(), name(), self.segment());
        scorer.score(&Subject { evidence: &evidence, segment: &segment, name: &name, findings: &findings })
    }
}

/// That share of the minute from its start on, and a moment for none.
fn share(share: f64) -> SpanSet {
    Span::from_seconds(0.0, 0.01 + (LENGTH - 1.0) * share).into_iter().collect()
}
