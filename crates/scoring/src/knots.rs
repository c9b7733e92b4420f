use serde::{Deserialize, Serialize};

/// A map from a measurement to points, 0-100: straight lines between knots, level beyond the first and the last.
///
/// It only rises or only falls, so that a worse measurement never earns more. In a configuration it is a list of pairs,
/// `[[9, 100], [11, 80], [26, 0]]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<(f64, f64)>", into = "Vec<(f64, f64)>")]
pub struct Knots(Vec<(f64, f64)>);

/// Why pairs are no knots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KnotsError {
    /// A line needs two ends.
    #[error("knots: fewer than two")]
    TooFew,
    /// They have to stand in order of the measurement, each finite.
    #[error("knots: measurements don't rise from knot to knot")]
    Unordered,
    /// Points lie in 0 to 100.
    #[error("knots: points outside 0 to 100")]
    OutOfRange,
    /// Points go one way.
    #[error("knots: points neither only rise nor only fall")]
    NotMonotone,
}

impl Knots {
    /// Knots from pairs of measurement and points.
    ///
    /// # Errors
    /// When the pairs don't make a monotone map into 0-100.
    pub fn new(pairs: Vec<(f64, f64)>) -> Result<Self, KnotsError> {
        let steps = || pairs.windows(2).map(|pair| (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1));
        if pairs.len() < 2 {
            Err(KnotsError::TooFew)
        } else if !steps().all(|(step, _)| step > 0.0 && step.is_finite()) {
            Err(KnotsError::Unordered)
        } else if !pairs.iter().all(|(_, points)| (0.0..=100.0).contains(points)) {
            Err(KnotsError::OutOfRange)
        } else if !(steps().all(|(_, rise)| rise >= 0.0) || steps().all(|(_, rise)| rise <= 0.0)) {
            Err(KnotsError::NotMonotone)
        } else {
            Ok(Self(pairs))
        }
    }

    /// The points that a measurement earns.
    pub fn points(&self, measured: f64) -> f64 {
        let next = self.0.partition_point(|knot| knot.0 <= measured);
        match (next.checked_sub(1).map(|before| self.0[before]), self.0.get(next)) {
            (Some((x, points)), Some((next_x, next_points))) => {
                points + (next_points - points) * (measured - x) / (next_x - x)
            }
            (Some((_, points)), None) | (None, Some(&(_, points))) => points,
            (None, None) => 0.0,
        }
    }

    /// The worst measurement that still earns the most.
    pub(crate) fn good(&self) -> f64 {
        let (first, last) = (self.0[0], self.0[self.0.len() - 1]);
        let most = first.1.max(last.1);
        let mut best = self.0.iter().filter(|knot| knot.1 >= most).map(|knot| knot.0);
        let worst = if first.1 > last.1 { best.next_back() } else { best.next() };
        worst.expect("the first or the last knot earns the most, as points go one way")
    }
}

impl TryFrom<Vec<(f64, f64)>> for Knots {
    type Error = KnotsError;

    fn try_from(pairs: Vec<(f64, f64)>) -> Result<Self, Self::Error> {
        Self::new(pairs)
    }
}

impl From<Knots> for Vec<(f64, f64)> {
    fn from(knots: Knots) -> Self {
        knots.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn knots(pairs: &[(f64, f64)]) -> Result<Knots, KnotsError> {
        Knots::new(pairs.to_vec())
    }

    #[test]
    fn points_lie_on_lines_between_knots() {
        let width = knots(&[(9.0, 100.0), (11.0, 80.0), (26.0, 0.0)]).unwrap();
        for (measured, points) in [(0.0, 100.0), (9.0, 100.0), (10.0, 90.0), (11.0, 80.0), (26.0, 0.0), (99.0, 0.0)] {
            assert_eq!(width.points(measured), points, "{measured}");
        }
    }

    #[test]
    fn what_is_no_monotone_map_is_refused() {
        assert_eq!(knots(&[(1.0, 5.0)]), Err(KnotsError::TooFew));
        assert_eq!(knots(&[(1.0, 5.0), (1.0, 6.0)]), Err(KnotsError::Unordered));
        assert_eq!(knots(&[(1.0, 5.0), (f64::NAN, 6.0)]), Err(KnotsError::Unordered));
        assert_eq!(knots(&[(1.0, 5.0), (2.0, 101.0)]), Err(KnotsError::OutOfRange));
        assert_eq!(knots(&[(1.0, 5.0), (2.0, 6.0), (3.0, 5.0)]), Err(KnotsError::NotMonotone));
        assert!(serde_json::from_str::<Knots>("[[1, 5], [2, 6], [3, 5]]").is_err());
    }

    #[test]
    fn good_is_the_worst_that_earns_the_most() {
        assert_eq!(knots(&[(5.0, 100.0), (9.0, 100.0), (26.0, 0.0)]).unwrap().good(), 9.0);
        assert_eq!(knots(&[(0.0, 0.0), (0.25, 100.0), (0.5, 100.0)]).unwrap().good(), 0.25);
    }

    /// Knots that only rise, and turned round only fall.
    fn any_knots() -> impl Strategy<Value = Knots> {
        (prop::collection::vec((0.01..50.0, 0.0..=1.0), 2..8), any::<bool>()).prop_map(|(steps, falls)| {
            let rise: f64 = steps.iter().map(|step: &(f64, f64)| step.1).sum();
            let (mut x, mut share) = (0.0, 0.0);
            let pairs = steps.into_iter().map(|(step, part)| {
                x += step;
                share += part / rise.max(1e-9);
                let points = (100.0 * share).min(100.0);
                (x, if falls { 100.0 - points } else { points })
            });
            Knots::new(pairs.collect()).unwrap()
        })
    }

    proptest! {
        #[test]
        fn points_stay_in_range_and_go_one_way(knots in any_knots(), a in -10.0..500.0, b in -10.0..500.0) {
            let (low, high) = (f64::min(a, b), f64::max(a, b));
            let (first, last) = (knots.points(-1e9), knots.points(1e9));
            let (at_low, at_high) = (knots.points(low), knots.points(high));
            prop_assert!((0.0..=100.0).contains(&at_low) && (0.0..=100.0).contains(&at_high));
            prop_assert!((at_high - at_low) * (last - first) >= -1e-9);
        }
    }
}
