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
        let mut rest = self.bytes.iter().copied();
        let mut document = 0;
        std::iter::from_fn(move || {
            let (mut distance, mut shift) = (0_u32, 0);
            loop {
                let byte = rest.next()?;
                distance |= u32::from(byte & 0x7f) << shift;
                if byte < 0x80 {
                    break;
                }
                shift += 7;
            }
            document += distance;
            Some((document, Counts(rest.next()?)))
        })
    }
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
