//! A clip as an MP4, written packet by packet in one go, its table of contents before all packets.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::num::NonZeroU32;
use std::path::Path;

use shiguredo_mp4::boxes::{EdtsBox, ElstBox, ElstEntry, FreeBox, HdlrBox, MoovBox, SampleEntry, TrakBox};
use shiguredo_mp4::mux::{FinalizedBoxes, Mp4FileMuxer, Mp4FileMuxerOptions, MuxError, Sample};
use shiguredo_mp4::{Encode, FixedPointNumber, TrackKind};
use stepreel_core::Rotation;

use super::material::Material;
use super::sound::Voice;
use crate::cut::{AAC_FRAME, CLOCK};

/// A picture that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    /// When it is shown, in ticks of the clip's clock.
    pub(super) shown: i64,
    /// Whether decoding can begin at it.
    pub(super) key: bool,
    /// Whether it was encoded again.
    pub(super) encoded: bool,
    pub(super) stored: Stored,
}

/// The bytes of a packet that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) bytes: usize,
    /// CRC-32 of its bytes.
    pub(super) sum: u32,
}

/// Bytes of a box's size and name.
const HEADER: usize = 8;

/// An MP4 in the making.
pub(super) struct Film {
    file: BufWriter<File>,
    muxer: Mp4FileMuxer,
    pictures: Vec<Picture>,
    sound: Vec<Stored>,
    /// Of which track each packet is, in the order in which they lie in the file.
    order: Vec<TrackKind>,
}

/// What a film says of its tracks.
pub(super) struct Tracks<'a> {
    pub(super) material: &'a Material<'a>,
    pub(super) pictures: SampleEntry,
    /// How long the last picture is shown, in ticks of the clip's clock.
    pub(super) last: i64,
    pub(super) sound: Option<(Voice, SampleEntry)>,
}

impl Film {
    /// Starts a film of at most so many pictures and packets of sound.
    pub(super) fn create(path: &Path, pictures: usize, sound: usize) -> io::Result<Self> {
        /// What a table of contents holds apart from its packets.
        const CONTENTS: usize = 8192;
        // Times, offset, size, key mark and place: 32 bytes for a picture at the most; size and place for a packet of sound.
        let reserved_moov_box_size = CONTENTS + 32 * pictures + 12 * sound;
        let options = Mp4FileMuxerOptions { reserved_moov_box_size, ..Default::default() };
        let muxer = Mp4FileMuxer::with_options(options).map_err(refused)?;
        let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
        file.write_all(muxer.initial_boxes_bytes())?;
        Ok(Self { file, muxer, pictures: Vec::new(), sound: Vec::new(), order: Vec::new() })
    }

    /// Writes a picture of these units; pictures come in their order of decoding.
    pub(super) fn picture(&mut self, shown: i64, [key, encoded]: [bool; 2], units: &[&[u8]]) -> io::Result<()> {
        let lengths: Result<Vec<[u8; 4]>, _> =
            units.iter().map(|unit| u32::try_from(unit.len()).map(u32::to_be_bytes)).collect();
        let lengths = lengths.map_err(io::Error::other)?;
        let parts = lengths.iter().zip(units).flat_map(|(length, unit)| [&length[..], unit]);
        let stored = self.write(TrackKind::Video, parts)?;
        self.pictures.push(Picture { shown, key, encoded, stored });
        Ok(())
    }

    /// Writes the next packet of sound.
    pub(super) fn sound(&mut self, packet: &[u8]) -> io::Result<()> {
        let stored = self.write(TrackKind::Audio, [packet])?;
        self.sound.push(stored);
        Ok(())
    }

    fn write<'a>(&mut self, kind: TrackKind, parts: impl IntoIterator<Item = &'a [u8]>) -> io::Result<Stored> {
        let mut sum = crc32fast::Hasher::new();
        let mut bytes = 0;
        for part in parts {
            sum.update(part);
            self.file.write_all(part)?;
            bytes += part.len();
        }
        self.order.push(kind);
        Ok(Stored { bytes, sum: sum.finalize() })
    }

    /// Writes the table of contents. Gives the pictures and the packets of sound that were written.
    pub(super) fn finish(mut self, tracks: &Tracks<'_>) -> io::Result<(Vec<Picture>, Vec<Stored>)> {
        let delay = self.tell(tracks).map_err(refused)?;
        let end = self.end(tracks.last);
        let boxes = self.muxer.finalize().map_err(refused)?;
        let contents = contents(boxes, tracks, delay, end);
        let mdat = boxes.offset_and_bytes_pairs().last().map(|(at, header)| (at, header.to_vec()));
        let (mdat_at, mdat_header) = mdat.ok_or_else(|| io::Error::other("an MP4 without packets"))?;
        let front = front(boxes, &contents, mdat_at as usize)?;
        for (at, bytes) in [(0, front), (mdat_at, mdat_header)] {
            self.file.seek(SeekFrom::Start(at))?;
            self.file.write_all(&bytes)?;
        }
        self.file.flush()?;
        Ok((self.pictures, self.sound))
    }

    /// When the last picture goes, in ticks.
    fn end(&self, last: i64) -> i64 {
        self.pictures.iter().map(|picture| picture.shown).max().unwrap_or(0) + last
    }

    /// Pictures are decoded in the order in which they are stored, one at each time at which one is shown: a picture's offset
    /// says by how much the two differ. All are put off by the largest, so that none is shown before it is decoded: gives that delay.
    fn tell(&mut self, tracks: &Tracks<'_>) -> Result<i64, MuxError> {
        let mut times: Vec<i64> = self.pictures.iter().map(|picture| picture.shown).collect();
        times.sort_unstable();
        let delay =
            times.iter().zip(&self.pictures).map(|(decoded, picture)| decoded - picture.shown).max().unwrap_or(0);
        let ends = times.iter().copied().skip(1).chain(times.last().map(|time| time + tracks.last));
        let mut pictures = self.pictures.iter().zip(times.iter().copied().zip(ends));
        let mut sound = self.sound.iter();
        let mut entries = [Some(tracks.pictures.clone()), tracks.sound.as_ref().map(|(_, entry)| entry.clone())];
        let rate = tracks.sound.as_ref().map_or(CLOCK as u32, |(voice, _)| voice.rate);
        let mut at = self.muxer.initial_boxes_bytes().len() as u64;
        for &track_kind in &self.order {
            let is_sound = track_kind == TrackKind::Audio;
            let picture = if is_sound { None } else { pictures.next() };
            let Some(stored) = picture.map(|(picture, _)| picture.stored).or_else(|| sound.next().copied()) else {
                break;
            };
            let (duration, offset) = match picture {
                Some((picture, (decoded, next))) => ((next - decoded) as u32, Some(picture.shown + delay - decoded)),
                None => (AAC_FRAME as u32, None),
            };
            self.muxer.append_sample(&Sample {
                track_kind,
                sample_entry: entries[usize::from(is_sound)].take(),
                keyframe: picture.is_none_or(|(picture, _)| picture.key),
                timescale: NonZeroU32::new(if is_sound { rate } else { CLOCK as u32 }).expect("the clocks tick"),
                duration,
                composition_time_offset: offset,
                data_offset: at,
                data_size: stored.bytes,
            })?;
            at += stored.bytes as u64;
        }
        Ok(delay)
    }
}

