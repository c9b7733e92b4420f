use super::Labelling;
use crate::alignment::errors;

/// How like the order of the segments is: one less the least number of segments to put in, leave out or change, over the number
/// of segments of the longer one; background dropped.
///
/// C. Lea, R. Vidal, G. Hager, "Learning convolutional action primitives for fine-grained action recognition", ICRA 2016.
pub fn edit_score(predicted: &Labelling, truth: &Labelling) -> f64 {
    let order = |labelling: &Labelling| labelling.segments().map(|run| run.label).collect::<Vec<_>>();
    let (predicted, truth) = (order(predicted), order(truth));
    match predicted.len().max(truth.len()) {
        0 => 1.0,
        longer => 1.0 - errors(&predicted, &truth).0 as f64 / longer as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(predicted: &[usize], truth: &[usize], expected: f64) {
        let score = edit_score(&Labelling::of_frames(predicted), &Labelling::of_frames(truth));
        assert_eq!(score, expected, "{predicted:?} {truth:?}");
    }

    #[test]
    fn the_order_of_segments_counts_and_not_their_length() {
        check(&[1, 2, 2, 2, 3], &[1, 1, 1, 2, 3], 1.0);
        check(&[1, 2, 1, 2], &[1, 1, 2, 2], 0.5);
        check(&[3, 3], &[1, 2], 0.0);
    }

    #[test]
    fn background_is_dropped() {
        check(&[0, 1, 0, 2, 0], &[1, 2], 1.0);
        check(&[0, 0], &[0], 1.0);
        check(&[0, 0], &[1], 0.0);
    }
}
