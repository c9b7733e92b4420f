//! Which documents have most of what is asked for.
//!
//! BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", 2004), in which all words that may stand
//! for a word of the question are one word, each with its weight: a document gains nothing by saying one thing in three ways.

use std::cmp::Ordering;

use crate::concept::{Concept, Member};
use crate::index::{Entry, Index, Standing};
use crate::terms::{Counts, FIELDS};
use crate::{Hit, Question, Which};

/// Concepts whose match is remembered, one bit each.
const MOST_CONCEPTS: usize = 64;

/// Beside an answer that is sure enough, others may be so much less sure.
pub(crate) const BESIDE: f32 = 0.8;

/// What each document has, by its place.
pub(crate) struct Ranked {
    /// The sum of what its words count.
    sums: Vec<f32>,
    /// How much of what is asked for it has, each word by its rarity.
    covered: Vec<f32>,
    /// Which words of the question.
    has: Vec<u64>,
    rarities: Vec<f32>,
}

/// Looks up every concept in the documents of an index.
pub(crate) fn rank(index: &Index, concepts: &[Concept]) -> Ranked {
    let count = index.documents.len();
    let mut ranked =
        Ranked { sums: vec![0.0; count], covered: vec![0.0; count], has: vec![0; count], rarities: vec![] };
    let mut found = Lookup { places: vec![Seen::default(); count], touched: vec![] };
    let thickness = Thickness::of(index);
    for (at, concept) in concepts.iter().take(MOST_CONCEPTS).enumerate() {
        let rarity = found.look_up(&thickness, concept);
        ranked.take(at, &mut found, rarity);
    }
    ranked
}

/// Where one concept stands.
struct Lookup {
    /// By document.
    places: Vec<Seen>,
    /// The documents in which it stands.
    touched: Vec<u32>,
}

/// What a document has of one concept.
#[derive(Clone, Default)]
struct Seen {
    /// How often, each time by its field and length.
    frequency: f32,
    /// What it counts there.
    best: f32,
    /// The nearest to the word itself of what stands for it there.
    weight: f32,
}

impl Lookup {
    /// Looks up what stands for a word, the nearest first. Each counts by how rare it is together with all that is nearer, so that a
    /// word's own rarity stays its own, and the best of them counts: a document gains nothing by saying a thing in two ways. Gives how
    /// rare the word is, or, when no document has it, what is nearest to it.
    fn look_up(&mut self, thickness: &Thickness<'_>, concept: &Concept) -> f32 {
        let weights = &thickness.index.weights;
        let mut own_rarity = None;
        for level in concept.members.chunk_by(|one, other| one.weight == other.weight) {
            let mut changed = Vec::new();
            for member in level {
                self.add_member(thickness, member, &mut changed);
            }
            let rarity = rarity(self.touched.len(), thickness.index.len());
            for document in changed {
                let seen = &mut self.places[document as usize];
                let counts = level[0].weight * rarity * seen.frequency / (weights.saturation + seen.frequency);
                seen.best = seen.best.max(counts);
            }
            if !self.touched.is_empty() {
                own_rarity.get_or_insert(rarity);
            }
        }
        // What is numbered is often a model that nobody says.
        let numeric = concept.word.bytes().any(|letter| letter.is_ascii_digit());
        let unknown = if numeric { 0.0 } else { weights.unknown * rarity(0, thickness.index.len()) };
        own_rarity.unwrap_or(unknown)
    }

    fn add_member(&mut self, thickness: &Thickness<'_>, member: &Member, changed: &mut Vec<u32>) {
        if let [term] = member.terms[..] {
            for (document, counts) in thickness.index.postings[term as usize].iter() {
                self.add(thickness, document, counts, member.weight, changed);
            }
            return;
        }
        for (document, counts) in together(thickness.index, member) {
            self.add(thickness, document, counts, member.weight, changed);
        }
    }

    fn add(&mut self, thickness: &Thickness<'_>, document: u32, counts: Counts, weight: f32, changed: &mut Vec<u32>) {
        let frequency = thickness.frequency(document, counts);
        if frequency == 0.0 {
            // It is gone.
            return;
        }
        let seen = &mut self.places[document as usize];
        if seen.weight == 0.0 {
            self.touched.push(document);
            seen.weight = weight;
        }
        seen.frequency += frequency;
        changed.push(document);
    }
}

/// The documents in which all of several stems stand, with the counts of the rarest in them.
fn together(index: &Index, member: &Member) -> Vec<(u32, Counts)> {
    let mut lists = member.terms.iter().map(|term| index.postings[*term as usize].iter());
    let mut common: Vec<(u32, Counts)> = lists.next().into_iter().flatten().collect();
    for list in lists {
        let mut other = list.peekable();
        common.retain_mut(|(document, counts)| {
            while other.next_if(|(there, _)| *there < *document).is_some() {}
            match other.peek() {
                Some((there, theirs)) if *there == *document => {
                    *counts = Counts(counts.0.min(theirs.0));
                    true
                }
                _ => false,
            }
        });
    }
    common
}

