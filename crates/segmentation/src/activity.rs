//! How much each bin looks and sounds like work.

use stepreel_core::{PictureReading, Time};

use crate::bins::Bins;
use crate::config::Weights;
use crate::cues::work;
use crate::speech::Speech;

/// Log-odds against work of a reading in which the head certainly moves as in walking. Small, as heads turn at the bench too.
const WALKING: f64 = 0.1;
/// A head that moves by this share of the picture's width in 1/30 s may walk; never less than twice the session's median.
const FAST: f32 = 0.01;

/// Log-odds of work against idle for each bin, weighted: from what is said in it, and from how the head moves.
///
/// An utterance's odds fall into the bin of its middle. Silence says nothing: hands work silently more often than not.
pub(crate) fn activity(speech: &Speech, pictures: &[PictureReading], (bins, weights): (Bins, Weights)) -> Vec<f64> {
    let mut odds = vec![0.0; bins.count()];
    for said in &speech.said {
        odds[bins.of(said.span.middle())] += weights.activity * work(speech.cue_words(said));
    }
    for (time, walking) in walking(pictures) {
        odds[bins.of(time)] -= weights.motion * WALKING * walking;
    }
    odds
}

/// For each reading with a known motion, 0 for a head at rest to 1 for one that moves at twice the speed that counts as fast.
fn walking(pictures: &[PictureReading]) -> impl Iterator<Item = (Time, f64)> {
    let mut shifts: Vec<f32> = pictures.iter().filter_map(|reading| reading.shift).collect();
    shifts.sort_unstable_by(f32::total_cmp);
    let usual = shifts.get(shifts.len() / 2).copied().unwrap_or(0.0);
    let fast = FAST.max(2.0 * usual);
    let certainty = move |shift: f32| f64::from((shift / fast - 1.0).clamp(0.0, 1.0));
    pictures.iter().filter_map(move |reading| Some((reading.time, certainty(reading.shift?))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(second: usize, shift: f32) -> PictureReading {
        PictureReading { time: Time::from_seconds(second as f64), shift: Some(shift), ..PictureReading::default() }
    }

    #[test]
    fn only_motion_that_stands_out_counts_as_walking() {
        let shifts = [0.004, 0.005, 0.004, 0.005, 0.03, 0.004];
        let pictures: Vec<_> = shifts.iter().enumerate().map(|(second, &shift)| reading(second, shift)).collect();
        let walking: Vec<usize> =
            walking(&pictures).enumerate().filter(|(_, (_, sure))| *sure > 0.5).map(|(i, _)| i).collect();
        assert_eq!(walking, [4]);
    }
}
