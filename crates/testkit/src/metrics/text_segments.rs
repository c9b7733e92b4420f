use stepreel_core::Span;

/// For each unit of text, such as an utterance, which segment it belongs to: the number of procedures that started by its middle. So
/// what is said between two procedures belongs to the first.
pub fn segment_numbers(units: &[Span], procedures: &[Span]) -> Vec<usize> {
    let started = |unit: &Span| procedures.iter().filter(|procedure| procedure.start() <= unit.middle()).count();
    units.iter().map(started).collect()
}

/// The share of pairs of units, half a mean true segment apart, of which one segmentation says that they lie in the same segment and
/// the other that they don't; less is better. Takes the segment's number for each unit; nothing when there are too few of them.
///
/// D. Beeferman, A. Berger, J. Lafferty, "Statistical models for text segmentation", Machine Learning 34, 1999.
pub fn pk(predicted: &[usize], truth: &[usize]) -> Option<f64> {
    wrong_windows(truth, |window| changes(&predicted[window.clone()]).min(1) != changes(&truth[window]).min(1))
}

/// The share of windows, half a mean true segment long, in which the two segmentations don't have as many boundaries; less is better.
/// Takes the segment's number for each unit; nothing when there are too few of them.
///
/// L. Pevzner, M. Hearst, "A critique and improvement of an evaluation metric for text segmentation", Computational Linguistics 28, 2002.
pub fn window_diff(predicted: &[usize], truth: &[usize]) -> Option<f64> {
    wrong_windows(truth, |window| changes(&predicted[window.clone()]) != changes(&truth[window]))
}

/// The share of windows, from one unit to the one that lies half a mean true segment after it, that are wrong.
fn wrong_windows(truth: &[usize], wrong: impl Fn(std::ops::RangeInclusive<usize>) -> bool) -> Option<f64> {
    let mean = truth.len() as f64 / (changes(truth) + 1) as f64;
    let apart = (mean / 2.0).round().max(1.0) as usize;
    let windows = truth.len().saturating_sub(apart);
    let count = (0..windows).filter(|&first| wrong(first..=first + apart)).count();
    (windows > 0).then(|| count as f64 / windows as f64)
}

/// How many boundaries there are.
fn changes(segments: &[usize]) -> usize {
    segments.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(predicted: &[usize], truth: &[usize], expected: Option<(f64, f64)>) {
        assert_eq!(pk(predicted, truth).zip(window_diff(predicted, truth)), expected, "{predicted:?} {truth:?}");
    }

    #[test]
    fn the_truth_itself_has_no_wrong_window() {
        check(&[1, 1, 1, 2, 2, 2], &[4, 4, 4, 5, 5, 5], Some((0.0, 0.0)));
    }

    #[test]
    fn a_missed_boundary_is_wrong_in_every_window_over_it() {
        // Units are compared with those two further on; the boundary lies in two of the six windows.
        check(&[0; 8], &[0, 0, 0, 0, 1, 1, 1, 1], Some((2.0 / 6.0, 2.0 / 6.0)));
    }

    #[test]
    fn a_boundary_beside_a_true_one_is_told_by_window_diff_alone() {
        check(&[0, 0, 0, 1, 2, 2, 2, 2], &[0, 0, 0, 0, 1, 1, 1, 1], Some((1.0 / 6.0, 2.0 / 6.0)));
    }

    #[test]
    fn a_text_too_short_for_a_window_has_no_figure() {
        check(&[], &[], None);
        check(&[0], &[0], None);
    }

    #[test]
    fn what_is_said_between_procedures_belongs_to_the_first() {
        let span = |start, end| Span::from_seconds(start, end).unwrap();
        let units = [span(0.0, 1.0), span(4.0, 7.0), span(12.0, 13.0), span(19.0, 22.0)];
        assert_eq!(segment_numbers(&units, &[span(5.0, 10.0), span(20.0, 30.0)]), [0, 1, 1, 2]);
    }
}
