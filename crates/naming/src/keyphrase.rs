//! Key phrases: which thing a passage is about, when nobody says so.
//!
//! Candidates are the noun phrases and their parts. What speaks for one: it is said often here and seldom in the rest of the session, it
//! is whole rather than a piece of a longer one (the idea of the C-value: Frantzi, Ananiadou and Mima, 2000), it is what verbs with a
//! goal act on, above all in the last sentences, it takes a determiner, and it is there from the first sentences.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::inflection::Inflection;
use crate::lexicon::{self, Class};
use crate::noun_phrase::NounPhrase;
use crate::sentence::Sentence;
use crate::verb::{Verb, Work};

/// A thing that a passage may be about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeyPhrase {
    /// Its stems, which tell it from others.
    pub stems: Vec<String>,
    /// The sentence that says it first, and which of its words.
    pub said: (usize, NounPhrase),
    /// Every sentence that says it.
    pub sentences: BTreeSet<usize>,
    /// How much speaks for it.
    pub score: f32,
}

/// The key phrases of a passage, best first.
pub(crate) fn key_phrases(sentences: &[Sentence], background: &Background) -> Vec<KeyPhrase> {
    let tallies = tallies(sentences);
    let last_goal = tallies.values().filter(|tally| tally.specificity > 0.9).map(|tally| tally.goal_at).max().flatten();
    let mut found: Vec<KeyPhrase> = tallies
        .into_iter()
        .map(|(stems, tally)| {
            let rarity = background.rarity(&stems);
            let score = tally.score(&Setting { rarity, words: stems.len(), last_goal, sentences: sentences.len() });
            KeyPhrase { stems, said: tally.said, sentences: tally.sentences, score }
        })
        .collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.stems.cmp(&b.stems)));
    found
}

/// In how many passages of a session each stem occurs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Background {
    passages: usize,
    with_stem: BTreeMap<String, usize>,
}

impl Background {
    /// Counts over the passages of a session.
    pub(crate) fn of(passages: &[Vec<Sentence>]) -> Self {
        let mut background = Self { passages: passages.len(), ..Self::default() };
        for passage in passages {
            let stems: BTreeSet<&String> =
                passage.iter().flat_map(|sentence| &sentence.tokens).map(|token| &token.stem).collect();
            for stem in stems {
                *background.with_stem.entry(stem.clone()).or_insert(0) += 1;
            }
        }
        background
    }

    /// How much a phrase belongs to few passages: 1 for one only, half that for all. Below three passages nothing can be told.
    fn rarity(&self, stems: &[String]) -> f32 {
        if self.passages < 3 {
            return 1.0;
        }
        let others = |stem: &String| self.with_stem.get(stem).copied().unwrap_or(1).saturating_sub(1) as f32;
        let share = stems.iter().map(others).sum::<f32>() / (stems.len() * (self.passages - 1)) as f32;
        1.0 - 0.5 * share
    }
}

/// Sentences from the end in which the object of a goal counts most.
const LAST: usize = 2;
/// The longest phrase, in words.
const LONGEST: usize = 4;

/// What was counted of one candidate.
struct Tally {
    said: (usize, NounPhrase),
    sentences: BTreeSet<usize>,
    /// How much it names one thing, 0-1.
    specificity: f32,
    /// How often it is said.
    times: usize,
    /// How often it is not a piece of a longer phrase.
    whole: usize,
    /// How often hands move it, which one does to the machine more than to the part.
    moved: usize,
    /// The last sentence in which a goal acts on it.
    goal_at: Option<usize>,
    /// Whether a new one is spoken of.
    new: bool,
}

/// What a score depends on besides the candidate.
struct Setting {
    rarity: f32,
    words: usize,
    last_goal: Option<usize>,
    sentences: usize,
}

fn tallies(sentences: &[Sentence]) -> BTreeMap<Vec<String>, Tally> {
    let mut tallies: BTreeMap<Vec<String>, Tally> = BTreeMap::new();
    for (at, sentence) in sentences.iter().enumerate() {
        for phrase in &sentence.phrases {
            let core = core(sentence, &phrase.words);
            for words in parts(&core) {
                let stems = sentence.tokens[words.clone()].iter().map(|token| token.stem.clone()).collect();
                let whole = words == core;
                let part = NounPhrase { determiner: phrase.determiner, words };
                tallies.entry(stems).or_insert_with(|| Tally::new(at, sentence, &part)).count(
                    at,
                    sentence,
                    (&part, whole),
                );
            }
        }
    }
    tallies
}

