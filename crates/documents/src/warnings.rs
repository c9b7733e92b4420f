//! What the engineer said to mind.

use crate::Heard;
use crate::said::{Said, words};

/// Words that warn wherever they stand.
const CAUTION: &[&str] =
    &["careful", "never", "avoid", "caution", "warning", "danger", "dangerous", "beware", "ensure", "hazard"];

/// Words in a row that warn.
const PHRASES: &[&[&str]] = &[
    &["do", "not"],
    &["don't"],
    &["must", "not"],
    &["mustn't"],
    &["make", "sure"],
    &["making", "sure"],
    &["watch", "out"],
    &["mind", "the"],
];

/// What turns `don't` into talk: `I don't think`, `you don't need`.
const TALK: &[&str] =
    &["know", "think", "need", "have", "care", "mind", "worry", "see", "remember", "really", "believe", "like"];

/// An utterance of fewer words is a scrap of a sentence.
const SHORTEST: usize = 4;

/// Whether a text warns of something.
pub(crate) fn warns(text: &str) -> bool {
    let words = words(text);
    words
        .iter()
        .enumerate()
        .any(|(at, word)| CAUTION.contains(&word.as_str()) || PHRASES.iter().any(|phrase| stands(&words[at..], phrase)))
}

fn stands(words: &[String], phrase: &[&str]) -> bool {
    let after = words.get(phrase.len()).map_or("", String::as_str);
    words.len() >= phrase.len()
        && words.iter().zip(phrase).all(|(word, part)| word == part)
        && !(phrase.last().is_some_and(|last| *last == "don't" || *last == "not") && TALK.contains(&after))
}

/// The lines of the description that warn, and what else was said that warns and that no line rests on; in order of time.
pub(crate) fn warnings(said: &Said<'_>) -> Vec<Heard> {
    let told = |index: &usize| said.lines.iter().any(|line| line.evidence.contains(index));
    let lines = said.lines.iter().filter(|line| warns(&line.text)).map(|line| (line.span, line.text.clone()));
    let others = said.utterances.iter().filter(|(index, utterance)| {
        !told(index) && words(&utterance.text).len() >= SHORTEST && warns(&utterance.text)
    });
    let quoted = others.map(|(_, utterance)| (utterance.span, format!("“{}”", utterance.text.trim())));
    let mut all: Vec<_> = lines.chain(quoted).collect();
    all.sort_by_key(|(span, _)| *span);
    all.into_iter().map(|(span, text)| Heard { text, at: said.on_clip(span.start()) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cautions_warn() {
        for text in [
            "Be careful not to tear the gasket.",
            "Take the old filter out, and do not knock it.",
            "Make sure the power is off.",
            "Don’t touch the terminals!",
            "NEVER work on it live",
        ] {
            assert!(warns(text), "{text}");
        }
    }

    #[test]
    fn talk_does_not() {
        for text in ["I don't know where it is.", "You don't need the big one.", "Remove the two screws.", "", "…"] {
            assert!(!warns(text), "{text}");
        }
    }
}
