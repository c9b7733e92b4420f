//! A document's words in the form in which they are kept.

use std::collections::BTreeMap;

/// The parts of a document: title, steps, what was said.
pub(crate) const FIELDS: usize = 3;

/// Which way of making terms this is. What was made in another is made again from the facts.
pub const ANALYSIS: u32 = 1;

/// The stems of a document, how often each stands in which part, and how long the parts are.
///
/// In bytes: the three lengths, then the stems in order, each as how many letters it shares with the one before, the rest of it, and
/// its counts in one byte. Nothing else is needed to search for the document, so that taking these away is forgetting it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms(Vec<u8>);

/// Kept terms that can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the terms of a document are damaged")]
pub struct DamagedTerms;

/// How often a stem stands in each part, up to 3, 7 and 7: more than that changes no ranking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts(pub(crate) u8);

/// Where each part's count lies in the byte, and its highest.
const PLACES: [(u8, u8); FIELDS] = [(6, 3), (3, 7), (0, 7)];

impl Counts {
    pub(crate) fn add(&mut self, field: usize) {
        let (shift, most) = PLACES[field];
        if self.of(field) < most {
            self.0 += 1 << shift;
        }
    }

    pub(crate) fn of(self, field: usize) -> u8 {
        let (shift, most) = PLACES[field];
        (self.0 >> shift) & most
    }
}

impl Terms {
    pub(crate) fn new(lengths: [u32; FIELDS], counts: &BTreeMap<String, Counts>) -> Self {
        let mut bytes = Vec::with_capacity(8 * counts.len() + 8);
        for length in lengths {
            bytes.extend((length.min(u32::from(u16::MAX)) as u16).to_le_bytes());
        }
        let mut before = "";
        for (term, counts) in counts {
            let shared = before.bytes().zip(term.bytes()).take_while(|(a, b)| a == b).count();
            let rest = &term.as_bytes()[shared..];
            bytes.extend([shared as u8, rest.len() as u8]);
            bytes.extend(rest);
            bytes.push(counts.0);
            before = term;
        }
        Self(bytes)
    }

    /// From what [`as_bytes`](Self::as_bytes) gave.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// To be kept.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn lengths(&self) -> Result<[u16; FIELDS], DamagedTerms> {
        let mut lengths = [0; FIELDS];
        for (length, bytes) in lengths.iter_mut().zip(self.head()?.chunks_exact(2)) {
            *length = u16::from_le_bytes([bytes[0], bytes[1]]);
        }
        Ok(lengths)
    }

    fn head(&self) -> Result<&[u8], DamagedTerms> {
        self.0.get(..2 * FIELDS).ok_or(DamagedTerms)
    }

    /// Gives each stem with its counts, in order.
    pub(crate) fn each(&self, mut take: impl FnMut(&str, Counts)) -> Result<(), DamagedTerms> {
        let mut rest = self.0.get(2 * FIELDS..).ok_or(DamagedTerms)?;
        let mut term = Vec::new();
        while let [shared, length, after @ ..] = rest {
            let (own, after) = after.split_at_checked((*length).into()).ok_or(DamagedTerms)?;
            let (counts, after) = after.split_first().ok_or(DamagedTerms)?;
            if usize::from(*shared) > term.len() {
                return Err(DamagedTerms);
            }
            term.truncate((*shared).into());
            term.extend_from_slice(own);
            take(std::str::from_utf8(&term).map_err(|_| DamagedTerms)?, Counts(*counts));
            rest = after;
        }
        if rest.is_empty() { Ok(()) } else { Err(DamagedTerms) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Document;

    fn read(terms: &Terms) -> Result<Vec<(String, [u8; FIELDS])>, DamagedTerms> {
        let mut read = Vec::new();
        terms.each(|term, counts| read.push((term.to_owned(), [0, 1, 2].map(|field| counts.of(field)))))?;
        Ok(read)
    }

    #[test]
    fn stems_come_back_with_their_counts() {
        let screws = "screw ".repeat(9);
        let document = Document {
            title: "Replace the valve",
            steps: vec!["Open the valve", "Close the valves"],
            said: vec!["so this valve here is öld and this one new", &screws],
        };
        let terms = document.terms();
        assert_eq!(terms.lengths().unwrap(), [2, 4, 12]);
        let expected = [
            ("close", [0, 1, 0]),
            ("new", [0, 0, 1]),
            ("old", [0, 0, 1]),
            ("open", [0, 1, 0]),
            ("replac", [1, 0, 0]),
            ("screw", [0, 0, 7]),
            ("valv", [1, 2, 1]),
        ];
        assert_eq!(read(&terms).unwrap(), expected.map(|(term, counts)| (term.to_owned(), counts)));
    }

    proptest! {
        #[test]
        fn damage_is_told_or_harmless(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let terms = Terms::from_bytes(bytes);
            let _ = (terms.lengths(), read(&terms));
        }

        #[test]
        fn every_text_can_be_kept(title in ".{0,60}", said in prop::collection::vec(".{0,200}", 0..4)) {
            let document = Document { title: &title, steps: vec![], said: said.iter().map(String::as_str).collect() };
            prop_assert!(read(&document.terms()).is_ok());
        }
    }
}
