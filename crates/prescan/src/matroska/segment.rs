//! The segment as its elements add up.

use std::time::Duration;

use crate::layout::codec_name;
use crate::picture::{self, Picture};
use crate::source::Source;
use crate::{Container, Layout, Limit, Limits, Refusal, Size, Track, TrackKind};

use super::block::{self, Block};
use super::elements::{Element, id};

/// Bytes of a codec's configuration that are looked at.
const CONFIGURATION: usize = 1024;

/// What the elements have told so far.
pub(super) struct Segment {
    /// Nanoseconds of a tick.
    scale: u64,
    declared: f64,
    entries: Vec<Entry>,
    cluster: u64,
    samples: u64,
}

/// One track.
#[derive(Default)]
struct Entry {
    number: u64,
    kind: u64,
    codec: String,
    width: u64,
    height: u64,
    /// Nanoseconds of a packet, where they are all the same.
    packet: u64,
    picture: Option<Picture>,
    unpacked: bool,
    samples: u64,
    first: Option<i64>,
    last: i64,
}

impl Default for Segment {
    fn default() -> Self {
        Self { scale: 1_000_000, declared: 0.0, entries: Vec::new(), cluster: 0, samples: 0 }
    }
}

impl Segment {
    /// Takes what an element tells; what it holds follows.
    pub(super) fn take(&mut self, found: &Element, source: &mut Source, limits: &Limits) -> Result<(), Refusal> {
        match found.id {
            id::DOC_TYPE => check_kind(&source.bytes_at(found.body, found.len().min(16) as usize)?)?,
            id::TIMESTAMP_SCALE => self.scale = found.number(source)?.max(1),
            id::DURATION => self.declared = found.float(source)?,
            id::TRACK => {
                limits.hold(Limit::Streams, self.entries.len() as u64 + 1)?;
                self.entries.push(Entry::default());
            }
            id::TIMESTAMP => self.cluster = found.number(source)?,
            id::SIMPLE_BLOCK | id::BLOCK => self.take_block(&source.bytes_at(found.body, block::HEAD)?, limits)?,
            _ => {
                if let Some(entry) = self.entries.last_mut() {
                    entry.take(found, source)?;
                }
            }
        }
        Ok(())
    }

    fn take_block(&mut self, bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
        let Some(block) = Block::parse(bytes) else { return Ok(()) };
        self.samples += block.packets;
        limits.hold(Limit::Samples, self.samples)?;
        let time = i64::try_from(self.cluster).unwrap_or(i64::MAX).saturating_add(block.time.into());
        match self.entries.iter_mut().find(|entry| entry.number == block.track) {
            Some(entry) => entry.take_block(&block, time, limits),
            None => Ok(()),
        }
    }

    /// All that was told, when there are no more elements.
    pub(super) fn conclude(self) -> Result<Layout, Refusal> {
        if self.entries.is_empty() {
            return Err(Refusal::Headless { what: "its list of tracks" });
        }
        if self.entries.iter().any(|entry| entry.unpacked && entry.kind() != TrackKind::Other) {
            return Err(Refusal::Compressed { what: "a stream" });
        }
        let played = || self.entries.iter().filter(|entry| entry.kind() != TrackKind::Other);
        let spans = || played().filter_map(|entry| entry.span(self.scale));
        let start = spans().map(|(start, _)| start).min();
        let end = spans().map(|(_, end)| end).max();
        let declared = self.declared * self.scale as f64 / 1e9;
        Ok(Layout {
            container: Container::Matroska,
            duration: start.zip(end).map(|(start, end)| nanos(end.saturating_sub(start))),
            declared: Duration::try_from_secs_f64(declared).ok().filter(|declared| !declared.is_zero()),
            tracks: self.entries.iter().map(|entry| entry.conclude(self.scale)).collect(),
        })
    }
}

/// Refuses EBML that is neither Matroska nor `WebM`.
fn check_kind(name: &[u8]) -> Result<(), Refusal> {
    let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
    if matches!(name, b"matroska" | b"webm") { Ok(()) } else { Err(Refusal::Unknown) }
}

fn nanos(count: i64) -> Duration {
    Duration::from_nanos(u64::try_from(count).unwrap_or(0))
}

impl Entry {
    fn take(&mut self, found: &Element, source: &mut Source) -> Result<(), Refusal> {
        match found.id {
            id::NUMBER => self.number = found.number(source)?,
            id::KIND => self.kind = found.number(source)?,
            id::CODEC => self.codec = codec_name(&source.bytes_at(found.body, found.len().min(64) as usize)?),
            id::CODEC_PRIVATE => self.take_configuration(found, source)?,
            id::DEFAULT_DURATION => self.packet = found.number(source)?,
            id::WIDTH => self.width = found.number(source)?,
            id::HEIGHT => self.height = found.number(source)?,
            // Header stripping (3) takes a few constant bytes away; the others unpack to anything.
            id::COMPRESSION => self.unpacked = true,
            id::ALGORITHM => self.unpacked = found.number(source)? != 3,
            _ => {}
        }
        Ok(())
    }

    fn take_configuration(&mut self, found: &Element, source: &mut Source) -> Result<(), Refusal> {
        let bytes = source.bytes_at(found.body, found.len().min(CONFIGURATION as u64) as usize)?;
        self.picture = match self.codec.as_str() {
            "V_MPEG4/ISO/AVC" => picture::h264::of_configuration(&bytes),
            "V_MPEGH/ISO/HEVC" => picture::hevc::of_configuration(&bytes),
            _ => None,
        };
        Ok(())
    }

    fn take_block(&mut self, block: &Block, time: i64, limits: &Limits) -> Result<(), Refusal> {
        self.samples += block.packets;
        self.last = if self.first.is_none() { time } else { self.last.max(time) };
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        let picture = match self.codec.as_str() {
            "V_VP8" => picture::vp::of_vp8(block.packet),
            "V_VP9" => picture::vp::of_vp9(block.packet),
            _ => None,
        };
        if let Some(picture) = picture {
            limits.hold(Limit::Pixels, picture.coded.pixels())?;
            self.picture.get_or_insert(picture);
        }
        Ok(())
    }

    fn kind(&self) -> TrackKind {
        match self.kind {
            1 => TrackKind::Video,
            2 => TrackKind::Audio,
            _ => TrackKind::Other,
        }
    }

    /// From its first packet to the end of its last, in nanoseconds.
    fn span(&self, scale: u64) -> Option<(i64, i64)> {
        let scale = i64::try_from(scale).unwrap_or(i64::MAX);
        let packet = i64::try_from(self.packet).unwrap_or(0);
        let end = self.last.saturating_mul(scale).saturating_add(packet);
        self.first.map(|first| (first.saturating_mul(scale), end))
    }

    fn conclude(&self, scale: u64) -> Track {
        let size = u32::try_from(self.width).ok().zip(u32::try_from(self.height).ok());
        Track {
            kind: self.kind(),
            codec: self.codec.clone(),
            size: size.filter(|_| self.kind == 1).map(|(width, height)| Size { width, height }),
            coded: self.picture.map(|picture| picture.coded),
            shown: self.picture.map(|picture| picture.shown),
            samples: self.samples,
            start: self.span(scale).map_or(Duration::ZERO, |(start, _)| nanos(start)),
            length: self.span(scale).map_or(Duration::ZERO, |(start, end)| nanos(end.saturating_sub(start))),
            ..Track::default()
        }
    }
}
