//! Movie fragments: runs of samples with their own small tables.

use std::time::Duration;

use crate::layout::ticks;
use crate::source::{Entries, Source, u16_at, u32_at, u64_at};
use crate::{Limit, Limits, Refusal};

use super::boxes::BoxHeader;
use super::torn;

/// What samples of a track have where a fragment says nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Defaults {
    track: u32,
    length: u32,
    size: u32,
}

impl Defaults {
    /// Those of a `trex` box.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        Some(Self { track: u32_at(body, 4)?, length: u32_at(body, 12)?, size: u32_at(body, 16)? })
    }
}

/// The fragment that is read.
#[derive(Debug, Default)]
pub(super) struct Fragment {
    start: u64,
    base: u64,
    /// The track whose samples follow.
    pub(super) track: u32,
    defaults: Defaults,
}

/// What a run of samples adds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) samples: u64,
    pub(super) ticks: u64,
    /// Bytes that lie within the file.
    pub(super) bytes: u64,
}

impl Fragment {
    pub(super) fn new(start: u64) -> Self {
        Self { start, base: start, ..Self::default() }
    }

    /// Begins the samples of a track with the body of its `tfhd` box.
    pub(super) fn begin(&mut self, body: &[u8], defaults: &[Defaults]) {
        let (Some(flags), Some(track)) = (u32_at(body, 0), u32_at(body, 4)) else { return };
        self.track = track;
        self.base = self.start;
        self.defaults = defaults.iter().find(|defaults| defaults.track == track).copied().unwrap_or_default();
        let mut at = 8;
        if flags & 0x01 != 0 {
            self.base = u64_at(body, at).unwrap_or(self.start);
            at += 8;
        }
        at += if flags & 0x02 == 0 { 0 } else { 4 };
        if flags & 0x08 != 0 {
            self.defaults.length = u32_at(body, at).unwrap_or(0);
            at += 4;
        }
        if flags & 0x10 != 0 {
            self.defaults.size = u32_at(body, at).unwrap_or(0);
        }
    }

    /// Adds up a `trun` box.
    pub(super) fn run(&self, found: &BoxHeader, source: &mut Source, limits: &Limits) -> Result<Run, Refusal> {
        let head = source.bytes_at(found.body, 16)?;
        let (Some(flags), Some(count)) = (u32_at(&head, 0), u32_at(&head, 4)) else { return Ok(Run::default()) };
        let count = u64::from(count);
        limits.hold(Limit::Samples, count)?;
        let offset = if flags & 0x01 == 0 { 0 } else { u32_at(&head, 8).unwrap_or(0) as i32 };
        let start = self.base.saturating_add_signed(i64::from(offset));
        let fields = Fields(flags);
        let at = found.body + 8 + u64::from(flags & 1) * 4 + u64::from(flags >> 2 & 1) * 4;
        if count * fields.width() > found.end.saturating_sub(at) {
            return Err(torn("a fragment claims more samples than it lists"));
        }
        self.add_up(fields, (at, count), start, source)
    }

    fn add_up(&self, fields: Fields, (at, count): (u64, u64), start: u64, source: &mut Source) -> Result<Run, Refusal> {
        let mut run = Run { samples: count, ..Run::default() };
        let mut words = Entries::<4>::new(at, count * fields.width() / 4);
        let mut end = start;
        for _ in 0..count {
            let length = fields.next(Fields::LENGTH, &mut words, self.defaults.length, source)?;
            let size = fields.next(Fields::SIZE, &mut words, self.defaults.size, source)?;
            fields.next(Fields::FLAGS, &mut words, 0, source)?;
            fields.next(Fields::SHIFT, &mut words, 0, source)?;
            run.ticks = run.ticks.saturating_add(u64::from(length));
            end = end.saturating_add(u64::from(size));
            run.bytes += if end <= source.len() { u64::from(size) } else { 0 };
        }
        Ok(run)
    }
}

/// How long the segments last that an index (`sidx`) lists.
pub(super) fn indexed(found: &BoxHeader, source: &mut Source) -> Result<Duration, Refusal> {
    let head = source.bytes_at(found.body, 32)?;
    let at = if head.first() == Some(&0) { 22 } else { 30 };
    let (Some(scale), Some(count)) = (u32_at(&head, 8), u16_at(&head, at)) else { return Ok(Duration::ZERO) };
    let first = found.body + at as u64 + 2;
    let fitting = found.end.saturating_sub(first) / 12;
    let mut entries = Entries::<12>::new(first, u64::from(count).min(fitting));
    let mut length = 0_u64;
    while let Some(entry) = entries.next(source)? {
        length = length.saturating_add(u32_at(&entry, 4).unwrap_or(0).into());
    }
    Ok(ticks(length, scale.into()))
}

/// Which numbers each sample of a run has, by the flags of the run.
#[derive(Clone, Copy)]
struct Fields(u32);

impl Fields {
    const LENGTH: u32 = 0x100;
    const SIZE: u32 = 0x200;
    const FLAGS: u32 = 0x400;
    const SHIFT: u32 = 0x800;

    /// Bytes of a sample's numbers.
    fn width(self) -> u64 {
        u64::from((self.0 & (Self::LENGTH | Self::SIZE | Self::FLAGS | Self::SHIFT)).count_ones()) * 4
    }

    /// The next number where each sample has that one, else what is given.
    fn next(self, field: u32, words: &mut Entries<4>, other: u32, source: &mut Source) -> Result<u32, Refusal> {
        if self.0 & field == 0 {
            return Ok(other);
        }
        Ok(words.next(source)?.map_or(0, u32::from_be_bytes))
    }
}
