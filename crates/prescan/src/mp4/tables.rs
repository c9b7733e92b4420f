//! The sample tables of a track.

use crate::source::{Entries, Source};
use crate::{Limit, Limits, Refusal, TrackKind};

use super::boxes::BoxHeader;
use super::torn;

/// Samples of sound that ffmpeg reads as one packet when each has the size of one point in time.
const SOUND_AT_ONCE: u64 = 1024;

/// Where a table's entries lie, and how many there are.
#[derive(Clone, Copy, Debug, Default)]
struct Table {
    at: u64,
    count: u64,
}

/// What a track's tables say.
#[derive(Debug, Default)]
pub(super) struct Tables {
    sizes: Option<Sizes>,
    times: Option<Table>,
    groups: Option<Table>,
    chunks: Option<Chunks>,
    told: Told,
}

#[derive(Clone, Copy, Debug)]
enum Sizes {
    /// So many samples of one size.
    Same(u64, u64),
    /// One number each.
    Each(Table),
    /// One number of so many bits each, which are not added up.
    Packed(u64),
}

#[derive(Clone, Copy, Debug)]
struct Chunks {
    table: Table,
    wide: bool,
}

/// What they add up to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    ticks: u64,
    /// Whether all samples last one tick, as points of sound do.
    points: bool,
    /// Bytes of the samples that lie within the file.
    pub(super) bytes: u64,
}

impl Tables {
    /// Takes a box that is one of them. Of two with the same name the first counts.
    pub(super) fn take(&mut self, found: &BoxHeader, source: &mut Source) -> Result<(), Refusal> {
        match &found.kind {
            b"stts" => first(&mut self.times, table(found, 8, source)?),
            b"ctts" => table(found, 8, source).map(|_| ())?,
            b"stss" => table(found, 4, source).map(|_| ())?,
            b"stsc" => first(&mut self.groups, table(found, 12, source)?),
            b"stco" => first(&mut self.chunks, Chunks { table: table(found, 4, source)?, wide: false }),
            b"co64" => first(&mut self.chunks, Chunks { table: table(found, 8, source)?, wide: true }),
            b"stsz" => first(&mut self.sizes, sizes(found, source)?),
            b"stz2" => {
                let count = source.array_at::<4>(found.body + 8)?.map_or(0, u32::from_be_bytes);
                first(&mut self.sizes, Sizes::Packed(u64::from(count)));
            }
            _ => {}
        }
        Ok(())
    }

    /// Samples, as the table of sizes counts them.
    pub(super) fn samples(&self) -> u64 {
        match self.sizes {
            Some(Sizes::Same(count, _) | Sizes::Packed(count)) => count,
            Some(Sizes::Each(table)) => table.count,
            None => 0,
        }
    }

    /// Samples as they are read: points of sound by the thousand.
    pub(super) fn packets(&self, kind: TrackKind) -> u64 {
        match self.sizes {
            Some(Sizes::Same(count, _)) if kind == TrackKind::Audio && self.told.points => {
                count / SOUND_AT_ONCE + self.chunks.map_or(0, |chunks| chunks.table.count)
            }
            _ => self.samples(),
        }
    }

    /// What the samples last, in ticks of the media.
    pub(super) fn ticks(&self) -> u64 {
        self.told.ticks
    }

    /// Adds up what the tables say.
    pub(super) fn add_up(&mut self, kind: TrackKind, source: &mut Source, limits: &Limits) -> Result<Told, Refusal> {
        self.add_times(source)?;
        limits.hold(Limit::Samples, self.packets(kind))?;
        self.told.bytes = match self.sizes {
            Some(Sizes::Each(table)) => self.bytes_of(table, source)?,
            Some(Sizes::Same(count, size)) => self.bytes_of_same(count, size, source)?,
            Some(Sizes::Packed(_)) | None => 0,
        };
        Ok(self.told)
    }

    fn add_times(&mut self, source: &mut Source) -> Result<(), Refusal> {
        let Some(table) = self.times else { return Ok(()) };
        let (mut left, mut ticks) = (self.samples(), 0_u64);
        let mut entries = Entries::<8>::new(table.at, table.count);
        self.told.points = table.count == 1;
        while let Some(entry) = entries.next(source)? {
            let (count, length) = halves(entry);
            // More times than samples are no time; a negative length is none.
            let count = count.min(left);
            left -= count;
            let length = if length > u64::from(i32::MAX.unsigned_abs()) { 0 } else { length };
            ticks = ticks.saturating_add(count * length);
            self.told.points &= length == 1;
        }
        self.told.ticks = ticks;
        Ok(())
    }

