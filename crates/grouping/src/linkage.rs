//! From near pairs to groups: complete linkage (Sørensen, 1948), so that no chain of neighbours joins what is far apart.

use std::collections::BTreeSet;

/// Groups of two or more of so many takes, in which every two are linked; the nearest are joined first.
pub(crate) fn clusters(takes: usize, mut links: Vec<(usize, usize, f64)>) -> Vec<Vec<usize>> {
    links.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
    let linked: BTreeSet<(usize, usize)> = links.iter().map(|&(a, b, _)| (a, b)).collect();
    let near = |a: usize, b: usize| linked.contains(&(a.min(b), a.max(b)));
    let mut clusters: Vec<Vec<usize>> = (0..takes).map(|take| vec![take]).collect();
    let mut home: Vec<usize> = (0..takes).collect();
    for (a, b, _) in links {
        let (one, other) = (home[a], home[b]);
        if one != other && clusters[one].iter().all(|&a| clusters[other].iter().all(|&b| near(a, b))) {
            let moved = std::mem::take(&mut clusters[other]);
            moved.iter().for_each(|&take| home[take] = one);
            clusters[one].extend(moved);
        }
    }
    clusters.retain(|cluster| cluster.len() > 1);
    clusters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_no_group() {
        let chain = vec![(0, 1, 0.9), (1, 2, 0.8), (3, 4, 0.7)];
        assert_eq!(clusters(5, chain), [vec![0, 1], vec![3, 4]]);
        let all = vec![(0, 1, 0.6), (0, 2, 0.7), (1, 2, 0.8)];
        assert_eq!(clusters(3, all), [vec![0, 1, 2]]);
        assert!(clusters(2, Vec::new()).is_empty());
    }
}
