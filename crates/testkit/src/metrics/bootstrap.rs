use serde::Serialize;

use crate::dice::Dice;

/// Where a figure lies in nine of ten draws of as many sessions from the same source.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

const RESAMPLES: usize = 2000;
const OUTSIDE_EACH_END: f64 = 0.05;

/// The 90 % interval of a figure over sessions, by the percentiles of 2000 resamples: as many sessions drawn with replacement, always the
/// same for a seed (B. Efron, "Bootstrap methods: another look at the jackknife", 1979). `figure` takes the indices of the sessions that
/// were drawn. Nothing for fewer than two sessions, or where no resample has a figure.
pub fn bootstrap(sessions: usize, seed: u64, figure: impl Fn(&[usize]) -> Option<f64>) -> Option<Interval> {
    let mut dice = Dice::new(seed, "bootstrap");
    let resamples = if sessions < 2 { 0 } else { RESAMPLES };
    let mut resample = || (0..sessions).map(|_| dice.below(sessions)).collect::<Vec<usize>>();
    let mut figures: Vec<f64> = (0..resamples).filter_map(|_| figure(&resample())).collect();
    figures.sort_by(f64::total_cmp);
    let outside = (figures.len() as f64 * OUTSIDE_EACH_END) as usize;
    let (low, high) = (figures.get(outside)?, figures.get(figures.len() - 1 - outside)?);
    Some(Interval { low: *low, high: *high })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_mean(values: &[f64], seed: u64) -> Option<Interval> {
        bootstrap(values.len(), seed, |drawn| {
            Some(drawn.iter().map(|&index| values[index]).sum::<f64>() / drawn.len() as f64)
        })
    }

    #[test]
    fn the_interval_of_a_mean_is_that_of_the_normal_distribution() {
        let values: Vec<f64> = (0..400).map(|i| f64::from(i % 2)).collect();
        let Interval { low, high } = of_mean(&values, 1).unwrap();
        // The standard error is 0.5 / sqrt(400); 90 % lie within 1.645 of it.
        assert!((low - (0.5 - 0.0411)).abs() < 0.005 && (high - (0.5 + 0.0411)).abs() < 0.005, "{low} {high}");
    }

    #[test]
    fn the_same_seed_gives_the_same_interval() {
        let values: Vec<f64> = (1..50).map(|i| f64::from(i).sin()).collect();
        assert_eq!(of_mean(&values, 7), of_mean(&values, 7));
        assert_ne!(of_mean(&values, 7), of_mean(&values, 8));
    }

    #[test]
    fn one_session_tells_nothing_of_others() {
        assert_eq!(of_mean(&[0.5], 1), None);
        assert_eq!(bootstrap(5, 1, |_| None), None);
    }
}
