use super::Labelling;

/// Intersection over union of the time of each true label with that of the same predicted label, the mean over the true labels but
/// background; nothing where there are none.
///
/// Labels that a method made up are matched first ([`Labelling::matched_to`]), for every video by itself, as in S. Sarfraz et al.,
/// "Temporally-weighted hierarchical clustering for unsupervised action segmentation", CVPR 2021.
pub fn mean_iou(predicted: &Labelling, truth: &Labelling) -> Option<f64> {
    let iou = |label: &usize| {
        let shared = predicted.shared(*label, truth, *label);
        shared as f64 / (predicted.duration(*label) + truth.duration(*label) - shared) as f64
    };
    let labels = truth.labels();
    (!labels.is_empty()).then(|| labels.iter().map(iou).sum::<f64>() / labels.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(predicted: &[usize], truth: &[usize], expected: Option<f64>) {
        let iou = mean_iou(&Labelling::of_frames(predicted), &Labelling::of_frames(truth));
        assert_eq!(iou, expected, "{predicted:?} {truth:?}");
    }

    #[test]
    fn true_labels_weigh_the_same_however_long_they_last() {
        check(&[1, 1, 1, 2], &[1, 1, 1, 2], Some(1.0));
        check(&[1, 1, 1, 1], &[1, 1, 1, 2], Some(0.375));
        check(&[1, 1, 0, 0], &[1, 1, 1, 1], Some(0.5));
    }

    #[test]
    fn background_is_no_label() {
        check(&[0, 1], &[0, 0], None);
    }
}
