//! Boxes: a length, a name, a body.

use crate::Refusal;
use crate::source::{Source, u32_at, u64_at};

/// A box whose length fits into the one that it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BoxHeader {
    pub(super) kind: [u8; 4],
    /// Where it starts.
    pub(super) start: u64,
    /// Where what it holds starts.
    pub(super) body: u64,
    /// Where it ends.
    pub(super) end: u64,
}

impl BoxHeader {
    /// Bytes of its body.
    pub(super) fn len(&self) -> u64 {
        self.end - self.body
    }
}

/// The box at that place of one that ends at `end`; nothing where its length is impossible. A longer one ends with it.
pub(super) fn header_at(source: &mut Source, at: u64, end: u64) -> Result<Option<BoxHeader>, Refusal> {
    if end.saturating_sub(at) < 8 {
        return Ok(None);
    }
    let bytes = source.bytes_at(at, 16)?;
    let (Some(short), Some(kind)) = (u32_at(&bytes, 0), bytes.get(4..8)) else { return Ok(None) };
    let (length, header) = match short {
        0 => (end - at, 8),
        1 => (u64_at(&bytes, 8).unwrap_or(0), 16),
        short => (u64::from(short), 8),
    };
    if length < header || end - at < header {
        return Ok(None);
    }
    let kind = [kind[0], kind[1], kind[2], kind[3]];
    Ok(Some(BoxHeader { kind, start: at, body: at + header, end: at.saturating_add(length).min(end) }))
}

/// All boxes in the order of the file; those inside a box follow it when it was entered.
pub(super) struct Boxes {
    next: u64,
    /// Where the boxes end that were entered.
    open: Vec<u64>,
}

impl Boxes {
    pub(super) fn new(length: u64) -> Self {
        Self { next: 0, open: vec![length] }
    }

    /// How many boxes the next one is in.
    pub(super) fn depth(&self) -> u64 {
        self.open.len() as u64 - 1
    }

    /// Makes what that box holds, which was given last, come next.
    pub(super) fn enter(&mut self, found: &BoxHeader) {
        self.next = found.body;
        self.open.push(found.end);
    }

    /// The next box; one of an impossible length ends the box that it is in.
    pub(super) fn next(&mut self, source: &mut Source) -> Result<Option<BoxHeader>, Refusal> {
        while let Some(&end) = self.open.last() {
            source.step()?;
            if let Some(found) = header_at(source, self.next, end)? {
                self.next = found.end;
                return Ok(Some(found));
            }
            self.next = end;
            self.open.pop();
        }
        Ok(None)
    }
}
