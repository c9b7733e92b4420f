//! The pictures of a clip as an MP4 without sound, written picture by picture.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::num::NonZeroU32;
use std::path::Path;

use shiguredo_mp4::boxes::SampleEntry;
use shiguredo_mp4::mux::{Mp4FileMuxer, MuxError, Sample};
use shiguredo_mp4::{Encode, TrackKind};
use stepreel_core::Rotation;

use super::material::Material;
use crate::cut::CLOCK;

/// A picture that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    /// When it is shown, in ticks of the clip's clock.
    pub(super) shown: i64,
    /// Whether decoding can begin at it.
    pub(super) key: bool,
    /// Whether it was encoded again.
    pub(super) encoded: bool,
    pub(super) bytes: usize,
    /// CRC-32 of its bytes.
    pub(super) sum: u32,
}

/// An MP4 in the making.
pub(super) struct Film {
    file: BufWriter<File>,
    muxer: Mp4FileMuxer,
    pictures: Vec<Picture>,
}

impl Film {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let muxer = Mp4FileMuxer::new().map_err(refused)?;
        let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
        file.write_all(muxer.initial_boxes_bytes())?;
        Ok(Self { file, muxer, pictures: Vec::new() })
    }

    /// Writes a picture of these units; pictures come in their order of decoding.
    pub(super) fn push(&mut self, shown: i64, [key, encoded]: [bool; 2], units: &[&[u8]]) -> io::Result<()> {
        let mut sum = crc32fast::Hasher::new();
        let mut bytes = 0;
        for unit in units {
            let length = u32::try_from(unit.len()).map_err(io::Error::other)?.to_be_bytes();
            for part in [&length[..], unit] {
                sum.update(part);
                self.file.write_all(part)?;
                bytes += part.len();
            }
        }
        self.pictures.push(Picture { shown, key, encoded, bytes, sum: sum.finalize() });
        Ok(())
    }

    /// Writes the table of contents; the last picture is shown for `last` ticks. Gives what was written.
    pub(super) fn finish(mut self, material: &Material<'_>, entry: SampleEntry, last: i64) -> io::Result<Vec<Picture>> {
        self.tell(entry, last).map_err(refused)?;
        let boxes = self.muxer.finalize().map_err(refused)?;
        for (at, bytes) in boxes.offset_and_bytes_pairs() {
            self.file.seek(SeekFrom::Start(at))?;
            self.file.write_all(bytes)?;
        }
        // The same table again, which says how the pictures are turned; it is as long, and lies at the end.
        let mut contents = boxes.moov_box().clone();
        contents.trak_boxes.iter_mut().for_each(|track| track.tkhd_box.matrix = matrix(material));
        let contents = contents.encode_to_vec().map_err(|error| io::Error::other(error.to_string()))?;
        self.file.seek(SeekFrom::End(-(contents.len() as i64)))?;
        self.file.write_all(&contents)?;
        self.file.flush()?;
        Ok(self.pictures)
    }

    /// Pictures are decoded in the order in which they are stored, one at each time at which one is shown: a picture's offset
    /// says by how much the two differ.
    fn tell(&mut self, entry: SampleEntry, last: i64) -> Result<(), MuxError> {
        let mut times: Vec<i64> = self.pictures.iter().map(|picture| picture.shown).collect();
        times.sort_unstable();
        let ends = times.iter().copied().skip(1).chain(times.last().map(|time| time + last));
        let steps: Vec<(i64, i64)> = times.iter().copied().zip(ends).collect();
        let mut at = self.muxer.initial_boxes_bytes().len() as u64;
        let mut entry = Some(entry);
        for (picture, (decoded, next)) in self.pictures.iter().zip(steps) {
            self.muxer.append_sample(&Sample {
                track_kind: TrackKind::Video,
                sample_entry: entry.take(),
                keyframe: picture.key,
                timescale: NonZeroU32::new(CLOCK as u32).expect("the clock ticks"),
                duration: (next - decoded) as u32,
                composition_time_offset: Some(picture.shown - decoded),
                data_offset: at,
                data_size: picture.bytes,
            })?;
            at += picture.bytes as u64;
        }
        Ok(())
    }
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
