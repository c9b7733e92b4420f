//! Bytes of a file at any place, within a budget of work.

use std::io::{self, Read, Seek, SeekFrom};

use crate::{Limit, Limits, Refusal};

/// Bytes that are read at once: a block's header is small, and what follows it is skipped.
const WINDOW: usize = 4096;

/// Bytes of a table that are read at once.
const TABLE_WINDOW: usize = 16 * 1024;

trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// A file, its length, and how much work is left to spend on it.
pub(crate) struct Source<'a> {
    reader: &'a mut dyn ReadSeek,
    length: u64,
    window: Vec<u8>,
    start: u64,
    work: u64,
    limits: &'a Limits,
}

impl<'a> Source<'a> {
    pub(crate) fn new(reader: &'a mut (impl Read + Seek), limits: &'a Limits) -> Result<Self, Refusal> {
        let length = reader.seek(SeekFrom::End(0)).map_err(Refusal::Io)?;
        Ok(Self { reader, length, window: Vec::new(), start: 0, work: 0, limits })
    }

    pub(crate) fn len(&self) -> u64 {
        self.length
    }

    /// Counts one more entry that is looked at.
    pub(crate) fn step(&mut self) -> Result<(), Refusal> {
        self.work += 1;
        self.limits.hold(Limit::Work, self.work)
    }

    /// The `N` bytes at that place; nothing where the file ends before them.
    pub(crate) fn array_at<const N: usize>(&mut self, at: u64) -> Result<Option<[u8; N]>, Refusal> {
        let mut bytes = [0; N];
        Ok(self.fill(at, &mut bytes)?.then_some(bytes))
    }

    /// The bytes at that place, at most so many and fewer at the file's end.
    pub(crate) fn bytes_at(&mut self, at: u64, most: usize) -> Result<Vec<u8>, Refusal> {
        let left = self.length.saturating_sub(at);
        let mut bytes = vec![0; most.min(usize::try_from(left).unwrap_or(most))];
        let whole = self.fill(at, &mut bytes)?;
        Ok(if whole { bytes } else { Vec::new() })
    }

    /// Fills the buffer from that place; false where the file ends before.
    fn fill(&mut self, at: u64, buffer: &mut [u8]) -> Result<bool, Refusal> {
        let Some(end) = at.checked_add(buffer.len() as u64).filter(|&end| end <= self.length) else { return Ok(false) };
        if buffer.len() > WINDOW {
            return self.read(at, buffer).map(|read| read == buffer.len());
        }
        if at < self.start || end > self.start + self.window.len() as u64 {
            self.load(at)?;
        }
        let from = (at - self.start) as usize;
        let Some(found) = self.window.get(from..from + buffer.len()) else { return Ok(false) };
        buffer.copy_from_slice(found);
        Ok(true)
    }

    fn load(&mut self, at: u64) -> Result<(), Refusal> {
        let mut window = std::mem::take(&mut self.window);
        window.resize(WINDOW, 0);
        let read = self.read(at, &mut window)?;
        window.truncate(read);
        (self.window, self.start) = (window, at);
        Ok(())
    }

    /// As many bytes as there are, up to the buffer's length.
    fn read(&mut self, at: u64, buffer: &mut [u8]) -> Result<usize, Refusal> {
        self.reader.seek(SeekFrom::Start(at)).map_err(Refusal::Io)?;
        let mut read = 0;
        while read < buffer.len() {
            match self.reader.read(&mut buffer[read..]) {
                Ok(0) => break,
                Ok(more) => read += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Refusal::Io(error)),
            }
        }
        Ok(read)
    }
}

/// The entries of a table of `N` bytes each, read one after the other beside other tables.
pub(crate) struct Entries<const N: usize> {
    next: u64,
    left: u64,
    window: Vec<u8>,
    used: usize,
}

impl<const N: usize> Entries<N> {
    /// So many entries from that place on.
    pub(crate) fn new(at: u64, count: u64) -> Self {
        Self { next: at, left: count, window: Vec::new(), used: 0 }
    }

    /// The next entry; nothing after the last, or where the file ends.
    pub(crate) fn next(&mut self, source: &mut Source) -> Result<Option<[u8; N]>, Refusal> {
        if self.left == 0 {
            return Ok(None);
        }
        source.step()?;
        if self.used + N > self.window.len() {
            let most = self.left.saturating_mul(N as u64).min((TABLE_WINDOW / N * N) as u64);
            self.window = source.bytes_at(self.next, most as usize)?;
            (self.used, self.next) = (0, self.next.saturating_add(self.window.len() as u64));
        }
        let entry = self.window.get(self.used..self.used + N).and_then(|entry| entry.try_into().ok());
        self.used += N;
        self.left = if entry.is_some() { self.left - 1 } else { 0 };
        Ok(entry)
    }
}

/// The big-endian number of 32 bits at that place of the bytes.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// The big-endian number of 64 bits at that place of the bytes.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

/// The big-endian number of 16 bits at that place of the bytes.
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}
