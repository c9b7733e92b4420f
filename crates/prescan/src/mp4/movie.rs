//! The movie as its boxes add up.

use std::time::Duration;

use crate::layout::ticks;
use crate::source::{Source, u32_at, u64_at};
use crate::{Container, Layout, Limit, Limits, Refusal, Track, TrackKind};

use super::boxes::BoxHeader;
use super::entry::Entry;
use super::fragment::{self, Defaults, Fragment};
use super::tables::Tables;

/// What the boxes have told so far.
#[derive(Default)]
pub(super) struct Movie {
    /// Whether its header was seen.
    pub(super) begun: bool,
    timescale: u64,
    declared: u64,
    /// What the segment indexes of fragmented files add up to.
    indexed: Option<Duration>,
    tracks: Vec<Trak>,
    defaults: Vec<Defaults>,
    fragment: Fragment,
    samples: u64,
    /// Bytes of samples that lie within the file.
    referenced: u64,
}

/// One track.
#[derive(Default)]
pub(super) struct Trak {
    id: u32,
    handler: [u8; 4],
    timescale: u64,
    declared: u64,
    entry: Option<Entry>,
    edits: Edits,
    tables: Tables,
    /// Samples of its fragments, when the next of them is shown on the media's clock, and when the first and the last.
    fragment_samples: u64,
    fragment_time: u64,
    fragments_end: u64,
    fragments_start: Option<u64>,
}

/// Its edit list.
#[derive(Default)]
struct Edits(Vec<Edit>);

/// A stretch of the track, in ticks of the movie.
struct Edit {
    length: u64,
    /// Whether nothing is shown in it.
    empty: bool,
}

impl Movie {
    /// Takes what a box tells; what it holds follows.
    pub(super) fn take(&mut self, found: &BoxHeader, source: &mut Source, limits: &Limits) -> Result<(), Refusal> {
        match &found.kind {
            b"moov" => self.begun = true,
            b"cmov" => return Err(Refusal::Compressed { what: "a header" }),
            b"mvhd" => (self.timescale, self.declared) = clock(&source.bytes_at(found.body, 32)?),
            b"trak" => {
                limits.hold(Limit::Streams, self.tracks.len() as u64 + 1)?;
                self.tracks.push(Trak::default());
            }
            b"trex" => self.defaults.extend(Defaults::parse(&source.bytes_at(found.body, 24)?)),
            b"sidx" => self.indexed = self.indexed.max(Some(fragment::indexed(found, source)?)),
            b"moof" => self.fragment = Fragment::new(found.start),
            b"tfhd" => self.fragment.begin(&source.bytes_at(found.body, 40)?, &self.defaults),
            b"tfdt" => self.take_decode_time(&source.bytes_at(found.body, 12)?),
            b"trun" => self.take_run(found, source, limits)?,
            _ => {
                if let Some(track) = self.tracks.last_mut() {
                    track.take(found, source, limits)?;
                }
            }
        }
        limits.hold(Limit::Streams, self.defaults.len() as u64)
    }

    fn take_decode_time(&mut self, body: &[u8]) {
        let time = if body.first() == Some(&1) { u64_at(body, 4) } else { u32_at(body, 4).map(u64::from) };
        if let (Some(time), Some(track)) = (time, self.fragmented()) {
            track.fragment_time = time;
            track.fragments_start = Some(track.fragments_start.map_or(time, |start| start.min(time)));
        }
    }

    fn take_run(&mut self, found: &BoxHeader, source: &mut Source, limits: &Limits) -> Result<(), Refusal> {
        let run = self.fragment.run(found, source, limits)?;
        self.samples = self.samples.saturating_add(run.samples);
        limits.hold(Limit::Samples, self.samples)?;
        self.referenced = self.referenced.saturating_add(run.bytes);
        if let Some(track) = self.fragmented() {
            track.fragment_samples += run.samples;
            track.fragments_start.get_or_insert(0);
            track.fragment_time = track.fragment_time.saturating_add(run.ticks);
            track.fragments_end = track.fragments_end.max(track.fragment_time);
        }
        Ok(())
    }

    /// The track that the current fragment belongs to.
    fn fragmented(&mut self) -> Option<&mut Trak> {
        let id = self.fragment.track;
        self.tracks.iter_mut().find(|track| track.id == id)
    }

