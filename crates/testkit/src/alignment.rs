/// The least number of items to put in, leave out or change to make one sequence of the other (V. Levenshtein, 1966), and the pairs of
/// equal items that are left, as indices into both, in order.
pub(crate) fn errors<T: PartialEq>(a: &[T], b: &[T]) -> (usize, Vec<(usize, usize)>) {
    let distance = distances(a, b);
    let (mut i, mut j) = (a.len(), b.len());
    let mut pairs = Vec::new();
    while i > 0 && j > 0 {
        let here = distance[i][j];
        let same = a[i - 1] == b[j - 1];
        if distance[i - 1][j - 1] + usize::from(!same) == here {
            (i, j) = (i - 1, j - 1);
            pairs.extend(same.then_some((i, j)));
        } else if distance[i - 1][j] + 1 == here {
            i -= 1;
        } else {
            j -= 1;
        }
    }
    pairs.reverse();
    (distance[a.len()][b.len()], pairs)
}

/// The distance of every beginning of `a` to every beginning of `b`.
fn distances<T: PartialEq>(a: &[T], b: &[T]) -> Vec<Vec<usize>> {
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for (i, item) in a.iter().enumerate() {
        let above = &rows[i];
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let changed = above[j] + usize::from(item != other);
            row.push(changed.min(above[j + 1] + 1).min(row[j] + 1));
        }
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(text: &str) -> Vec<&str> {
        text.split_terminator("").skip(1).collect()
    }

    fn check(a: &str, b: &str, distance: usize, pairs: &[(usize, usize)]) {
        assert_eq!(errors(&letters(a), &letters(b)), (distance, pairs.to_vec()), "{a} {b}");
    }

    #[test]
    fn known_distances() {
        check("", "", 0, &[]);
        check("abc", "", 3, &[]);
        check("", "ab", 2, &[]);
        check("kitten", "sitting", 3, &[(1, 1), (2, 2), (3, 3), (5, 5)]);
        check("flaw", "lawn", 2, &[(1, 0), (2, 1), (3, 2)]);
    }
}
