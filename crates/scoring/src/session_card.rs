//! The card of a session, from those of its procedures.

use stepreel_core::{Component, FindingCode, Findings, Reason, Score, ScoreCard, Span, SpanSet};

use crate::card::{rounded, sorted};
use crate::measurement::percent;
use crate::measures::{UNHEARD, UNSEEN};
use crate::{Measure, Profile};

/// What a session is rated by.
pub(crate) struct Rated<'a> {
    pub(crate) procedures: &'a [(Span, ScoreCard)],
    pub(crate) findings: &'a Findings,
    pub(crate) span: Span,
}

impl Rated<'_> {
    /// The mean of the procedures by their length, at most `headroom` above what sight and sound earn over the whole session.
    pub(crate) fn card(&self, profile: &Profile, headroom: f64) -> ScoreCard {
        let mean = self.mean(|card| Some(f64::from(card.total.points()))).unwrap_or(0.0);
        let wholes = [self.unseen(profile), self.unheard(profile)];
        let weakest = wholes.iter().min_by(|a, b| a.points.total_cmp(&b.points));
        let total = weakest.map_or(mean, |whole| mean.min(whole.points + headroom));
        let mut reasons = self.reasons();
        reasons.extend(weakest.map(|whole| whole.reason(mean - total)));
        ScoreCard {
            total: Score::rounded(total),
            profile: profile.version().to_owned(),
            components: Measure::ALL.map(|measure| self.component(measure, &wholes)).to_vec(),
            reasons: sorted(reasons),
        }
    }

    fn unseen(&self, profile: &Profile) -> Whole {
        let ranges = self.found(&UNSEEN);
        let share = ranges.share_of(self.span);
        let message = format!("Nothing to see for {} of the session", percent(share));
        Whole { measure: Measure::Visibility, share, points: profile.visibility.points(share), ranges, message }
    }

    fn unheard(&self, profile: &Profile) -> Whole {
        let ranges = self.found(&UNHEARD);
        let share = ranges.share_of(self.span);
        let message = format!("Sound missing for {} of the session", percent(share));
        Whole { measure: Measure::Dropout, share, points: profile.dropout.points(share), ranges, message }
    }

    fn found(&self, codes: &[FindingCode]) -> SpanSet {
        let ranges = codes.iter().flat_map(|&code| self.findings.ranges(code).spans().to_vec());
        ranges.collect::<SpanSet>().within(self.span)
    }

    /// The mean over the procedures that have it, by their length.
    fn mean(&self, value: impl Fn(&ScoreCard) -> Option<f64>) -> Option<f64> {
        let weighted = self.procedures.iter().filter_map(|(span, card)| Some((span.seconds(), value(card)?)));
        let (seconds, sum) =
            weighted.fold((0.0, 0.0), |(s, sum), (seconds, value)| (s + seconds, sum + seconds * value));
        (seconds > 0.0).then(|| sum / seconds)
    }

    fn component(&self, measure: Measure, wholes: &[Whole; 2]) -> Component {
        let whole = wholes.iter().find(|whole| whole.measure == measure);
        let of = |card: &ScoreCard| card.components.iter().find(|component| component.name == measure.name()).cloned();
        let measured = whole.map(|whole| whole.share).or_else(|| self.mean(|card| of(card)?.measured));
        let points = whole.map(|whole| whole.points).or_else(|| self.mean(|card| of(card)?.points));
        Component {
            name: measure.name().to_owned(),
            measured: measured.map(|measured| rounded(measured, 4)),
            unit: measure.unit().to_owned(),
            points: points.map(|points| rounded(points, 2)),
        }
    }

    /// One reason for each component that cost a procedure something: its mean loss, and the sentence of the procedure that
    /// it cost most.
    fn reasons(&self) -> Vec<Reason> {
        Measure::ALL.into_iter().filter_map(|measure| self.reason(measure)).collect()
    }

    fn reason(&self, measure: Measure) -> Option<Reason> {
        let of = |card: &ScoreCard| card.reasons.iter().find(|reason| reason.component == measure.name()).cloned();
        let lost = self.mean(|card| Some(of(card).map_or(0.0, |reason| reason.points_lost)))?;
        let reasons: Vec<Reason> = self.procedures.iter().filter_map(|(_, card)| of(card)).collect();
        let worst = reasons.iter().max_by(|a, b| a.points_lost.total_cmp(&b.points_lost))?;
        let message = format!(
            "{} of {} procedures lose by it, the worst: {}",
            reasons.len(),
            self.procedures.len(),
            worst.message
        );
        let ranges = reasons.iter().flat_map(|reason| reason.ranges.spans().to_vec()).collect();
        Some(Reason { component: worst.component.clone(), points_lost: rounded(lost, 2), ranges, message })
    }
}

/// What is measured of the whole session.
struct Whole {
    measure: Measure,
    share: f64,
    points: f64,
    ranges: SpanSet,
    message: String,
}

impl Whole {
    fn reason(&self, lost: f64) -> Reason {
        Reason {
            component: self.measure.name().to_owned(),
            points_lost: rounded(lost, 2),
            ranges: self.ranges.clone(),
            message: self.message.clone(),
        }
    }
}
