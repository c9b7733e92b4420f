//! Captions that roll: each shows the line before once more.

use super::cue::Cue;

/// A caption carries on the one before only when it follows within so many seconds.
const NEXT: f64 = 0.1;

/// The captions with each line said once, if they roll; a file in which few captions repeat the one before does not, and its
/// repetitions were said.
pub(super) fn once(cues: Vec<Cue>) -> Vec<Cue> {
    let carried: Vec<usize> =
        (0..cues.len()).map(|at| at.checked_sub(1).map_or(0, |before| carried(&cues[before], &cues[at]))).collect();
    let rolling = carried.iter().filter(|&&words| words > 0).count();
    if rolling < 2 || rolling * 3 < cues.len() {
        return cues;
    }
    let fresh = cues.into_iter().zip(carried).map(|(cue, words)| without_first(cue, words));
    fresh.filter(|cue| !cue.lines.is_empty()).collect()
}

/// How many words `cue` begins with that end `before`: at least its whole first line, or all of `before`.
fn carried(before: &Cue, cue: &Cue) -> usize {
    if (cue.span.start().seconds() - before.span.end().seconds()).abs() > NEXT {
        return 0;
    }
    let old: Vec<&str> = before.words().map(|word| word.text.as_str()).collect();
    let new: Vec<&str> = cue.words().map(|word| word.text.as_str()).collect();
    let least = cue.lines.first().map_or(1, Vec::len).min(old.len()).max(1);
    (least..=old.len().min(new.len())).rev().find(|&words| old[old.len() - words..] == new[..words]).unwrap_or(0)
}

fn without_first(mut cue: Cue, mut words: usize) -> Cue {
    for line in &mut cue.lines {
        let gone = words.min(line.len());
        line.drain(..gone);
        words -= gone;
    }
    cue.lines.retain(|line| !line.is_empty());
    cue
}
