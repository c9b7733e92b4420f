//! Steps that two takes tell in another order.

use std::collections::BTreeMap;
use std::fmt;

use crate::words::stems;

/// A step of the best take that comes at another place in the order of the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Its number in the best take, from 1.
    pub step: usize,
    /// Its text there.
    pub text: String,
    /// Its number in the other take, from 1.
    pub place: usize,
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, text, place } = self;
        write!(f, "Step {step}, “{}”, comes as step {place}.", text.trim_end_matches('.'))
    }
}

/// Two steps with this share of their stems in common tell the same (Jaccard).
const SAME: f64 = 0.5;

/// The steps that both tell and that have to be moved, as few as possible, to get from one order to the other.
pub(crate) fn moved(best: &[String], other: &[String]) -> Vec<Moved> {
    let places = matches(best, other);
    let kept = longest_rise(&places.iter().map(|&(_, place)| place).collect::<Vec<_>>());
    let moved = places.iter().enumerate().filter(|(at, _)| !kept.contains(at));
    moved.map(|(_, &(step, place))| Moved { step: step + 1, text: best[step].clone(), place: place + 1 }).collect()
}

/// Steps that tell the same, each at most once, those most alike first; in the order of the best take.
fn matches(best: &[String], other: &[String]) -> Vec<(usize, usize)> {
    let [best, other] = [best, other].map(|steps| steps.iter().map(|step| stems(step)).collect::<Vec<_>>());
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (step, its) in best.iter().enumerate() {
        pairs.extend(other.iter().enumerate().map(|(place, theirs)| (alike(its, theirs), step, place)));
    }
    pairs.retain(|&(alike, ..)| alike >= SAME);
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut matched: Vec<(usize, usize)> = Vec::new();
    for (_, step, place) in pairs {
        if !matched.iter().any(|&(a, b)| a == step || b == place) {
            matched.push((step, place));
        }
    }
    matched.sort_unstable();
    matched
}

fn alike(one: &BTreeMap<String, usize>, other: &BTreeMap<String, usize>) -> f64 {
    let shared = one.keys().filter(|stem| other.contains_key(*stem)).count();
    let either = one.len() + other.len() - shared;
    if either == 0 { 0.0 } else { shared as f64 / either as f64 }
}

/// Where the longest rising part of a list stands in it; the earliest of equally long ones.
fn longest_rise(values: &[usize]) -> Vec<usize> {
    // For each place how long the longest rise that ends there is, and where it stood before.
    let mut rises: Vec<(usize, Option<usize>)> = Vec::new();
    for at in 0..values.len() {
        let before =
            (0..at).filter(|&before| values[before] < values[at]).max_by_key(|&before| (rises[before].0, at - before));
        rises.push((before.map_or(1, |before| rises[before].0 + 1), before));
    }
    let last = (0..rises.len()).max_by_key(|&at| (rises[at].0, rises.len() - at));
    let mut rise: Vec<usize> = std::iter::successors(last, |&at| rises[at].1).collect();
    rise.reverse();
    rise
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(best: &[&str], other: &[&str], expected: &[(usize, usize)]) {
        let owned = |steps: &[&str]| steps.iter().map(|&step| step.to_owned()).collect::<Vec<_>>();
        let moved: Vec<_> = moved(&owned(best), &owned(other)).iter().map(|m| (m.step, m.place)).collect();
        assert_eq!(moved, expected);
    }

    #[test]
    fn as_few_steps_as_possible_are_moved() {
        let best = ["Close the valve.", "Unscrew the lid.", "Wipe the seat.", "Press the filter in."];
        check(&best, &best, &[]);
        check(&best, &["Unscrew the lid", "We wipe the seat", "Press the filter in", "Close the valve"], &[(1, 4)]);
        check(&best, &["Wipe the seat", "Close the valve", "Drink some tea", "Press the new filter in"], &[(3, 1)]);
        check(&best, &[], &[]);
    }

    #[test]
    fn a_move_reads_as_a_sentence() {
        let moved = Moved { step: 3, text: "Wipe the seat.".to_owned(), place: 1 };
        assert_eq!(moved.to_string(), "Step 3, “Wipe the seat”, comes as step 1.");
    }
}
