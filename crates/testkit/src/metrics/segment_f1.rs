use super::Labelling;
use super::found::f1;
use super::labelling::Run;

/// F1 of segments: a predicted one is right when the true one of its label that it fits best has an intersection over union of at least
/// `least_iou` with it and was not found before. Background is dropped. Over several videos it is the mean.
///
/// C. Lea, M. Flynn, R. Vidal, A. Reiter, G. Hager, "Temporal convolutional networks for action segmentation and detection", CVPR 2017.
pub fn segment_f1(predicted: &Labelling, truth: &Labelling, least_iou: f64) -> f64 {
    let truth: Vec<&Run> = truth.segments().collect();
    let mut found = vec![false; truth.len()];
    for segment in predicted.segments() {
        if let Some(best) = best_fit(segment, &truth).filter(|&best| segment.iou(truth[best]) >= least_iou) {
            found[best] = true;
        }
    }
    let hits = found.iter().filter(|&&found| found).count();
    f1(hits, predicted.segments().count(), truth.len())
}

/// The true segment of the same label with the greatest intersection over union, found before or not; the first of equals.
fn best_fit(segment: &Run, truth: &[&Run]) -> Option<usize> {
    let fitting = (0..truth.len()).rev().filter(|&index| truth[index].label == segment.label);
    fitting.max_by(|&a, &b| segment.iou(truth[a]).total_cmp(&segment.iou(truth[b])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(predicted: &[usize], truth: &[usize], least_iou: f64, expected: f64) {
        let f1 = segment_f1(&Labelling::of_frames(predicted), &Labelling::of_frames(truth), least_iou);
        assert!((f1 - expected).abs() < 1e-12, "{predicted:?} {truth:?} {least_iou}: {f1}");
    }

    #[test]
    fn a_segment_is_found_once() {
        check(&[1, 1, 0, 1, 1, 1], &[1, 1, 1, 1, 1, 1], 0.25, 2.0 / 3.0);
        check(&[1, 1, 0, 1, 1, 1], &[1, 1, 1, 1, 1, 1], 0.51, 0.0);
    }

    #[test]
    fn labels_have_to_agree_and_background_counts_for_nothing() {
        check(&[1, 1, 2, 2], &[2, 2, 1, 1], 0.1, 0.0);
        check(&[0, 0, 1, 1], &[0, 0, 1, 1], 0.9, 1.0);
        check(&[0, 0], &[0, 0], 0.5, 1.0);
    }

    #[test]
    fn segments_of_one_label_that_touch_in_time_stay_apart_by_their_procedures() {
        let span = |start, end| stepreel_core::Span::from_seconds(start, end).unwrap();
        let session = span(0.0, 10.0);
        let [two, one] = [vec![span(0.0, 5.0), span(5.0, 10.0)], vec![session]]
            .map(|procedures| Labelling::of_procedures(&procedures, session).without_classes());
        assert_eq!(segment_f1(&two, &two, 0.5), 1.0);
        assert_eq!(segment_f1(&one, &two, 0.5), 2.0 / 3.0);
    }
}
