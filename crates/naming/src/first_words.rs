//! The baseline: what was said first.

use stepreel_core::{Name, NameSource, Passage, StageProvenance};

use crate::distinct::make_distinct;
use crate::sentence::{Sentence, sentences};
use crate::title::{MOST_WORDS, capitalised, count_words, generic, has_title_length};
use crate::{NameError, Namer};

/// Names a passage by the first words said in it, and describes nothing.
///
/// It reads no meaning at all: every other namer has to beat it.
#[derive(Clone, Copy, Debug, Default)]
pub struct FirstWords;

impl Namer for FirstWords {
    fn name(&self, passages: &[Passage<'_>]) -> Result<Vec<Name>, NameError> {
        let mut names: Vec<Name> = passages.iter().enumerate().map(|(at, passage)| first_words(at, passage)).collect();
        make_distinct(&mut names, &[]);
        Ok(names)
    }

    fn provenance(&self) -> StageProvenance {
        crate::config::provenance("first_words", String::new())
    }
}

fn first_words(at: usize, passage: &Passage<'_>) -> Name {
    let named = |sentence: Sentence| {
        let title = title(&sentence);
        has_title_length(&title).then_some((title, sentence.utterances))
    };
    match sentences(passage).into_iter().find_map(named) {
        Some((title, evidence)) => Name { confidence: 0.1, ..Name::new(title, NameSource::Inferred, evidence) },
        None => generic(at),
    }
}

fn title(sentence: &Sentence) -> String {
    let mut title = String::new();
    for word in sentence.text.split_whitespace() {
        let longer = format!("{title} {word}");
        if count_words(&longer) > MOST_WORDS {
            break;
        }
        title = longer;
    }
    capitalised(title.trim_matches(|c: char| !c.is_alphanumeric()))
}
