//! How far the packets of a stream are apart.

use std::collections::BTreeMap;
use std::time::Duration;

/// Different distances that are counted; a recording of more has a variable rate whatever follows.
const KINDS: usize = 4096;

/// Share of distances off the usual one from which the rate counts as variable.
const VARIABLE_SHARE: f64 = 0.01;

/// A histogram of distances in tenths of a millisecond.
#[derive(Debug, Default)]
pub(super) struct Distances {
    counts: BTreeMap<u32, u64>,
    total: u64,
    usual: (u32, u64),
}

impl Distances {
    pub(super) fn push(&mut self, distance: Duration) {
        let tenths = u32::try_from((distance.as_micros() + 50) / 100).unwrap_or(u32::MAX);
        self.total += 1;
        if self.counts.len() >= KINDS && !self.counts.contains_key(&tenths) {
            return;
        }
        let count = self.counts.entry(tenths).or_default();
        *count += 1;
        if *count > self.usual.1 {
            self.usual = (tenths, *count);
        }
    }

    /// The most frequent distance so far.
    pub(super) fn usual(&self) -> Option<Duration> {
        (self.total > 0).then(|| Duration::from_micros(u64::from(self.usual.0) * 100))
    }

    /// Whether the distance changes by more than containers round: Matroska keeps whole milliseconds.
    pub(super) fn vary(&self) -> bool {
        let usual = f64::from(self.usual.0);
        let tolerance = 15.0 + usual * 0.05;
        let near = |tenths: u32| (f64::from(tenths) - usual).abs() <= tolerance;
        let regular: u64 = self.counts.iter().filter(|(tenths, _)| near(**tenths)).map(|(_, count)| count).sum();
        (self.total - regular) as f64 > VARIABLE_SHARE * self.total as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(millis: impl IntoIterator<Item = u64>, usual: u64, vary: bool) {
        let mut distances = Distances::default();
        millis.into_iter().for_each(|millis| distances.push(Duration::from_millis(millis)));
        assert_eq!(distances.usual(), Some(Duration::from_millis(usual)));
        assert_eq!(distances.vary(), vary);
    }

    #[test]
    fn rounding_and_one_gap_are_no_variable_rate() {
        check([33, 33, 34].into_iter().cycle().take(300).chain([4000]), 33, false);
    }

    #[test]
    fn changing_distances_are_a_variable_rate() {
        check([33, 33, 66, 40, 33, 100], 33, true);
    }
}
