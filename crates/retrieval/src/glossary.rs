//! Words that mean nearly the same.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::alphabet::words;
use crate::stem::stem;

/// How near a word of the same meaning is to the word itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kinship {
    /// A tenant said that the two are one.
    #[default]
    Same,
    /// They mean nearly the same in most trades.
    Near,
}

/// Entries of a tenant's glossary; each is looked at for every question.
const MOST_GROUPS: usize = 5_000;

/// An entry as stems, in order.
pub(crate) type Phrase = Vec<String>;

/// Groups of words and phrases that mean nearly the same. One group a line, its entries with commas between them, what stands behind
/// `#` is a remark, and so is a heading in brackets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Glossary {
    groups: Vec<Group>,
    /// Groups by the first stem of an entry.
    by_first: HashMap<String, Vec<Place>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Group {
    entries: Vec<Phrase>,
    kinship: Kinship,
}

/// An entry of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    group: usize,
    entry: usize,
}

/// What was given is no glossary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GlossaryError {
    /// A line with a single entry says nothing.
    #[error(
        "line {line} of the glossary has one entry: give at least two words that mean the same, with a comma between them"
    )]
    Lonely {
        /// Counted from 1.
        line: usize,
    },
    /// It is longer than any trade's.
    #[error("the glossary has more than {MOST_GROUPS} groups: keep those that people say")]
    TooLong,
}

/// An entry that stands in a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Meant {
    /// The places of its words in the text.
    pub(crate) places: Vec<usize>,
    /// What else could be said, with how near it is.
    pub(crate) others: Vec<(Phrase, Kinship)>,
}

static COMMON: LazyLock<Glossary> =
    LazyLock::new(|| Glossary::read(include_str!("../glossary.txt"), Kinship::Near).expect("a test reads it"));

impl Glossary {
    /// The words of most trades.
    pub fn common() -> &'static Self {
        &COMMON
    }

    /// A tenant's own words.
    ///
    /// # Errors
    /// When it is no glossary.
    pub fn own(text: &str) -> Result<Self, GlossaryError> {
        Self::read(text, Kinship::Same)
    }

    fn read(text: &str, kinship: Kinship) -> Result<Self, GlossaryError> {
        let mut glossary = Self::default();
        for (at, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() || line.starts_with('[') {
                continue;
            }
            let mut entries: Vec<Phrase> = line.split(',').map(phrase).filter(|entry| !entry.is_empty()).collect();
            if entries.len() < 2 {
                return Err(GlossaryError::Lonely { line: at + 1 });
            }
            entries.dedup();
            if glossary.groups.len() >= MOST_GROUPS {
                return Err(GlossaryError::TooLong);
            }
            glossary.add(Group { entries, kinship });
        }
        Ok(glossary)
    }

    fn add(&mut self, group: Group) {
        for (entry, phrase) in group.entries.iter().enumerate() {
            let place = Place { group: self.groups.len(), entry };
            self.by_first.entry(phrase[0].clone()).or_default().push(place);
        }
        self.groups.push(group);
    }

    /// The entries that stand in a text of stems.
    pub(crate) fn meant(&self, text: &[String]) -> Vec<Meant> {
        (0..text.len()).flat_map(|start| self.starting(text, start)).collect()
    }

    fn starting(&self, text: &[String], start: usize) -> Vec<Meant> {
        let places = self.by_first.get(&text[start]).map_or(&[][..], Vec::as_slice);
        let meant = |place: &Place| {
            let group = &self.groups[place.group];
            let places = standing(&group.entries[place.entry], text, start)?;
            let others = group.entries.iter().enumerate().filter(|(at, _)| *at != place.entry);
            Some(Meant { places, others: others.map(|(_, phrase)| (phrase.clone(), group.kinship)).collect() })
        };
        places.iter().filter_map(meant).collect()
    }
}

/// "Take the old cover off": so many words may stand before what ends such a verb.
const WIDEST: usize = 4;

/// What may stand apart from its verb.
const PARTICLES: [&str; 9] = ["off", "out", "apart", "up", "down", "in", "on", "back", "togeth"];

/// Where the words of the phrase stand, if it begins there: side by side, but for a particle.
fn standing(phrase: &[String], text: &[String], start: usize) -> Option<Vec<usize>> {
    let mut places = vec![start];
    for stem in &phrase[1..] {
        let next = places.last()? + 1;
        let reach = if PARTICLES.contains(&stem.as_str()) { WIDEST } else { 1 };
        let mut near = text.iter().enumerate().skip(next).take(reach);
        places.push(near.find(|(_, word)| *word == stem)?.0);
    }
    Some(places)
}

fn phrase(entry: &str) -> Phrase {
    words(entry).map(|word| stem(&word.text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn others(glossary: &Glossary, text: &str) -> Vec<String> {
        let meant = glossary.meant(&phrase(text));
        meant.iter().flat_map(|meant| &meant.others).map(|(phrase, _)| phrase.join(" ")).collect()
    }

    #[test]
    fn the_common_words_can_be_read() {
        assert!(Glossary::read(include_str!("../glossary.txt"), Kinship::Near).unwrap().groups.len() > 100);
    }

    #[test]
    fn an_entry_leads_to_the_others_of_its_group() {
        let glossary =
            Glossary::own("# ours\n[parts]\nCH pump, circulator # the grey one\nPSU, power supply\n").unwrap();
        assert_eq!(others(&glossary, "the ch pumps whine"), ["circul"]);
        assert_eq!(others(&glossary, "the power supply"), ["psu"]);
        assert!(others(&glossary, "the power and the supply").is_empty());
    }

    #[test]
    fn a_verb_may_stand_apart_from_its_particle() {
        let glossary = Glossary::own("remove, take off").unwrap();
        assert_eq!(others(&glossary, "taking the old cover off"), ["remov"]);
        assert!(others(&glossary, "take a look at what is off").is_empty());
    }

    #[test]
    fn what_is_no_glossary_is_told_with_its_line() {
        assert_eq!(Glossary::own("a, b\n\npump,\n"), Err(GlossaryError::Lonely { line: 3 }));
        assert_eq!(Glossary::own(&"a, b\n".repeat(MOST_GROUPS + 1)), Err(GlossaryError::TooLong));
    }
}
