//! The time that each sampled frame stands for.

use std::time::Duration;

use stepreel_core::{PictureReading, Span, SpanSet, Time};

/// The time that each sample stands for: to halfway to its neighbours, and not further than the samples usually lie apart, so
/// that no sample speaks for a hole in the recording.
#[derive(Debug)]
pub(crate) struct Cells<'a> {
    readings: &'a [PictureReading],
    span: Span,
    step: Duration,
}

impl<'a> Cells<'a> {
    pub(crate) fn new(readings: &'a [PictureReading], span: Span) -> Self {
        let mut steps: Vec<_> = readings.windows(2).map(|pair| pair[1].time.since(pair[0].time)).collect();
        steps.sort_unstable();
        let step = steps.get(steps.len() / 2).copied().unwrap_or_else(|| span.duration());
        Self { readings, span, step }
    }

    /// Where samples, told by their index, are so.
    pub(crate) fn holding(&self, so: impl Fn(usize) -> bool) -> SpanSet {
        (0..self.readings.len()).filter(|&index| so(index)).filter_map(|index| self.cell(index)).collect()
    }

    fn cell(&self, index: usize) -> Option<Span> {
        let time = self.readings[index].time;
        let neighbour = |index: Option<usize>| index.and_then(|index| self.readings.get(index));
        let halfway = |other: &PictureReading| time.distance(other.time) / 2;
        let before = neighbour(index.checked_sub(1)).map_or(self.step, halfway).min(self.step);
        let after = neighbour(Some(index + 1)).map_or(self.step, halfway).min(self.step);
        let cell = Span::new((time - before).max(Time::ZERO), time + after)?;
        cell.intersection(self.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(times: &[f64], so: &[usize], expected: &[(f64, f64)]) {
        let reading = |&time| PictureReading { time: Time::from_seconds(time), ..PictureReading::default() };
        let readings: Vec<_> = times.iter().map(reading).collect();
        let cells = Cells::new(&readings, Span::from_seconds(0.0, 10.0).unwrap());
        let spans: SpanSet = expected.iter().filter_map(|&(start, end)| Span::from_seconds(start, end)).collect();
        assert_eq!(cells.holding(|index| so.contains(&index)), spans);
    }

    #[test]
    fn a_sample_stands_for_the_time_around_it() {
        let even = [0.0, 2.0, 4.0, 6.0, 8.0];
        check(&even, &[1, 2], &[(1.0, 5.0)]);
        check(&even, &[0], &[(0.0, 1.0)]);
        check(&even, &[4], &[(7.0, 10.0)]);
        check(&even, &[0, 2], &[(0.0, 1.0), (3.0, 5.0)]);
    }

    #[test]
    fn no_sample_speaks_for_a_hole() {
        check(&[0.0, 1.0, 2.0, 8.0, 9.0], &[0, 1, 2, 3, 4], &[(0.0, 3.0), (7.0, 10.0)]);
    }

    #[test]
    fn a_single_sample_stands_for_all() {
        check(&[4.0], &[0], &[(0.0, 10.0)]);
    }
}
