//! A score with what it is made of.

use stepreel_core::{Component, Reason, ScoreCard};

use crate::wording;

pub(super) struct ScoreView<'a> {
    pub(super) points: u8,
    pub(super) band: &'static str,
    pub(super) profile: &'a str,
    pub(super) components: Vec<ComponentView>,
    pub(super) reasons: Vec<ReasonView<'a>>,
}

pub(super) struct ComponentView {
    pub(super) label: String,
    /// Nothing when it was not measured.
    pub(super) points: Option<f64>,
    pub(super) band: &'static str,
    pub(super) measured: String,
}

pub(super) struct ReasonView<'a> {
    pub(super) lost: String,
    pub(super) message: &'a str,
}

impl<'a> From<&'a ScoreCard> for ScoreView<'a> {
    fn from(card: &'a ScoreCard) -> Self {
        Self {
            points: card.total.points(),
            band: wording::band(card.total.points().into()),
            profile: &card.profile,
            components: card.components.iter().map(component).collect(),
            reasons: card.reasons.iter().map(reason).collect(),
        }
    }
}

fn component(component: &Component) -> ComponentView {
    ComponentView {
        label: wording::label(&component.name),
        points: component.points,
        band: component.points.map_or("none", wording::band),
        measured: component.measured.map_or(String::new(), |value| wording::measure(value, &component.unit)),
    }
}

fn reason(reason: &Reason) -> ReasonView<'_> {
    ReasonView { lost: format!("−{:.1}", reason.points_lost), message: &reason.message }
}
