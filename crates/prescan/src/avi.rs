//! AVI: chunks of a name and a length, the lower byte first.

use crate::layout::{codec_name, ticks};
use crate::source::{Entries, Source};
use crate::{Container, Layout, Limit, Limits, Refusal, Size, Track, TrackKind};

/// Bytes of an entry in the old index.
const INDEX_ENTRY: u64 = 16;

/// A chunk.
struct Chunk {
    name: [u8; 4],
    body: u64,
    end: u64,
}

impl Chunk {
    fn len(&self) -> u64 {
        self.end - self.body
    }

    /// The four bytes that a list starts with, when it is one that holds what matters.
    fn is_holder(&self, source: &mut Source) -> Result<bool, Refusal> {
        if !matches!(&self.name, b"RIFF" | b"LIST") {
            return Ok(false);
        }
        Ok(matches!(source.array_at::<4>(self.body)?.as_ref(), Some(b"AVI " | b"AVIX" | b"hdrl" | b"strl" | b"odml")))
    }
}

/// What the chunks have told so far.
#[derive(Default)]
struct Header {
    tracks: Vec<Track>,
    listed: u64,
    bytes: u64,
}

pub(crate) fn scan(source: &mut Source, limits: &Limits) -> Result<Layout, Refusal> {
    let mut header = Header::default();
    let (mut at, mut open) = (0, vec![source.len()]);
    while let Some(&end) = open.last() {
        source.step()?;
        let Some(chunk) = chunk_at(source, at, end)? else {
            at = end;
            open.pop();
            continue;
        };
        if chunk.is_holder(source)? {
            limits.hold(Limit::Depth, open.len() as u64)?;
            at = chunk.body + 4;
            open.push(chunk.end);
        } else {
            header.take(&chunk, source, limits)?;
            at = chunk.end.saturating_add(chunk.len() % 2);
        }
    }
    header.conclude(source, limits)
}

fn chunk_at(source: &mut Source, at: u64, end: u64) -> Result<Option<Chunk>, Refusal> {
    let Some([n0, n1, n2, n3, l0, l1, l2, l3]) = source.array_at(at)? else { return Ok(None) };
    let body = at + 8;
    if body > end {
        return Ok(None);
    }
    let length = u64::from(u32::from_le_bytes([l0, l1, l2, l3]));
    Ok(Some(Chunk { name: [n0, n1, n2, n3], body, end: (body + length).min(end) }))
}

impl Header {
    fn take(&mut self, chunk: &Chunk, source: &mut Source, limits: &Limits) -> Result<(), Refusal> {
        match &chunk.name {
            b"strh" => {
                limits.hold(Limit::Streams, self.tracks.len() as u64 + 1)?;
                self.tracks.push(stream(&source.bytes_at(chunk.body, 48)?));
            }
            b"strf" => self.take_format(&source.bytes_at(chunk.body, 20)?),
            b"idx1" => self.take_index(chunk, source, limits)?,
            _ => {}
        }
        Ok(())
    }

    fn take_format(&mut self, body: &[u8]) {
        let Some(track) = self.tracks.last_mut() else { return };
        if track.kind != TrackKind::Video {
            return;
        }
        // Rows are counted below zero when they are stored from the top.
        let side = |at| Some((number(body, at)? as i32).unsigned_abs());
        track.size = side(4).zip(side(8)).map(|(width, height)| Size { width, height });
        track.codec = body.get(16..20).map(codec_name).unwrap_or_default();
    }

    fn take_index(&mut self, chunk: &Chunk, source: &mut Source, limits: &Limits) -> Result<(), Refusal> {
        let count = chunk.len() / INDEX_ENTRY;
        self.listed = self.listed.saturating_add(count);
        limits.hold(Limit::Samples, self.listed)?;
        let mut entries = Entries::<16>::new(chunk.body, count);
        while let Some(entry) = entries.next(source)? {
            self.bytes = self.bytes.saturating_add(number(&entry, 12).unwrap_or(0).into());
        }
        Ok(())
    }

    fn conclude(self, source: &Source, limits: &Limits) -> Result<Layout, Refusal> {
        if self.tracks.is_empty() {
            return Err(Refusal::Headless { what: "its list of streams" });
        }
        // What a file that lost its tail lists is not all there.
        limits.hold(Limit::Reuse, self.bytes / source.len().max(1))?;
        let duration = self.tracks.iter().map(|track| track.length).max();
        Ok(Layout { container: Container::Avi, tracks: self.tracks, duration, declared: duration })
    }
}

/// A stream by its header: kind, time scale and length.
fn stream(body: &[u8]) -> Track {
    let kind = match body.get(..4) {
        Some(b"vids") => TrackKind::Video,
        Some(b"auds") => TrackKind::Audio,
        _ => TrackKind::Other,
    };
    let field = |at| u64::from(number(body, at).unwrap_or(0));
    let (scale, rate, length, sample) = (field(20), field(24), field(32), field(44));
    // Sound whose samples have a size is counted by them, and read by the block.
    let samples = if kind == TrackKind::Audio && sample > 0 { 0 } else { length };
    Track {
        kind,
        codec: body.get(4..8).map(codec_name).unwrap_or_default(),
        samples,
        length: ticks(length.saturating_mul(scale.max(1)), rate),
        ..Track::default()
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
