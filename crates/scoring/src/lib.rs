//! How good pictures and sound are, what is wrong with a session, what a procedure scores, and what follows from it.
//!
//! Meters turn frames and sound into readings; findings turn readings into reason codes with ranges; a scorer turns both
//! into 0-100 with its components and reasons; the policy turns that into a status. Nothing here decodes, stores, or
//! looks at a clock: the same readings give the same findings and the same score, to the byte.

use stepreel_core::{Evidence, Findings, Name, ScoreCard, Segment, Span, StageProvenance};

mod change;
mod edge_width;
mod exposure;
mod flatness;
mod luma;
mod noise;
mod picture_meter;
mod shift;

mod sound_meter;

mod cells;
mod findings;

mod policy;

mod card;
mod config;
mod flat;
mod losses;
mod session_card;
mod weakest_link;

mod measure;
mod measurement;
mod measures;
mod worked;

mod knots;
mod profile;

pub mod conformance;

/// Scores procedures and sessions.
///
/// # Contract
/// Deterministic: the same subject gives the same card, byte for byte as JSON. Monotone: a worse measurement of one
/// component, all else equal, never gives a higher total. A component that could not be measured has neither a
/// measurement nor points, and no weight. Components come in the same order on every card. Reasons come with the most
/// points lost first, no loss is negative, and together they make up what the total lacks to 100, within a point of rounding.
/// Ranges lie inside the subject's span.
///
/// [`conformance::run`] is this contract as code.
pub trait Scorer: Send + Sync {
    /// Scores one procedure.
    fn score(&self, subject: &Subject<'_>) -> ScoreCard;

    /// Scores the session that spans `span` from the cards of its `procedures` and its findings; 0 without procedures.
    fn session(&self, procedures: &[(Span, ScoreCard)], findings: &Findings, span: Span) -> ScoreCard;

    /// What it is, for the record.
    fn provenance(&self) -> StageProvenance;
}

/// What is scored: one procedure, with everything that is known about it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Everything measured in the session.
    pub evidence: &'a Evidence,
    /// Where the procedure is.
    pub segment: &'a Segment,
    /// What it is called.
    pub name: &'a Name,
    /// What quality control noticed in the session.
    pub findings: &'a Findings,
}

pub use config::ScorerConfig;
pub use findings::{no_procedures, not_extracted, session_findings};
pub use flat::{Flat, FlatConfig};
pub use knots::{Knots, KnotsError};
pub use picture_meter::PictureMeter;
pub use policy::{Floors, Limits, Policy};
pub use profile::Profile;
pub use sound_meter::measure_sound;
pub use weakest_link::{WeakestLink, WeakestLinkConfig};

use measure::Measure;
