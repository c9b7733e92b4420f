use serde::{Deserialize, Serialize};
use stepreel_core::{Findings, ScoreCard, Span, StageProvenance};

use crate::card::card;
use crate::measures::measurements;
use crate::session_card::Rated;
use crate::{Profile, Scorer, Subject};

/// Settings of [`Flat`]: it has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlatConfig {}

/// The plain mean of what each component earned: the baseline that the weakest link has to beat.
///
/// A covered lens costs it a twelfth.
#[derive(Clone, Debug, Default)]
pub struct Flat {
    profile: Profile,
}

impl Scorer for Flat {
    fn score(&self, subject: &Subject<'_>) -> ScoreCard {
        card("flat", &measurements(subject, &self.profile), &|earned| {
            earned.iter().map(|(_, points)| points).sum::<f64>() / earned.len().max(1) as f64
        })
    }

    fn session(&self, procedures: &[(Span, ScoreCard)], findings: &Findings, span: Span) -> ScoreCard {
        ScoreCard { profile: "flat".to_owned(), ..Rated { procedures, findings, span }.card(&self.profile, 100.0) }
    }

    fn provenance(&self) -> StageProvenance {
        StageProvenance {
            stage: "scorer".to_owned(),
            kind: "flat".to_owned(),
            model: None,
            model_sha256: None,
            device: None,
            settings: String::new(),
        }
    }
}
