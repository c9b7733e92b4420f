//! The timeline, cut into bins of equal length.

use stepreel_core::{Span, Time};

/// Equal bins over a session; the last one may be shorter. An *edge* is where two bins meet: edge `i` starts bin `i`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bins {
    session: Span,
    width: f64,
    count: usize,
}

impl Bins {
    /// More bins than this are never made: a longer session has wider ones, so that its cost stays bounded.
    const MOST: f64 = 3600.0;

    /// Bins of `width` seconds, wider where the session is longer than 3,600 of them.
    pub(crate) fn new(session: Span, width: f64) -> Self {
        let width = width.max(session.seconds() / Self::MOST);
        let count = (session.seconds() / width).ceil().max(1.0) as usize;
        Self { session, width, count }
    }

    pub(crate) fn count(self) -> usize {
        self.count
    }

    /// Length of a bin in seconds.
    pub(crate) fn width(self) -> f64 {
        self.width
    }

    /// The bin that holds `time`; the first or last for a time outside.
    pub(crate) fn of(self, time: Time) -> usize {
        let index = (time.seconds() - self.session.start().seconds()) / self.width;
        (index.max(0.0) as usize).min(self.count - 1)
    }

    /// The edge nearest to `time`.
    pub(crate) fn nearest_edge(self, time: Time) -> usize {
        let edge = ((time.seconds() - self.session.start().seconds()) / self.width).round();
        (edge.max(0.0) as usize).min(self.count)
    }

    /// When that edge is.
    pub(crate) fn time(self, edge: usize) -> Time {
        let time = Time::from_seconds(self.session.start().seconds() + edge as f64 * self.width);
        if edge >= self.count { self.session.end() } else { time.min(self.session.end()) }
    }

    /// So many seconds in bins, at least one.
    pub(crate) fn length(self, seconds: f64) -> usize {
        ((seconds / self.width).round() as usize).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_has_its_bin() {
        let bins = Bins::new(Span::from_seconds(0.0, 9.0).unwrap(), 2.0);
        assert_eq!(bins.count(), 5);
        for (seconds, bin) in [(-1.0, 0), (0.0, 0), (1.99, 0), (2.0, 1), (8.5, 4), (20.0, 4)] {
            assert_eq!(bins.of(Time::from_seconds(seconds)), bin, "{seconds}");
        }
        assert_eq!(bins.time(5), Time::from_seconds(9.0));
    }

    #[test]
    fn a_long_session_has_wider_bins_instead_of_more() {
        let bins = Bins::new(Span::from_seconds(0.0, 20.0 * 3600.0).unwrap(), 2.0);
        assert_eq!(bins.count(), 3600);
    }
}
