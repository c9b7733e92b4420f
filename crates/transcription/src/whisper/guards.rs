//! Which utterances to trust.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::utterances::Placed;
use super::windows::{Piece, Window};
use crate::annotation::is_annotation;

/// What an utterance must keep to, to be trusted. All guards go by form, never by phrases: a list of what Whisper likes to
/// invent has a hole in every language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Guards {
    /// Lowest mean natural logarithm of the tokens' probabilities; -1 as in `OpenAI`'s own tool.
    pub lowest_log_probability: f32,
    /// Highest probability that nobody speaks, 0-1, for an utterance that is not sure of its words; 0.6 as in `OpenAI`'s own
    /// tool.
    pub highest_no_speech: f32,
    /// An utterance of at least this mean logarithm of probabilities is sure of its words.
    pub sure_log_probability: f32,
    /// Most letters and digits a second of speech: fast talk has 20-25.
    pub most_letters_per_second: f64,
    /// Fewest letters and digits a second of a stretch of speech of at least five seconds: a "thank you" for half a minute of
    /// noise is invented.
    pub fewest_letters_per_second: f64,
    /// Largest share of an utterance's words that belong to a loop, 0-1.
    pub largest_loop_share: f64,
}

impl Default for Guards {
    fn default() -> Self {
        Self {
            lowest_log_probability: -1.0,
            highest_no_speech: 0.6,
            sure_log_probability: -0.5,
            most_letters_per_second: 30.0,
            fewest_letters_per_second: 1.5,
            largest_loop_share: 0.5,
        }
    }
}

impl fmt::Display for Guards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lowest_log_probability, highest_no_speech, sure_log_probability, .. } = self;
        let Self { fewest_letters_per_second, most_letters_per_second, largest_loop_share, .. } = self;
        write!(
            f,
            "guards: log probability {lowest_log_probability}, no speech {highest_no_speech} below {sure_log_probability}, \
             letters a second {fewest_letters_per_second}-{most_letters_per_second}, loops {largest_loop_share}"
        )
    }
}

/// Words that are to be one utterance; at least one.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) words: Vec<Placed>,
}

impl Draft {
    /// Mean of its tokens' log probabilities.
    pub(super) fn log_probability(&self) -> f32 {
        let tokens: usize = self.words.iter().map(|word| word.spoken.tokens).sum();
        self.words.iter().map(|word| word.spoken.log_probability).sum::<f32>() / tokens.max(1) as f32
    }

    pub(super) fn no_speech(&self) -> f32 {
        self.words.iter().map(|word| word.no_speech).fold(0.0, f32::max)
    }

    fn letters(&self) -> usize {
        self.words.iter().map(|word| letters(&word.spoken.text)).sum()
    }
}

/// A stretch of speech has to last so many seconds before it can be too empty.
const LONG_STRETCH: f64 = 5.0;

impl Guards {
    /// Whether each utterance of a window is to be trusted.
    pub(super) fn judge(&self, drafts: &[Draft], window: &Window) -> Vec<bool> {
        let words: Vec<String> =
            drafts.iter().flat_map(|draft| &draft.words).map(|word| plain(&word.spoken.text)).collect();
        let mut looped = looped(&words).into_iter();
        let shares: Vec<f64> = drafts
            .iter()
            .map(|draft| {
                looped.by_ref().take(draft.words.len()).filter(|&inside| inside).count() as f64
                    / draft.words.len() as f64
            })
            .collect();
        let paces = self.paces(drafts, &window.pieces);
        let judged = drafts.iter().zip(shares).map(|(draft, share)| {
            let paced = draft.words.iter().all(|word| paces[word.piece]);
            paced && share <= self.largest_loop_share && self.sure(draft) && speaks(draft)
        });
        judged.collect()
    }

    fn sure(&self, draft: &Draft) -> bool {
        let log_probability = draft.log_probability();
        let silent = draft.no_speech() > self.highest_no_speech && log_probability < self.sure_log_probability;
        // A probability that is not a number is not trusted.
        log_probability >= self.lowest_log_probability && !silent
    }

    /// For each piece whether as much is said in it as can be said in its time.
    fn paces(&self, drafts: &[Draft], pieces: &[Piece]) -> Vec<bool> {
        let mut said = vec![0; pieces.len()];
        for draft in drafts {
            said[draft.words[0].piece] += draft.letters();
        }
        let paced = pieces.iter().zip(said).map(|(piece, letters)| {
            let pace = letters as f64 / piece.span.seconds();
            pace <= self.most_letters_per_second
                && (pace >= self.fewest_letters_per_second || piece.span.seconds() < LONG_STRETCH)
        });
        paced.collect()
    }
}

fn speaks(draft: &Draft) -> bool {
    let text = draft.text();
    !is_annotation(&text) && !stutters(&text)
}

/// Loops of up to so many words are looked for.
const LONGEST_LOOP: usize = 12;

/// How often a group of words is said in a row before it is a loop: "no, no, no" and a slogan are not.
fn repetitions(group: usize) -> usize {
    match group {
        1 => 5,
        2 => 4,
        _ => 3,
    }
}

/// Which words belong to a group of words that is said again and again.
fn looped(words: &[String]) -> Vec<bool> {
    let mut looped = vec![false; words.len()];
    for group in 1..=LONGEST_LOOP.min(words.len()) {
        let mut same = 0;
        for at in group..words.len() {
            same = if words[at] == words[at - group] { same + 1 } else { 0 };
            if same >= group * (repetitions(group) - 1) {
                looped[at + 1 - same - group..=at].fill(true);
            }
        }
    }
    looped
}

/// Whether a few letters go round inside the text's words: "hahahahaha", "ーーーーー". The measure is that of compression ratios:
/// how few of the groups of four letters are different ones. A text of less than 24 letters has too few groups to tell.
fn stutters(text: &str) -> bool {
    let letters: Vec<char> = plain(text).chars().collect();
    let groups: Vec<&[char]> = letters.windows(4).collect();
    let different: std::collections::HashSet<&[char]> = groups.iter().copied().collect();
    letters.len() >= 24 && different.len() * 3 < groups.len()
}

fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

#[cfg(test)]
mod tests;