    /// All that was told, when there are no more boxes.
    pub(super) fn conclude(mut self, source: &mut Source, limits: &Limits) -> Result<Layout, Refusal> {
        if !self.begun {
            return Err(Refusal::Headless { what: "its header (moov)" });
        }
        self.timescale = self.timescale.max(1);
        for track in &mut self.tracks {
            let told = track.tables.add_up(track.kind(), source, limits)?;
            self.referenced = self.referenced.saturating_add(told.bytes);
        }
        limits.hold(Limit::Reuse, self.referenced / source.len().max(1))?;
        let spans: Vec<_> = self.tracks.iter().map(|track| track.span(self.timescale)).collect();
        let told = self.tracks.iter().zip(&spans);
        let tracks: Vec<_> = told.map(|(track, &span)| track.conclude(span, self.timescale)).collect();
        let played = tracks.iter().zip(&spans).filter(|(track, _)| track.kind != TrackKind::Other);
        Ok(Layout {
            container: Container::Mp4,
            duration: whole(played.map(|(_, &span)| span)),
            declared: (self.declared > 0).then(|| ticks(self.declared, self.timescale)).max(self.indexed),
            tracks,
        })
    }
}

/// From the first start to the last end.
fn whole(spans: impl Iterator<Item = (Duration, Duration)> + Clone) -> Option<Duration> {
    let spans = spans.filter(|(_, length)| !length.is_zero());
    let start = spans.clone().map(|(start, _)| start).min()?;
    let end = spans.map(|(start, length)| start.saturating_add(length)).max()?;
    Some(end.saturating_sub(start))
}

impl Trak {
    fn take(&mut self, found: &BoxHeader, source: &mut Source, limits: &Limits) -> Result<(), Refusal> {
        match &found.kind {
            b"tkhd" => self.id = track_id(&source.bytes_at(found.body, 24)?),
            b"mdhd" => (self.timescale, self.declared) = clock(&source.bytes_at(found.body, 32)?),
            b"hdlr" => self.take_handler(&source.bytes_at(found.body, 12)?),
            b"stsd" => self.take_entries(found, source, limits)?,
            b"elst" => self.edits.take(found, source, limits)?,
            b"dref" => references(found, source)?,
            _ => self.tables.take(found, source)?,
        }
        Ok(())
    }

    /// A second handler, that of the data, has another name and is passed over.
    fn take_handler(&mut self, body: &[u8]) {
        if let Some(kind @ (b"vide" | b"soun" | b"text" | b"sbtl" | b"subp" | b"meta" | b"tmcd")) = body.get(8..12) {
            self.handler.copy_from_slice(kind);
        }
    }

    fn take_entries(&mut self, found: &BoxHeader, source: &mut Source, limits: &Limits) -> Result<(), Refusal> {
        let pictures = &self.handler == b"vide";
        let entry = Entry::first(found, pictures, source, limits)?;
        if self.entry.is_none() {
            self.entry = entry;
        }
        Ok(())
    }

    fn kind(&self) -> TrackKind {
        match (&self.handler, &self.entry) {
            (b"vide", _) => TrackKind::Video,
            (b"soun", _) => TrackKind::Audio,
            (_, Some(entry)) if entry.is_picture() => TrackKind::Video,
            (_, Some(entry)) if entry.is_sound() => TrackKind::Audio,
            _ => TrackKind::Other,
        }
    }

    /// When it starts, and how long it lasts.
    fn span(&self, movie: u64) -> (Duration, Duration) {
        let scale = self.media_scale(movie);
        let media = ticks(self.media_ticks(), scale);
        match self.edits.span(media, movie) {
            Some((empty, shown)) => (empty.saturating_add(ticks(self.first_tick(), scale)), shown),
            None => (ticks(self.first_tick(), scale), media),
        }
    }

    fn first_tick(&self) -> u64 {
        if self.tables.samples() > 0 { 0 } else { self.fragments_start.unwrap_or(0) }
    }

    /// What its samples last, by the tables and the fragments.
    fn media_ticks(&self) -> u64 {
        let fragments = self.fragments_end.saturating_sub(self.fragments_start.unwrap_or(0));
        self.tables.ticks().saturating_add(fragments)
    }

    fn media_scale(&self, movie: u64) -> u64 {
        if self.timescale == 0 { movie } else { self.timescale }
    }