/// How much a word counts in a part of a document, by how long that is.
struct Thickness<'a> {
    index: &'a Index,
    /// What a word counts in each part, by document; nothing in one that is gone.
    counts: Vec<[f32; FIELDS]>,
}

impl<'a> Thickness<'a> {
    fn of(index: &'a Index) -> Self {
        let (weights, means) = (&index.weights, index.mean_lengths());
        let of_part = |entry: &Entry, field: usize| {
            let relative = f32::from(entry.lengths[field].max(1)) / means[field];
            weights.fields[field] / (1.0 - weights.length[field] + weights.length[field] * relative)
        };
        let of_document = |entry: &Entry| match entry.standing {
            Standing::Gone => [0.0; FIELDS],
            Standing::Excluded | Standing::Approved => std::array::from_fn(|field| of_part(entry, field)),
        };
        Self { index, counts: index.documents.iter().map(of_document).collect() }
    }

    fn frequency(&self, document: u32, counts: Counts) -> f32 {
        let each = &self.counts[document as usize];
        (0..FIELDS).map(|field| f32::from(counts.of(field)) * each[field]).sum()
    }
}

impl Ranked {
    /// Adds what was found of a concept, and makes room for the next.
    fn take(&mut self, at: usize, found: &mut Lookup, rarity: f32) {
        self.rarities.push(rarity);
        for document in found.touched.drain(..) {
            let place = document as usize;
            let seen = std::mem::take(&mut found.places[place]);
            self.sums[place] += seen.best;
            self.covered[place] += rarity * seen.weight;
            self.has[place] |= 1 << at;
        }
    }

    /// How rare each concept is.
    pub(crate) fn rarities(&self) -> &[f32] {
        &self.rarities
    }

    /// The best documents that have something of it: only if one is at least `enough` sure, where that is asked for, and then only
    /// those that are nearly as sure.
    pub(crate) fn hits(
        &self,
        index: &Index,
        concepts: &[Concept],
        question: &Question<'_>,
        enough: Option<f32>,
    ) -> Vec<Hit> {
        let asked: f32 = self.rarities.iter().sum();
        let trade = concepts.iter().enumerate().take(MOST_CONCEPTS).filter(|(_, concept)| concept.is_of_trade);
        let trade = trade.fold(0_u64, |trade, (at, _)| trade | 1 << at);
        let lowest = match question.which {
            Which::Approved => Standing::Approved,
            Which::All => Standing::Excluded,
        };
        let least = enough.map_or(0.0, |enough| BESIDE * enough);
        let mut found = Vec::new();
        let mut surest = 0.0_f32;
        for (place, entry) in index.documents.iter().enumerate() {
            let may = entry.standing == Standing::Approved || entry.standing == lowest;
            if self.has[place] != 0 && may {
                let coverage = self.covered[place] / asked;
                let share = index.weights.completeness;
                let relevance = self.sums[place] / asked * (1.0 - share + share * coverage);
                let confidence = self.confidence(index, trade, place, coverage * relevance);
                surest = surest.max(confidence);
                if confidence >= least {
                    found.push(Match { place, relevance, coverage, confidence });
                }
            }
        }
        if enough.is_some_and(|enough| surest < enough) {
            return Vec::new();
        }
        let better = |one: &Match, other: &Match| {
            let by_key = || index.documents[one.place].key.cmp(&index.documents[other.place].key);
            other.relevance.partial_cmp(&one.relevance).unwrap_or(Ordering::Equal).then_with(by_key)
        };
        if found.len() > question.limit && question.limit > 0 {
            found.select_nth_unstable_by(question.limit - 1, better);
        }
        found.truncate(question.limit);
        found.sort_by(better);
        found.into_iter().map(|found| self.hit(index, concepts, found)).collect()
    }

    /// How sure one may be that the document answers the question: by how much of it it has, how strongly, in how many words, and
    /// whether those are words of work.
    fn confidence(&self, index: &Index, trade: u64, place: usize, fit: f32) -> f32 {
        let words = self.has[place].count_ones().min(4) as f32;
        let of_trade = (self.has[place] & trade).count_ones().min(3) as f32;
        fit.sqrt() + index.weights.per_word * words + index.weights.per_trade_word * of_trade
    }

    fn hit(&self, index: &Index, concepts: &[Concept], found: Match) -> Hit {
        let Match { place, relevance, coverage, confidence } = found;
        let has = |at: usize| at < MOST_CONCEPTS && self.has[place] & (1 << at) != 0;
        let matched = concepts.iter().enumerate().filter(|(at, _)| has(*at)).map(|(_, concept)| concept.word.clone());
        Hit { key: index.documents[place].key, relevance, coverage, confidence, matched: matched.collect() }
    }
}

/// A document that has something of what was asked for.
#[derive(Clone, Copy)]
struct Match {
    place: usize,
    relevance: f32,
    coverage: f32,
    confidence: f32,
}

/// What a word counts that so many of all documents have: more, the fewer they are, and never nothing.
fn rarity(having: usize, all: usize) -> f32 {
    let (having, all) = (having as f32, all as f32);
    (1.0 + (all - having + 0.5) / (having + 0.5)).ln()
}
