//! Which documents a stem stands in.

use crate::terms::Counts;

/// The documents of one stem in order, each as its distance from the one before, in groups of seven bits, and its counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Postings {
    bytes: Vec<u8>,
    last: u32,
}

impl Postings {
    /// Adds a document that comes after all that are there.
    pub(crate) fn push(&mut self, document: u32, counts: Counts) {
        let mut distance = document - self.last;
        while distance >= 0x80 {
            self.bytes.push(distance as u8 | 0x80);
            distance >>= 7;
        }
        self.bytes.extend([distance as u8, counts.0]);
        self.last = document;
    }

    /// The documents in order, those that are gone among them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, Counts)> + '_ {
        let mut rest = self.bytes.as_slice();
        let mut document = 0;
        std::iter::from_fn(move || {
            let (distance, after) = distance(rest)?;
            let (counts, after) = after.split_first()?;
            rest = after;
            document += distance;
            Some((document, Counts(*counts)))
        })
    }
}

/// The distance at the start of the bytes, and what comes after it. Nearly all are of one byte.
#[inline]
fn distance(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (byte, mut rest) = bytes.split_first()?;
    let mut distance = u32::from(byte & 0x7f);
    let (mut last, mut shift) = (*byte, 7);
    while last >= 0x80 {
        let (byte, after) = rest.split_first()?;
        distance |= u32::from(byte & 0x7f) << shift;
        (last, rest, shift) = (*byte, after, shift + 7);
    }
    Some((distance, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_come_back_in_order() {
        let documents = [(0, 1), (1, 255), (128, 7), (20_000, 8), (3_000_000, 64)];
        let mut postings = Postings::default();
        for (document, counts) in documents {
            postings.push(document, Counts(counts));
        }
        assert_eq!(postings.iter().map(|(document, counts)| (document, counts.0)).collect::<Vec<_>>(), documents);
    }
}