    fn conclude(&self, (start, length): (Duration, Duration), movie: u64) -> Track {
        let entry = self.entry.clone().unwrap_or_default();
        Track {
            kind: self.kind(),
            codec: entry.codec,
            size: entry.size,
            coded: entry.picture.map(|picture| picture.coded),
            shown: entry.picture.map(|picture| picture.shown),
            samples: self.tables.packets(self.kind()).saturating_add(self.fragment_samples),
            edits: self.edits.0.len() as u64,
            start,
            length,
            declared: Some(ticks(self.declared, self.media_scale(movie))),
        }
    }
}

impl Edits {
    fn take(&mut self, found: &BoxHeader, source: &mut Source, limits: &Limits) -> Result<(), Refusal> {
        let head = source.bytes_at(found.body, 8)?;
        let (Some(&version), Some(count)) = (head.first(), u32_at(&head, 4)) else { return Ok(()) };
        let width = if version == 1 { 20 } else { 12 };
        limits.hold(Limit::Edits, (self.0.len() as u64).saturating_add(count.into()))?;
        for number in 0..u64::from(count).min(found.len().saturating_sub(8) / width) {
            source.step()?;
            self.0.extend(Edit::parse(version, &source.bytes_at(found.body + 8 + number * width, width as usize)?));
        }
        Ok(())
    }

    /// What is empty before it shows something, and for how long it shows something; nothing where it never does.
    fn span(&self, media: Duration, movie: u64) -> Option<(Duration, Duration)> {
        let first = self.0.iter().position(|edit| !edit.empty)?;
        let (before, after) = self.0.split_at(first);
        let empty = before.iter().map(|edit| ticks(edit.length, movie)).fold(Duration::ZERO, Duration::saturating_add);
        let shown = after.iter().map(|edit| edit.shown(media, movie)).fold(Duration::ZERO, Duration::saturating_add);
        Some((empty, shown))
    }
}

impl Edit {
    fn parse(version: u8, entry: &[u8]) -> Option<Self> {
        let (length, from) = match version {
            1 => (u64_at(entry, 0)?, u64_at(entry, 8)? as i64),
            _ => (u64::from(u32_at(entry, 0)?), i64::from(u32_at(entry, 4)? as i32)),
        };
        Some(Self { length, empty: from < 0 })
    }

    /// No more than the media has; all of it for an edit of no length, as fragmented files have.
    fn shown(&self, media: Duration, movie: u64) -> Duration {
        let length = ticks(self.length, movie);
        if self.empty {
            length
        } else if length.is_zero() {
            media
        } else {
            length.min(media)
        }
    }
}

/// Time scale and length of a movie's or a media's header; an unknown length is none.
fn clock(body: &[u8]) -> (u64, u64) {
    let (scale, length) = match body.first() {
        Some(1) => (u32_at(body, 20), u64_at(body, 24).filter(|&length| length != u64::MAX)),
        _ => (u32_at(body, 12), u32_at(body, 16).filter(|&length| length != u32::MAX).map(u64::from)),
    };
    // A negative scale is none.
    let scale = scale.filter(|&scale| i32::try_from(scale).is_ok());
    (u64::from(scale.unwrap_or(0)), length.unwrap_or(0))
}

fn track_id(body: &[u8]) -> u32 {
    u32_at(body, if body.first() == Some(&1) { 20 } else { 12 }).unwrap_or(0)
}

/// Refuses data references that name another place than the file itself.
fn references(found: &BoxHeader, source: &mut Source) -> Result<(), Refusal> {
    let mut at = found.body.saturating_add(8);
    while let Some(reference) = super::boxes::header_at(source, at, found.end)? {
        source.step()?;
        let flags = source.array_at::<4>(reference.body)?.map_or(1, u32::from_be_bytes);
        if flags & 1 == 0 && names_a_place(&reference, source)? {
            return Err(Refusal::Elsewhere);
        }
        at = reference.end;
    }
    Ok(())
}

/// Whether there is a location behind version and flags that is not empty.
fn names_a_place(reference: &BoxHeader, source: &mut Source) -> Result<bool, Refusal> {
    let location = source.bytes_at(reference.body + 4, reference.len().saturating_sub(4).min(256) as usize)?;
    Ok(location.iter().any(|&byte| byte != 0))
}
