//! EBML elements (RFC 8794): an id, a length, a body.

use crate::Refusal;
use crate::source::Source;

/// Ids of elements, as RFC 9559 lists them.
pub(super) mod id {
    pub(in super::super) const HEADER: u32 = 0x1a45_dfa3;
    pub(in super::super) const DOC_TYPE: u32 = 0x4282;
    pub(in super::super) const SEGMENT: u32 = 0x1853_8067;
    pub(in super::super) const SEEK_HEAD: u32 = 0x114d_9b74;
    pub(in super::super) const INFO: u32 = 0x1549_a966;
    pub(in super::super) const TIMESTAMP_SCALE: u32 = 0x2a_d7b1;
    pub(in super::super) const DURATION: u32 = 0x4489;
    pub(in super::super) const TRACKS: u32 = 0x1654_ae6b;
    pub(in super::super) const TRACK: u32 = 0xae;
    pub(in super::super) const NUMBER: u32 = 0xd7;
    pub(in super::super) const KIND: u32 = 0x83;
    pub(in super::super) const CODEC: u32 = 0x86;
    pub(in super::super) const CODEC_PRIVATE: u32 = 0x63a2;
    pub(in super::super) const DEFAULT_DURATION: u32 = 0x23_e383;
    pub(in super::super) const VIDEO: u32 = 0xe0;
    pub(in super::super) const WIDTH: u32 = 0xb0;
    pub(in super::super) const HEIGHT: u32 = 0xba;
    pub(in super::super) const ENCODINGS: u32 = 0x6d80;
    pub(in super::super) const ENCODING: u32 = 0x6240;
    pub(in super::super) const COMPRESSION: u32 = 0x5034;
    pub(in super::super) const ALGORITHM: u32 = 0x4254;
    pub(in super::super) const CLUSTER: u32 = 0x1f43_b675;
    pub(in super::super) const TIMESTAMP: u32 = 0xe7;
    pub(in super::super) const SIMPLE_BLOCK: u32 = 0xa3;
    pub(in super::super) const GROUP: u32 = 0xa0;
    pub(in super::super) const BLOCK: u32 = 0xa1;
    pub(in super::super) const CUES: u32 = 0x1c53_bb6b;
    pub(in super::super) const CHAPTERS: u32 = 0x1043_a770;
    pub(in super::super) const TAGS: u32 = 0x1254_c367;
    pub(in super::super) const ATTACHMENTS: u32 = 0x1941_a469;
}

/// Elements that stand in a segment, and end a cluster of unknown length before them.
const IN_SEGMENT: [u32; 8] =
    [id::SEEK_HEAD, id::INFO, id::TRACKS, id::CLUSTER, id::CUES, id::CHAPTERS, id::TAGS, id::ATTACHMENTS];

/// An element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) id: u32,
    /// Where what it holds starts.
    pub(super) body: u64,
    /// Where it ends; where the one around it ends, when its length is unknown or too long.
    pub(super) end: u64,
}

impl Element {
    /// Bytes of its body.
    pub(super) fn len(&self) -> u64 {
        self.end - self.body
    }

    /// It as an unsigned number, zero when it is longer than one.
    pub(super) fn number(&self, source: &mut Source) -> Result<u64, Refusal> {
        if self.len() > 8 {
            return Ok(0);
        }
        let bytes = source.bytes_at(self.body, self.len() as usize)?;
        Ok(bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    /// It as a number with a fraction, zero when it is none.
    pub(super) fn float(&self, source: &mut Source) -> Result<f64, Refusal> {
        Ok(match self.len() {
            4 => source.array_at(self.body)?.map_or(0.0, |bytes| f64::from(f32::from_be_bytes(bytes))),
            8 => source.array_at(self.body)?.map_or(0.0, f64::from_be_bytes),
            _ => 0.0,
        })
    }
}

/// All elements in the order of the file; those inside one follow it when it was entered.
pub(super) struct Elements {
    next: u64,
    /// The elements that were entered, and where they end.
    open: Vec<(u32, u64)>,
}

impl Elements {
    pub(super) fn new(length: u64) -> Self {
        Self { next: 0, open: vec![(0, length)] }
    }

    /// How many elements the next one is in.
    pub(super) fn depth(&self) -> u64 {
        self.open.len() as u64 - 1
    }

    /// Makes what that element holds, which was given last, come next.
    pub(super) fn enter(&mut self, found: &Element) {
        self.next = found.body;
        self.open.push((found.id, found.end));
    }

    /// The next element; nothing after the last, or where it is damaged.
    pub(super) fn next(&mut self, source: &mut Source) -> Result<Option<Element>, Refusal> {
        while let Some(&(holder, end)) = self.open.last() {
            source.step()?;
            if self.next >= end {
                self.open.pop();
                continue;
            }
            let Some(found) = element_at(source, self.next, end)? else { return Ok(None) };
            if holder == id::CLUSTER && IN_SEGMENT.contains(&found.id) {
                self.open.pop();
                continue;
            }
            self.next = found.end;
            return Ok(Some(found));
        }
        Ok(None)
    }
}

/// The element at that place of one that ends at `end`; nothing when that can be none.
fn element_at(source: &mut Source, at: u64, end: u64) -> Result<Option<Element>, Refusal> {
    let head = source.bytes_at(at, 12)?;
    let Some((id, id_length)) = identifier(&head) else { return Ok(None) };
    let Some((length, length_length)) = head.get(id_length..).and_then(length) else { return Ok(None) };
    let body = at + (id_length + length_length) as u64;
    if body > end {
        return Ok(None);
    }
    let end = length.map_or(end, |length| body.saturating_add(length).min(end));
    Ok(Some(Element { id, body, end }))
}

/// An id of one to four bytes, with the mark of its length.
fn identifier(bytes: &[u8]) -> Option<(u32, usize)> {
    let length = bytes.first()?.leading_zeros() as usize + 1;
    let bytes = bytes.get(..length).filter(|_| length <= 4)?;
    Some((bytes.iter().fold(0, |id, &byte| id << 8 | u32::from(byte)), length))
}

/// A length of one to eight bytes, nothing inside for an unknown one; and how many bytes it takes.
fn length(bytes: &[u8]) -> Option<(Option<u64>, usize)> {
    let (number, length) = variable(bytes)?;
    let unknown = number == (1 << (7 * length)) - 1;
    Some(((!unknown).then_some(number), length))
}

/// A number of variable length (RFC 8794, 4), and how many bytes it takes.
pub(super) fn variable(bytes: &[u8]) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let length = first.leading_zeros() as usize + 1;
    let rest = bytes.get(1..length).filter(|_| length <= 8)?;
    let high = u64::from(first) & ((1 << (8 - length)) - 1);
    Some((rest.iter().fold(high, |number, &byte| number << 8 | u64::from(byte)), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_length_that_their_first_byte_tells() {
        assert_eq!(variable(&[0x81]), Some((1, 1)));
        assert_eq!(variable(&[0x40, 0x02]), Some((2, 2)));
        assert_eq!(variable(&[0x01, 0, 0, 0, 0, 0, 0, 9]), Some((9, 8)));
        assert_eq!(variable(&[0x00, 1, 2, 3, 4, 5, 6, 7, 8]), None);
        assert_eq!(variable(&[0x40]), None);
        assert_eq!(length(&[0xff]), Some((None, 1)));
        assert_eq!(length(&[0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), Some((None, 8)));
        assert_eq!(identifier(&[0x1a, 0x45, 0xdf, 0xa3]), Some((id::HEADER, 4)));
        assert_eq!(identifier(&[0x08, 0, 0, 0, 0]), None);
    }
}