impl Tally {
    fn new(at: usize, sentence: &Sentence, part: &NounPhrase) -> Self {
        Self {
            said: (at, part.clone()),
            sentences: BTreeSet::new(),
            specificity: specificity(sentence, &part.words),
            times: 0,
            whole: 0,
            moved: 0,
            goal_at: None,
            new: false,
        }
    }

    fn count(&mut self, at: usize, sentence: &Sentence, (part, whole): (&NounPhrase, bool)) {
        let does = |test: fn(Work) -> bool| {
            sentence.acts.iter().any(|act| {
                let object = act.object.as_ref().is_some_and(|object| object.words.end == part.words.end);
                object && !act.negated && act.work().is_some_and(test)
            })
        };
        self.sentences.insert(at);
        self.times += 1;
        self.whole += usize::from(whole);
        self.moved += usize::from(does(|work| work == Work::Motion));
        if does(|work| work.is_goal() || work == Work::Loosen) {
            self.goal_at = Some(at);
        }
        self.new |= is_new(sentence, part);
    }

    fn score(&self, setting: &Setting) -> f32 {
        let times = self.times as f32;
        let cohesion = self.whole as f32 / times;
        let flag = |is: bool| f32::from(u8::from(is));
        let said_last = self.sentences.last().map_or(0.0, |&at| at as f32 / setting.sentences as f32);
        let score = times.ln_1p() * (0.5 + 0.5 * cohesion) * setting.rarity
            + 0.5 * flag(self.goal_at.is_some_and(|at| at + LAST >= setting.sentences))
            + 0.4 * flag(self.goal_at.is_some() && self.goal_at == setting.last_goal)
            + 0.6 * said_last
            + 0.3 * (setting.words.min(3) - 1) as f32
            + flag(self.new)
            - 0.4 * self.moved as f32 / times;
        score * self.specificity
    }
}

fn is_new(sentence: &Sentence, part: &NounPhrase) -> bool {
    let before = part.determiner.map_or(part.words.start, |at| at + 1)..part.words.start;
    sentence.tokens[before].iter().any(|token| matches!(token.lower.as_str(), "new" | "replacement" | "spare"))
}

/// Every run of words of a phrase that is not too long and names something.
fn parts(words: &Range<usize>) -> Vec<Range<usize>> {
    words.clone().flat_map(|start| (start + 1..=words.end.min(start + LONGEST)).map(move |end| start..end)).collect()
}

/// The phrase without the numbers and plain adjectives that it starts with.
fn core(sentence: &Sentence, words: &Range<usize>) -> Range<usize> {
    let plain = |at: usize| {
        let word = sentence.lower(at);
        let telling = lexicon::is(word, Class::TellsApart) && !lexicon::is(word, Class::Sequence);
        lexicon::is_any(word, &[Class::Number, Class::Measure, Class::Sequence])
            || lexicon::is(word, Class::Adjective) && !telling
    };
    let start = words.clone().find(|&at| !plain(at)).unwrap_or(words.end);
    start..words.end
}

/// How much a phrase names one thing rather than a tool, a fastener, a place or a quality.
fn specificity(sentence: &Sentence, words: &Range<usize>) -> f32 {
    const GENERAL: &[(Class, f32)] = &[
        (Class::Means, 0.4),
        (Class::Place, 0.3),
        (Class::Measure, 0.2),
        (Class::Number, 0.2),
        (Class::Adjective, 0.3),
        (Class::AboutWork, 0.3),
        (Class::Discourse, 0.2),
    ];
    let head = sentence.lower(words.end - 1);
    let general: f32 =
        GENERAL.iter().filter(|(class, _)| lexicon::is(head, *class)).map(|(_, factor)| factor).product();
    let verbal =
        Verb::listed(head).is_some_and(|verb| matches!(verb.inflection, Inflection::Gerund | Inflection::Past));
    let specificity = if verbal { general * 0.3 } else { general };
    // A longer name is less general than its last word: "drill bit", "front panel".
    if words.len() > 1 { specificity.sqrt() } else { specificity }
}
