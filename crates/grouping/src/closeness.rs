//! How near takes are by their words: cosine of term frequencies weighted by rarity (Salton and Buckley, 1988).

use std::collections::BTreeMap;

use crate::words::stems;
use crate::{Nearness, Take};

/// Takes in which nothing occurs, that are counted beside those that are there: among few takes every word would else be common.
const UNSEEN: f64 = 20.0;

/// The words of takes, weighted.
pub(crate) struct Closeness {
    /// For each stem its information, and for each take with it the place of the take and the weight, of length 1 over all stems of the take.
    postings: Vec<(f64, Vec<(usize, f64)>)>,
    takes: usize,
}

impl Closeness {
    pub(crate) fn of(takes: &[Take]) -> Self {
        let mut found: BTreeMap<String, Vec<(usize, f64)>> = BTreeMap::new();
        for (place, take) in takes.iter().enumerate() {
            for (stem, times) in stems(&text(take)) {
                found.entry(stem).or_default().push((place, 1.0 + (times as f64).ln()));
            }
        }
        let information = |in_takes: usize| ((takes.len() as f64 + UNSEEN + 1.0) / (in_takes as f64 + 0.5)).ln();
        let mut postings: Vec<_> = found.into_values().map(|found| (information(found.len()), found)).collect();
        let mut lengths = vec![0.0; takes.len()];
        for (rare, found) in &mut postings {
            for (take, weight) in found {
                *weight *= *rare;
                lengths[*take] += *weight * *weight;
            }
        }
        for (take, weight) in postings.iter_mut().flat_map(|(_, found)| found) {
            *weight /= lengths[*take].sqrt();
        }
        Self { postings, takes: takes.len() }
    }

    /// Pairs that are near enough, each with its cosine; the second comes after the first.
    pub(crate) fn links(&self, nearness: Nearness) -> Vec<(usize, usize, f64)> {
        let mut of_take: Vec<Vec<(usize, f64)>> = vec![Vec::new(); self.takes];
        for (stem, (_, found)) in self.postings.iter().enumerate() {
            for &(take, weight) in found {
                of_take[take].push((stem, weight));
            }
        }
        let mut links = Vec::new();
        let mut sums = vec![(0.0, 0.0); self.takes];
        for (take, stems) in of_take.iter().enumerate() {
            for &(stem, weight) in stems {
                let (rare, found) = &self.postings[stem];
                let later = found.partition_point(|&(other, _)| other <= take);
                for &(other, its) in &found[later..] {
                    sums[other].0 += weight * its;
                    sums[other].1 += rare;
                }
            }
            for (other, sum) in sums.iter_mut().enumerate().skip(take + 1) {
                let (cosine, shared) = std::mem::take(sum);
                if cosine >= nearness.cosine && shared >= nearness.shared {
                    links.push((take, other, cosine));
                }
            }
        }
        links
    }
}

/// What was said, and what it was named; of a take without words its steps.
fn text(take: &Take) -> String {
    if take.said.is_empty() {
        format!("{} {}", take.title, take.steps.join(" "))
    } else {
        format!("{} {}", take.title, take.said)
    }
}
