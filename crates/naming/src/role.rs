//! What a sentence is there for.

use crate::closing::is_closing;
use crate::frame::Frame;
use crate::lexicon::{self, Class};
use crate::sentence::Sentence;
use crate::verb::Work;
use crate::verb_object::VerbObject;

/// What a sentence is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Says what is about to be done.
    Announcement,
    /// Says what is being done, or is to be done.
    Step,
    /// Says what to mind.
    Warning,
    /// Says what has been done.
    Closing,
    /// A word between steps.
    Aside,
    /// Talk of something else.
    Idle,
}

impl Role {
    /// The role of a sentence by itself. An announcement is only known from what follows it.
    pub(crate) fn of(sentence: &Sentence) -> Self {
        let acts = &sentence.acts;
        let works = acts.iter().any(|act| is_work(sentence, act));
        if works && urges(sentence) {
            return Self::Warning;
        }
        if is_closing(sentence) && !acts.iter().any(|act| is_work(sentence, act) && act.frame != Frame::Past) {
            return Self::Closing;
        }
        if works && !sentence.text.ends_with('?') {
            return Self::Step;
        }
        if urges(sentence) {
            Self::Warning
        } else if sentence.tokens.len() <= 6 {
            Self::Aside
        } else {
            Self::Idle
        }
    }
}

/// Whether a verb tells of work with a thing.
fn is_work(sentence: &Sentence, act: &VerbObject) -> bool {
    act.work() != Some(Work::Light) && (act.acts(sentence) || act.pronoun)
}

/// Whether the sentence warns: a word of caution, or something not to be done.
fn urges(sentence: &Sentence) -> bool {
    let words = || sentence.tokens.iter().map(|token| token.lower.as_str());
    let makes_sure = words().zip(words().skip(1)).any(|pair| {
        pair == ("make", "sure") || pair == ("making", "sure") || pair == ("do", "not") || pair == ("watch", "out")
    });
    makes_sure || words().any(|word| lexicon::is(word, Class::Caution))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sentence;

    #[test]
    fn sentences_have_roles() {
        for (said, role) in [
            ("I'm removing the four screws.", Role::Step),
            ("You want to be careful not to tear the gasket.", Role::Warning),
            ("Make sure the belt sits flat.", Role::Warning),
            ("So that's the belt done.", Role::Closing),
            ("There we go.", Role::Aside),
            ("Traffic was awful, took me an hour to get in.", Role::Idle),
        ] {
            assert_eq!(Role::of(&sentence(said)), role, "{said}");
        }
    }
}
