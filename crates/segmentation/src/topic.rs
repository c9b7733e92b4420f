//! What an utterance is about, against what is talked about before and after it.

use std::collections::HashSet;

use crate::speech::Speech;

/// A topic is still being told by the next utterance when that starts within so many seconds.
const TOLD: f64 = 10.0;
/// Stems that every topic is taken to have besides its own, so that one word alone says little.
const FEW: f64 = 2.0;

/// For each utterance, how much of its topic is taken up in the `window` seconds after it rather than was in those before it: about the
/// share of its stems, from -1 (only before) to 1 (only after).
pub(crate) fn taken_up(speech: &Speech, window: f64) -> Vec<f64> {
    let stems: Vec<HashSet<String>> =
        speech.said.iter().map(|said| speech.stems(said).map(|(_, stem)| stem).collect()).collect();
    let start = |index: usize| speech.said[index].span.start().seconds();
    let share = |index: usize| {
        let near = |other: &usize| (start(*other) - start(index)).abs() < window;
        let told = index + 1 < stems.len() && start(index + 1) - start(index) < TOLD;
        let topic: HashSet<&String> = stems[index..=index + usize::from(told)].iter().flatten().collect();
        let after = (index + 2..stems.len()).take_while(near).flat_map(|other| &stems[other]).collect();
        let before = (0..index).rev().take_while(near).flat_map(|other| &stems[other]).collect();
        let net = topic.intersection(&after).count() as f64 - topic.intersection(&before).count() as f64;
        net / (topic.len() as f64 + FEW)
    };
    (0..stems.len()).map(share).collect()
}

#[cfg(test)]
mod tests {
    use stepreel_core::Span;

    use super::*;
    use crate::conformance::words_only;

    #[test]
    fn an_announcement_is_taken_up_and_a_step_looks_back() {
        let texts = ["Fit the pump", "Bolt the pump down", "Now the gearbox", "Open the gearbox", "Drain the gearbox"];
        let said = texts.iter().enumerate().map(|(index, text)| {
            (Span::from_seconds(20.0 * index as f64, 20.0 * index as f64 + 3.0).unwrap(), (*text).to_owned())
        });
        let taken_up = taken_up(&Speech::new(&words_only(said.collect(), 100.0)), 90.0);
        assert!(taken_up[2] > 0.3 && taken_up[1] < 0.0 && taken_up[4] < 0.0, "{taken_up:?}");
    }
}
