//! Who lost how many points.

/// Each component's share of the points that are lost, by Shapley's value: what making it perfect brings, averaged over all
/// orders in which the components could be made perfect.
///
/// The shares add up to all that is lost, which single differences don't: of two components at zero under a weakest-link
/// rule, neither alone would bring anything. `points` holds what each component earned; `score` rates any such list and never
/// falls when one of them rises. At most 20 components, as every set of them is rated.
pub(crate) fn losses(points: &[f64], score: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let lacking: Vec<usize> = (0..points.len()).filter(|&index| points[index] < 100.0).collect();
    let scores: Vec<f64> = (0..1usize << lacking.len()).map(|healed| score(&heal(points, &lacking, healed))).collect();
    let mut losses = vec![0.0; points.len()];
    for (bit, &index) in lacking.iter().enumerate() {
        let without = (0..scores.len()).filter(|healed| healed & (1 << bit) == 0);
        losses[index] = without
            .map(|healed| weight(healed.count_ones(), lacking.len()) * (scores[healed | 1 << bit] - scores[healed]))
            .sum::<f64>()
            .max(0.0);
    }
    losses
}

/// `points` with those of the `lacking` perfect whose bit is set.
fn heal(points: &[f64], lacking: &[usize], healed: usize) -> Vec<f64> {
    let mut points = points.to_vec();
    lacking
        .iter()
        .enumerate()
        .filter(|(bit, _)| healed & (1 << bit) != 0)
        .for_each(|(_, &index)| points[index] = 100.0);
    points
}

/// The share of all orders of `count` components in which exactly one given set of `before` comes before a given other.
fn weight(before: u32, count: usize) -> f64 {
    let orders = (0..before).fold(1.0, |orders, k| orders * f64::from(k + 1) / (count as f64 - f64::from(k)));
    orders / (count as f64 - f64::from(before))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn weakest(points: &[f64]) -> f64 {
        points.iter().copied().fold(100.0, f64::min)
    }

    fn mean(points: &[f64]) -> f64 {
        points.iter().sum::<f64>() / points.len() as f64
    }

    fn check(points: &[f64], score: fn(&[f64]) -> f64, expected: &[f64]) {
        let losses = losses(points, score);
        assert!(losses.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{losses:?}");
    }

    #[test]
    fn who_is_perfect_lost_nothing() {
        check(&[100.0, 40.0, 100.0], weakest, &[0.0, 60.0, 0.0]);
        check(&[100.0, 100.0], weakest, &[0.0, 0.0]);
    }

    #[test]
    fn two_that_fail_together_share_the_loss() {
        check(&[0.0, 0.0, 100.0], weakest, &[50.0, 50.0, 0.0]);
    }

    #[test]
    fn a_mean_takes_from_each_its_part() {
        check(&[70.0, 40.0, 100.0], mean, &[10.0, 20.0, 0.0]);
    }

    proptest! {
        #[test]
        fn losses_add_up(points in prop::collection::vec(0.0..=100.0, 1..7)) {
            let score = |points: &[f64]| mean(points).min(weakest(points) + 40.0);
            let losses = losses(&points, score);
            prop_assert!(losses.iter().all(|loss| *loss >= 0.0));
            prop_assert!((losses.iter().sum::<f64>() - (100.0 - score(&points))).abs() < 1e-6);
        }
    }
}