/// The table of contents, which also says how pictures are turned, and when what of the tracks is shown and heard.
fn contents(boxes: &FinalizedBoxes, tracks: &Tracks<'_>, delay: i64, end: i64) -> MoovBox {
    let mut contents = boxes.moov_box().clone();
    contents.mvhd_box.timescale = NonZeroU32::new(CLOCK as u32).expect("the clock ticks");
    contents.mvhd_box.duration = end as u64;
    for track in &mut contents.trak_boxes {
        let is_sound = track.mdia_box.hdlr_box.handler_type == HdlrBox::HANDLER_TYPE_SOUN;
        if let Some((voice, _)) = tracks.sound.as_ref().filter(|_| is_sound) {
            lay_sound(track, voice);
        } else {
            track.tkhd_box.matrix = matrix(tracks.material);
            edit(track, &[(end, delay)]);
        }
    }
    contents
}

/// Sound begins after the clip where its first packet does; what of that packet lies before the clip is not heard.
fn lay_sound(track: &mut TrakBox, voice: &Voice) {
    let on_clock = |samples: i64| samples * CLOCK / i64::from(voice.rate);
    let (wait, hidden) = (on_clock(voice.first.max(0)), (-voice.first).max(0));
    let heard = (on_clock(voice.end) - wait, hidden);
    match wait {
        0 => edit(track, &[heard]),
        _ => edit(track, &[(wait, -1), heard]),
    }
}

/// The edit list of a track: how long, in ticks of the clip's clock, and from where on its own (ISO/IEC 14496-12 8.6.6).
fn edit(track: &mut TrakBox, edits: &[(i64, i64)]) {
    let entry = |&(duration, media_time): &(i64, i64)| ElstEntry {
        edit_duration: duration as u64,
        media_time,
        media_rate: FixedPointNumber::new(1, 0),
    };
    let elst_box = Some(ElstBox { entries: edits.iter().map(entry).collect() });
    track.edts_box = Some(EdtsBox { elst_box, unknown_boxes: Vec::new() });
    track.tkhd_box.duration = edits.iter().map(|&(duration, _)| duration as u64).sum();
}

/// What stands before the packets, of `size` bytes: the kind of file, the table of contents, and room that is left.
fn front(boxes: &FinalizedBoxes, contents: &MoovBox, size: usize) -> io::Result<Vec<u8>> {
    let not_written = |error: shiguredo_mp4::Error| io::Error::other(error.to_string());
    let (_, head) = boxes.offset_and_bytes_pairs().next().ok_or_else(|| io::Error::other("an MP4 without a head"))?;
    let kind = head.first_chunk().map_or(0, |&length| u32::from_be_bytes(length) as usize);
    let mut front = head[..kind.min(head.len())].to_vec();
    front.extend(contents.encode_to_vec().map_err(not_written)?);
    let left = size.checked_sub(front.len() + HEADER);
    let left = left.ok_or_else(|| io::Error::other("too little room was left for the table of contents"))?;
    front.extend(FreeBox { payload: vec![0; left] }.encode_to_vec().map_err(not_written)?);
    Ok(front)
}

fn refused(error: MuxError) -> io::Error {
    io::Error::other(error)
}

/// The turn that shows the pictures upright, with the shift that brings them back to where they were (ISO/IEC 14496-12 8.3.2).
fn matrix(material: &Material<'_>) -> [i32; 9] {
    const ONE: i32 = 1 << 16;
    const W: i32 = 1 << 30;
    let (width, height) = ((material.layout.width as i32) << 16, (material.layout.height as i32) << 16);
    match material.video.rotation {
        Rotation::None => [ONE, 0, 0, 0, ONE, 0, 0, 0, W],
        Rotation::Quarter => [0, ONE, 0, -ONE, 0, 0, height, 0, W],
        Rotation::Half => [-ONE, 0, 0, 0, -ONE, 0, width, height, W],
        Rotation::ThreeQuarters => [0, -ONE, 0, ONE, 0, 0, 0, width, W],
    }
}