    /// Bytes of all samples that lie within the file, by chunk offsets and samples a chunk.
    fn bytes_of(&self, sizes: Table, source: &mut Source) -> Result<u64, Refusal> {
        let (Some(chunks), Some(groups)) = (self.chunks, self.groups) else { return Ok(0) };
        let mut sizes = Entries::<4>::new(sizes.at, sizes.count);
        let mut chunks = Offsets::new(chunks);
        let mut groups = Groups::new(groups, source)?;
        let mut bytes = 0_u64;
        while let Some(mut at) = chunks.next(source)? {
            for _ in 0..groups.next(source)? {
                let Some(size) = sizes.next(source)? else { return Ok(bytes) };
                let size = u64::from(u32::from_be_bytes(size));
                at = at.saturating_add(size);
                if at <= source.len() {
                    bytes = bytes.saturating_add(size);
                }
            }
        }
        Ok(bytes)
    }

    /// The same for samples of one size.
    fn bytes_of_same(&self, count: u64, size: u64, source: &mut Source) -> Result<u64, Refusal> {
        let (Some(chunks), Some(groups)) = (self.chunks, self.groups) else { return Ok(0) };
        let mut chunks = Offsets::new(chunks);
        let mut groups = Groups::new(groups, source)?;
        let (mut left, mut bytes) = (count, 0_u64);
        while let Some(at) = chunks.next(source)?.filter(|_| left > 0) {
            let samples = groups.next(source)?.min(left);
            left -= samples;
            bytes = bytes.saturating_add(samples.saturating_mul(size).min(source.len().saturating_sub(at)));
        }
        Ok(bytes)
    }
}

/// Keeps the first of several.
fn first<T>(slot: &mut Option<T>, value: T) {
    slot.get_or_insert(value);
}

fn halves(entry: [u8; 8]) -> (u64, u64) {
    let both = u64::from_be_bytes(entry);
    (both >> 32, both & u64::from(u32::MAX))
}

/// A table behind version, flags and a count of entries of so many bytes.
fn table(found: &BoxHeader, width: u64, source: &mut Source) -> Result<Table, Refusal> {
    let count = source.array_at::<4>(found.body + 4)?.map_or(0, u32::from_be_bytes);
    fitting(found, 8, u64::from(count), width)
}

fn sizes(found: &BoxHeader, source: &mut Source) -> Result<Sizes, Refusal> {
    let Some(both) = source.array_at::<8>(found.body + 4)? else { return Ok(Sizes::Same(0, 0)) };
    match halves(both) {
        (0, count) => Ok(Sizes::Each(fitting(found, 12, count, 4)?)),
        (size, count) => Ok(Sizes::Same(count, size)),
    }
}

/// A table that lies within its box. ffmpeg reads on behind the box, where anything may stand.
fn fitting(found: &BoxHeader, head: u64, count: u64, width: u64) -> Result<Table, Refusal> {
    if count.saturating_mul(width) > found.len().saturating_sub(head) {
        return Err(torn("a sample table claims more entries than it has"));
    }
    Ok(Table { at: found.body + head, count })
}

/// Where chunks start.
enum Offsets {
    Narrow(Entries<4>),
    Wide(Entries<8>),
}

impl Offsets {
    fn new(chunks: Chunks) -> Self {
        let Table { at, count } = chunks.table;
        if chunks.wide { Self::Wide(Entries::new(at, count)) } else { Self::Narrow(Entries::new(at, count)) }
    }

    fn next(&mut self, source: &mut Source) -> Result<Option<u64>, Refusal> {
        match self {
            Self::Narrow(entries) => Ok(entries.next(source)?.map(|at| u64::from(u32::from_be_bytes(at)))),
            Self::Wide(entries) => Ok(entries.next(source)?.map(u64::from_be_bytes)),
        }
    }
}

/// How many samples each chunk has: entries tell from which chunk on it is another number.
struct Groups {
    entries: Entries<12>,
    chunk: u64,
    samples: u64,
    following: Option<(u64, u64)>,
}

impl Groups {
    fn new(table: Table, source: &mut Source) -> Result<Self, Refusal> {
        let mut entries = Entries::new(table.at, table.count);
        let first = entries.next(source)?.map(group);
        let following = entries.next(source)?.map(group);
        Ok(Self { entries, chunk: 0, samples: first.map_or(0, |(_, samples)| samples), following })
    }

    fn next(&mut self, source: &mut Source) -> Result<u64, Refusal> {
        self.chunk += 1;
        while let Some((_, samples)) = self.following.filter(|&(from, _)| from <= self.chunk) {
            self.samples = samples;
            self.following = self.entries.next(source)?.map(group);
        }
        Ok(self.samples)
    }
}

fn group(entry: [u8; 12]) -> (u64, u64) {
    let [a, b, c, d, e, f, g, h, ..] = entry;
    halves([a, b, c, d, e, f, g, h])
}
