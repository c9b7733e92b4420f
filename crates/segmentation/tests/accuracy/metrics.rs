//! The figures that segmentations are judged by.

use stepreel_core::{Segmentation, Span};
use stepreel_testkit::metrics::Found;

/// A recording whose procedures somebody marked.
pub(crate) struct Labelled {
    pub(crate) name: String,
    pub(crate) style: String,
    pub(crate) evidence: stepreel_core::Evidence,
    pub(crate) procedures: Vec<Span>,
}

/// Sums over sessions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    sessions: f64,
    procedure_f1: f64,
    boundary_f1: f64,
    count_error: f64,
    found: f64,
}

impl Figures {
    pub(crate) fn add(&mut self, session: &Labelled, found: &Segmentation) {
        let spans: Vec<Span> = found.segments.iter().map(|segment| segment.span).collect();
        let figures = Found::compare(&spans, &session.procedures);
        self.sessions += 1.0;
        self.procedure_f1 += figures.procedure_f1;
        self.boundary_f1 += figures.boundary_f1;
        self.count_error += figures.count_error;
        self.found += spans.len() as f64;
    }

    /// Percent.
    pub(crate) fn procedure_f1(&self) -> f64 {
        100.0 * self.procedure_f1 / self.sessions
    }

    /// Percent.
    pub(crate) fn boundary_f1(&self) -> f64 {
        100.0 * self.boundary_f1 / self.sessions
    }

    pub(crate) fn count_error(&self) -> f64 {
        self.count_error / self.sessions
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (procedures, boundaries) = (self.procedure_f1(), self.boundary_f1());
        let (error, found) = (self.count_error(), self.found / self.sessions);
        write!(
            f,
            "procedure F1@.5 {procedures:5.1}  boundary F1@15s {boundaries:5.1}  |K error| {error:.2}  found {found:.1}"
        )
    }
}

/// Share of windows of half the mean marked length in which found and marked disagree whether both ends lie in one segment.
/// Segments here are numbers for each unit of text.
pub(crate) fn pk(found: &[usize], marked: &[usize]) -> f64 {
    let segments = 1 + marked.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let window = (marked.len() as f64 / segments as f64 / 2.0).round().max(1.0) as usize;
    let pairs = marked.len().saturating_sub(window);
    let same = |labels: &[usize], at: usize| labels[at] == labels[at + window];
    let wrong = (0..pairs).filter(|&at| same(found, at) != same(marked, at)).count();
    wrong as f64 / pairs.max(1) as f64
}
