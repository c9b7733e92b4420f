use serde::Serialize;
use stepreel_core::Span;

use super::{
    Found, Labelling, edit_score, frame_accuracy, mean, mean_iou, pk, segment_f1, segment_numbers, window_diff,
};

/// How well the procedures of one session were found, by every measure.
///
/// Procedures have no classes that return in other sessions. Where a measure wants labels, each true procedure is one, and each predicted
/// one takes that of the true one it is matched to, so that all time is shared as well as it can be; what no procedure covers
/// is background.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// The product's own measures.
    #[serde(flatten)]
    pub found: Found,
    /// F1 of segments at an intersection over union of 0.1, without classes.
    pub f1_10: f64,
    /// The same at 0.25.
    pub f1_25: f64,
    /// The same at 0.5.
    pub f1_50: f64,
    /// The share of time in the right procedure, or rightly in none.
    pub frame_accuracy: f64,
    /// Mean intersection over union of the true procedures; nothing where there are none.
    pub mean_iou: Option<f64>,
    /// The edit score of the procedures' order.
    pub edit: f64,
    /// `Pk` over utterances, less is better; nothing where too little is said.
    pub pk: Option<f64>,
    /// `WindowDiff` over utterances, less is better; nothing where too little is said.
    pub window_diff: Option<f64>,
}

/// What is right about a session.
#[derive(Clone, Copy, Debug)]
pub struct Marked<'a> {
    /// The whole of it.
    pub session: Span,
    /// Its procedures, in order and free of overlaps.
    pub procedures: &'a [Span],
    /// When something is said, in order.
    pub utterances: &'a [Span],
}

impl Figures {
    /// Compares the spans of predicted procedures, in order and free of overlaps, with what is right.
    pub fn compare(predicted: &[Span], truth: &Marked<'_>) -> Self {
        let segments = |procedures: &[Span]| Labelling::of_procedures(procedures, truth.session);
        let (found, right) = (segments(predicted), segments(truth.procedures));
        let (plain_found, plain_right) = (found.without_classes(), right.without_classes());
        let matched = found.matched_to(&right);
        let numbers = |procedures: &[Span]| segment_numbers(truth.utterances, procedures);
        let (said_found, said_right) = (numbers(predicted), numbers(truth.procedures));
        Self {
            found: Found::compare(predicted, truth.procedures),
            f1_10: segment_f1(&plain_found, &plain_right, 0.1),
            f1_25: segment_f1(&plain_found, &plain_right, 0.25),
            f1_50: segment_f1(&plain_found, &plain_right, 0.5),
            frame_accuracy: frame_accuracy(&matched, &right),
            mean_iou: mean_iou(&matched, &right),
            edit: edit_score(&matched, &right),
            pk: pk(&said_found, &said_right),
            window_diff: window_diff(&said_found, &said_right),
        }
    }

    /// The mean of each figure, over those of which it is known.
    pub fn mean(all: &[Self]) -> Self {
        let over = |figure: fn(&Self) -> f64| all.iter().map(figure).sum::<f64>() / all.len().max(1) as f64;
        let known = |figure: fn(&Self) -> Option<f64>| {
            let values: Vec<f64> = all.iter().filter_map(figure).collect();
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        };
        Self {
            found: mean(&all.iter().map(|figures| figures.found).collect::<Vec<_>>()),
            f1_10: over(|f| f.f1_10),
            f1_25: over(|f| f.f1_25),
            f1_50: over(|f| f.f1_50),
            frame_accuracy: over(|f| f.frame_accuracy),
            mean_iou: known(|f| f.mean_iou),
            edit: over(|f| f.edit),
            pk: known(|f| f.pk),
            window_diff: known(|f| f.window_diff),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(seconds: &[(f64, f64)]) -> Vec<Span> {
        seconds.iter().map(|&(start, end)| Span::from_seconds(start, end).unwrap()).collect()
    }

    fn compare(predicted: &[(f64, f64)]) -> Figures {
        let session = Span::from_seconds(0.0, 100.0).unwrap();
        let procedures = spans(&[(0.0, 40.0), (50.0, 100.0)]);
        let utterances: Vec<Span> =
            (0..20).filter_map(|i| Span::from_seconds(5.0 * f64::from(i), 5.0 * f64::from(i) + 4.0)).collect();
        Figures::compare(&spans(predicted), &Marked { session, procedures: &procedures, utterances: &utterances })
    }

    #[test]
    fn the_truth_itself_is_perfect() {
        let figures = compare(&[(0.0, 40.0), (50.0, 100.0)]);
        let shares = [figures.f1_10, figures.f1_25, figures.f1_50, figures.frame_accuracy, figures.edit];
        assert_eq!(shares, [1.0; 5]);
        assert_eq!((figures.mean_iou, figures.pk, figures.window_diff), (Some(1.0), Some(0.0), Some(0.0)));
    }

    #[test]
    fn one_procedure_over_all_is_half_right() {
        let figures = compare(&[(0.0, 100.0)]);
        assert_eq!((figures.f1_50, figures.frame_accuracy, figures.edit), (2.0 / 3.0, 0.5, 0.5));
        assert_eq!(figures.mean_iou, Some(0.25));
        assert_eq!(figures.pk, Some(5.0 / 15.0));
    }

    #[test]
    fn a_mean_leaves_out_what_is_not_known() {
        let [a, b] = [Some(0.2), None].map(|pk| Figures { edit: 0.5, pk, ..Figures::default() });
        let mean = Figures::mean(&[a, b, Figures { edit: 1.0, pk: Some(0.4), ..b }]);
        assert!((mean.edit - 2.0 / 3.0).abs() < 1e-12 && (mean.pk.unwrap() - 0.3).abs() < 1e-12);
        assert_eq!(mean.mean_iou, None);
    }
}
