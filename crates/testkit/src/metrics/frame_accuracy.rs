use super::Labelling;
use super::labelling::Run;

/// The share of time at which the label is right, background included; also called mean over frames (`MoF`).
///
/// Labels must mean the same in both: those that a method made up are matched first ([`Labelling::matched_to`]).
pub fn frame_accuracy(predicted: &Labelling, truth: &Labelling) -> f64 {
    let right = |run: &Run| {
        let same = truth.runs().iter().filter(|other| other.label == run.label);
        same.map(|other| run.overlap(other)).sum::<i64>()
    };
    match truth.runs().iter().map(Run::duration).sum() {
        0 => 1.0,
        all => predicted.runs().iter().map(right).sum::<i64>() as f64 / all as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_frames_count_background_included() {
        let accuracy = |predicted: &[usize], truth: &[usize]| {
            frame_accuracy(&Labelling::of_frames(predicted), &Labelling::of_frames(truth))
        };
        assert_eq!(accuracy(&[0, 1, 1, 2], &[0, 1, 1, 2]), 1.0);
        assert_eq!(accuracy(&[0, 0, 1, 1], &[0, 1, 1, 2]), 0.5);
        assert_eq!(accuracy(&[1, 2, 1, 2], &[2, 1, 2, 1]), 0.0);
    }
}
