//! All stems of an index, and those that are like a given one.

use std::collections::HashMap;

use strsim::osa_distance;

use crate::sound::sound;
use crate::spelling::is_like;

/// A stem by its number.
pub(crate) type Term = u32;

/// The stems of an index.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    terms: HashMap<Box<str>, Term>,
    /// By how they sound.
    sounds: HashMap<Box<str>, Vec<Box<str>>>,
}

impl Vocabulary {
    pub(crate) fn get(&self, stem: &str) -> Option<Term> {
        self.terms.get(stem).copied()
    }

    /// The number of a stem, which is taken in if it is new; numbers follow each other.
    pub(crate) fn take_in(&mut self, stem: &str) -> Term {
        if let Some(known) = self.get(stem) {
            return known;
        }
        let term = self.terms.len() as Term;
        self.terms.insert(stem.into(), term);
        if let Some(sound) = sound(stem) {
            self.sounds.entry(sound.into()).or_default().push(stem.into());
        }
        term
    }

    /// The stems that sound like that one, without itself; in order.
    pub(crate) fn sounding_like(&self, stem: &str) -> Vec<String> {
        let alike = sound(stem).and_then(|sound| self.sounds.get(sound.as_str()));
        let alike = alike.into_iter().flatten().map(|other| &**other);
        let near = alike.filter(|other| *other != stem && osa_distance(stem, other) <= 2);
        let mut alike: Vec<String> = near.map(str::to_owned).collect();
        alike.sort_unstable();
        alike
    }

    /// The stems that are spelled nearly like that one, in order.
    pub(crate) fn spelled_like(&self, stem: &str) -> Vec<String> {
        let mut alike: Vec<String> =
            self.terms.keys().filter(|other| is_like(stem, other)).map(ToString::to_string).collect();
        alike.sort_unstable();
        alike
    }
}
