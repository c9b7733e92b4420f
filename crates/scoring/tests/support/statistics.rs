/// Spearman's rank correlation, ties with their mean rank.
pub(crate) fn rank_correlation(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (ranks(a), ranks(b));
    let mean = (a.len() as f64 - 1.0) / 2.0;
    let product = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| (x - mean) * (y - mean)).sum::<f64>();
    product(&a, &b) / (product(&a, &a) * product(&b, &b)).sqrt()
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let rank = |value: &f64| {
        let below = values.iter().filter(|other| *other < value).count() as f64;
        let same = values.iter().filter(|other| *other == value).count() as f64;
        below + (same - 1.0) / 2.0
    };
    values.iter().map(rank).collect()
}

/// How likely one of `good` is higher than one of `bad`: the area under the curve of all thresholds.
pub(crate) fn area_under_curve(good: &[f64], bad: &[f64]) -> f64 {
    let wins = |good: &f64| {
        bad.iter()
            .map(|bad| {
                if good > bad {
                    1.0
                } else if good == bad {
                    0.5
                } else {
                    0.0
                }
            })
            .sum::<f64>()
    };
    good.iter().map(wins).sum::<f64>() / (good.len() * bad.len()) as f64
}
