use stepreel_core::SpanSet;

use crate::Measure;

/// One measure of a procedure.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measurement {
    pub(crate) measure: Measure,
    /// In the measure's unit.
    pub(crate) value: f64,
    /// 0-100.
    pub(crate) points: f64,
    /// Where it was bad.
    pub(crate) ranges: SpanSet,
    /// One sentence on what is wrong, should points be lost.
    pub(crate) complaint: String,
}

impl Measurement {
    /// A measurement of the procedure as a whole.
    pub(crate) fn new(measure: Measure, value: f64, points: f64) -> Self {
        Self { measure, value, points, ranges: SpanSet::default(), complaint: String::new() }
    }

    pub(crate) fn because(self, complaint: String) -> Self {
        Self { complaint, ..self }
    }

    pub(crate) fn at(self, ranges: SpanSet) -> Self {
        Self { ranges, ..self }
    }
}

/// A share as whole percent; a little is never nothing, and nearly all is never all.
pub(crate) fn percent(share: f64) -> String {
    match share {
        share if share <= 0.0 => "0 %".to_owned(),
        share if share < 0.01 => "under 1 %".to_owned(),
        share if share < 1.0 => format!("{:.0} %", (share * 100.0).min(99.0)),
        _ => "100 %".to_owned(),
    }
}
