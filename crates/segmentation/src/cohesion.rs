//! Lexical cohesion: how much better one vocabulary explains a stretch than the session's own does.

use std::collections::HashMap;

/// Stems said in each bin, as numbers from 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Vocabulary {
    bins: Vec<Vec<usize>>,
    counts: Vec<f64>,
    total: f64,
}

impl Vocabulary {
    /// From the stems of each bin.
    pub(crate) fn new(bins: Vec<Vec<String>>) -> Self {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut counts = Vec::new();
        let mut number = |stem| {
            let next = numbers.len();
            let number = *numbers.entry(stem).or_insert(next);
            counts.resize(counts.len().max(number + 1), 0.0);
            counts[number] += 1.0;
            number
        };
        let bins = bins.into_iter().map(|stems| stems.into_iter().map(&mut number).collect()).collect();
        let total = counts.iter().sum();
        Self { bins, counts, total }
    }

    /// The stems of one bin.
    pub(crate) fn bin(&self, bin: usize) -> &[usize] {
        &self.bins[bin]
    }
}

/// The lexical cost of a growing stretch.
///
/// BayesSeg (Eisenstein and Barzilay 2008) without sampling: the words of a stretch come from one multinomial with a symmetric
/// Dirichlet prior, whose marginal likelihood is the product of `(count so far + alpha) / (words so far + alpha * vocabulary)`.
/// The cost is minus the logarithm of its ratio to the session's own distribution, so that no words cost nothing.
#[derive(Clone, Debug)]
pub(crate) struct Cohesion<'a> {
    vocabulary: &'a Vocabulary,
    counts: Vec<f64>,
    touched: Vec<usize>,
    cost: f64,
}

/// The prior's weight for each stem: from 0.1 to 0.3, the figures of docs/accuracy.md move by about a point.
const ALPHA: f64 = 0.2;

impl<'a> Cohesion<'a> {
    pub(crate) fn new(vocabulary: &'a Vocabulary) -> Self {
        Self { vocabulary, counts: vec![0.0; vocabulary.counts.len()], touched: Vec::new(), cost: 0.0 }
    }

    pub(crate) fn clear(&mut self) {
        for stem in self.touched.drain(..) {
            self.counts[stem] = 0.0;
        }
        self.cost = 0.0;
    }

    /// Adds a bin and gives the stretch's cost in nats.
    pub(crate) fn add(&mut self, bin: usize) -> f64 {
        for &stem in self.vocabulary.bin(bin) {
            self.cost += self.surprise(stem);
            self.counts[stem] += 1.0;
            self.touched.push(stem);
        }
        self.cost
    }

    /// How much less likely the next word is under the stretch's vocabulary than under the session's.
    fn surprise(&self, stem: usize) -> f64 {
        let said = self.touched.len() as f64;
        let here = (self.counts[stem] + ALPHA) / (said + ALPHA * self.counts.len() as f64);
        let anywhere = self.vocabulary.counts[stem] / self.vocabulary.total;
        (anywhere / here).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(text: &[&str], bins: std::ops::Range<usize>) -> f64 {
        let stems = text.iter().map(|bin| bin.split_whitespace().map(str::to_owned).collect()).collect();
        let vocabulary = Vocabulary::new(stems);
        let mut cohesion = Cohesion::new(&vocabulary);
        bins.map(|bin| cohesion.add(bin)).last().unwrap()
    }

    #[test]
    fn two_topics_cost_less_apart_than_together() {
        let text = ["oil filter oil drain oil", "filter oil drain", "lens camera lens card", "camera lens card lens"];
        assert!(cost(&text, 0..2) + cost(&text, 2..4) < cost(&text, 0..4));
    }

    #[test]
    fn silence_costs_nothing() {
        assert!(cost(&["", ""], 0..2).abs() < 1e-12);
    }
}
