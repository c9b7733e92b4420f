//! The things that a passage names, and what is counted of each.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::lexicon::{self, Class};
use crate::noun_phrase::NounPhrase;
use crate::sentence::Sentence;
use crate::verb::Work;

/// The longest candidate, in words.
const LONGEST: usize = 3;

/// What was counted of one candidate: a noun phrase or a piece of one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Candidate {
    /// The sentence that says it first, and which of its words.
    pub said: (usize, NounPhrase),
    /// Every sentence that says it.
    pub sentences: BTreeSet<usize>,
    /// How often it is said.
    pub times: usize,
    /// How often "the" or "my" stands before it: what is known already, as the thing at hand is.
    pub definite: usize,
    /// How often it is told to be new or to be old.
    pub aged: usize,
    /// The last sentence in which it comes off.
    pub taken_off: Option<usize>,
    /// How many phrases are it and one word before it, which then is what tells it from others: "side *panel*", "top *panel*".
    pub kinds: usize,
    /// How often the most frequent of them is said.
    pub main_kind: usize,
}

/// The candidates of a passage by their stems.
pub(crate) fn candidates(sentences: &[Sentence]) -> BTreeMap<Vec<String>, Candidate> {
    let mut found: BTreeMap<Vec<String>, Candidate> = BTreeMap::new();
    for (at, sentence) in sentences.iter().enumerate() {
        for phrase in &sentence.phrases {
            for words in parts(&core(sentence, &phrase.words)) {
                let stems = sentence.tokens[words.clone()].iter().map(|token| token.stem.clone()).collect();
                let part = NounPhrase { determiner: phrase.determiner, words };
                found.entry(stems).or_insert_with(|| Candidate::new(at, &part)).count(at, sentence, &part);
            }
        }
    }
    count_kinds(&mut found);
    found
}

impl Candidate {
    fn new(at: usize, part: &NounPhrase) -> Self {
        Self {
            said: (at, part.clone()),
            sentences: BTreeSet::new(),
            times: 0,
            definite: 0,
            aged: 0,
            taken_off: None,
            kinds: 0,
            main_kind: 0,
        }
    }

    fn count(&mut self, at: usize, sentence: &Sentence, part: &NounPhrase) {
        let comes_off = sentence.acts.iter().any(|act| {
            let object = act.object.as_ref().is_some_and(|object| object.words.end == part.words.end);
            object && !act.negated && act.work().is_some_and(Work::takes_off)
        });
        self.sentences.insert(at);
        self.times += 1;
        self.definite += usize::from(part.determiner.is_some_and(|at| is_definite(sentence.lower(at))));
        self.aged += usize::from(is_aged(sentence, part));
        self.taken_off = if comes_off { Some(at) } else { self.taken_off };
    }
}

fn count_kinds(found: &mut BTreeMap<Vec<String>, Candidate>) {
    let longer: Vec<(Vec<String>, usize)> = found
        .iter()
        .filter(|(stems, _)| stems.len() > 1)
        .map(|(stems, kind)| (stems[1..].to_vec(), kind.times))
        .collect();
    for (stems, times) in longer {
        if let Some(general) = found.get_mut(&stems) {
            general.kinds += 1;
            general.main_kind = general.main_kind.max(times);
        }
    }
}

fn is_definite(word: &str) -> bool {
    word == "the" || lexicon::is(word, Class::Possessive)
}

/// Whether one of the phrase's words, or one that was left out before them, tells of wear or of a spare.
fn is_aged(sentence: &Sentence, part: &NounPhrase) -> bool {
    let start = part.determiner.map_or(part.words.start, |at| at + 1);
    (start..part.words.end).any(|at| lexicon::is(sentence.lower(at), Class::Age))
}

/// Every run of words of a phrase that is not too long.
fn parts(words: &Range<usize>) -> Vec<Range<usize>> {
    words.clone().flat_map(|start| (start + 1..=words.end.min(start + LONGEST)).map(move |end| start..end)).collect()
}

/// The phrase without the numbers and plain adjectives that it starts with.
fn core(sentence: &Sentence, words: &Range<usize>) -> Range<usize> {
    let plain = |at: usize| {
        let word = sentence.lower(at);
        let telling = lexicon::is(word, Class::TellsApart) && !lexicon::is(word, Class::Sequence);
        lexicon::is_any(word, &[Class::Number, Class::Measure, Class::Sequence, Class::Age])
            || lexicon::is(word, Class::Adjective) && !telling
    };
    let start = words.clone().find(|&at| !plain(at)).unwrap_or(words.end);
    start..words.end
}
