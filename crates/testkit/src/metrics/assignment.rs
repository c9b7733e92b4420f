use std::collections::BTreeMap;

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

use super::Labelling;

impl Labelling {
    /// The same with the labels of `truth`: one to one so that as much time as possible has the right label (H. Kuhn, "The Hungarian
    /// method for the assignment problem", 1955). A label that nothing is left for gets a number that the truth doesn't have.
    #[must_use]
    pub fn matched_to(&self, truth: &Self) -> Self {
        let (own, wanted) = (self.labels(), truth.labels());
        let partners = assign(own.len(), wanted.len(), |i, j| self.shared(own[i], truth, wanted[j]));
        let mut unknown = wanted.last().copied().unwrap_or_default()..;
        let mut label =
            |partner: Option<usize>| partner.map_or_else(|| unknown.next().unwrap_or_default() + 1, |j| wanted[j]);
        let labels: BTreeMap<usize, usize> =
            own.iter().zip(partners).map(|(&old, partner)| (old, label(partner))).collect();
        self.relabelled(|old| labels[&old])
    }
}

/// For each row the column that it is paired with, so that the weights of all pairs, none of them negative, have the greatest sum.
/// Pairs without weight are none.
fn assign(rows: usize, columns: usize, weight: impl Fn(usize, usize) -> i64) -> Vec<Option<usize>> {
    if rows == 0 || columns == 0 {
        return vec![None; rows];
    }
    let size = rows.max(columns);
    let known = |row, column| if row < rows && column < columns { weight(row, column) } else { 0 };
    let weights = Matrix::from_fn(size, size, |(row, column)| known(row, column));
    let (_, partners) = kuhn_munkres(&weights);
    (0..rows).map(|row| Some(partners[row]).filter(|&column| weights[(row, column)] > 0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(predicted: &[usize], truth: &[usize], expected: &[usize]) {
        let matched = Labelling::of_frames(predicted).matched_to(&Labelling::of_frames(truth));
        assert_eq!(matched, Labelling::of_frames(expected), "{predicted:?} {truth:?}");
    }

    #[test]
    fn labels_are_matched_for_the_most_time_together() {
        check(&[7, 7, 8, 8], &[2, 2, 1, 1], &[2, 2, 1, 1]);
        // The greatest overlap alone would be the first 1 with the 5; together, the other pairs share more.
        check(&[1, 1, 1, 1, 1, 2, 2, 2], &[6, 6, 5, 5, 5, 5, 5, 5], &[6, 6, 6, 6, 6, 5, 5, 5]);
    }

    #[test]
    fn what_is_left_over_is_no_true_label() {
        check(&[1, 2, 3, 3], &[4, 4, 4, 4], &[5, 6, 4, 4]);
        check(&[0, 0, 2, 2], &[1, 1, 0, 0], &[0, 0, 2, 2]);
        check(&[0, 0], &[1, 1], &[0, 0]);
    }
}
