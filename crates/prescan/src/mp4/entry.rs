//! Sample entries: the codec of a track and the size of its pictures.

use crate::layout::codec_name;
use crate::picture::{self, Picture};
use crate::source::{Source, u16_at};
use crate::{Limit, Limits, Refusal, Size};

use super::boxes::{BoxHeader, header_at};
use super::torn;

/// Bytes from an entry's body to the boxes in one of pictures.
const PICTURE_FIELDS: u64 = 78;

/// Bytes of a codec's configuration that are looked at.
const CONFIGURATION: u64 = 1024;

/// Codecs of pictures, as ffmpeg takes them for such in a track of no known kind.
const PICTURES: [&str; 16] = [
    "avc1", "avc3", "hvc1", "hev1", "vp08", "vp09", "av01", "mp4v", "jpeg", "png ", "apch", "apcn", "mjpa", "mjpb",
    "s263", "raw ",
];

/// Codecs of sound, likewise.
const SOUNDS: [&str; 14] =
    ["mp4a", "samr", "sawb", "ac-3", "ec-3", "alac", "sowt", "twos", "lpcm", "in24", "ulaw", "alaw", "Opus", "fLaC"];

/// The first sample entry of a track.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    pub(super) codec: String,
    pub(super) size: Option<Size>,
    pub(super) picture: Option<Picture>,
}

impl Entry {
    /// Whether it can be nothing but pictures.
    pub(super) fn is_picture(&self) -> bool {
        PICTURES.iter().any(|codec| codec.trim_end() == self.codec)
    }

    /// Whether it can be nothing but sound.
    pub(super) fn is_sound(&self) -> bool {
        SOUNDS.contains(&self.codec.as_str())
    }

    /// The first of a box of entries; the pictures of all of them are held to the limits.
    pub(super) fn first(
        found: &BoxHeader,
        pictures: bool,
        source: &mut Source,
        limits: &Limits,
    ) -> Result<Option<Self>, Refusal> {
        let count = source.array_at::<4>(found.body + 4)?.map_or(0, u32::from_be_bytes);
        if u64::from(count) * 8 > found.len().saturating_sub(8) {
            return Err(torn("a list of codecs claims more entries than it has"));
        }
        let (mut at, mut first) = (found.body + 8, None);
        for _ in 0..count {
            let Some(listed) = header_at(source, at, found.end)? else { break };
            source.step()?;
            let entry = Self::parse(&listed, pictures, source)?;
            for size in entry.size.into_iter().chain(entry.picture.map(|picture| picture.coded)) {
                limits.hold(Limit::Pixels, size.pixels())?;
            }
            first.get_or_insert(entry);
            at = listed.end;
        }
        Ok(first)
    }

    fn parse(listed: &BoxHeader, pictures: bool, source: &mut Source) -> Result<Self, Refusal> {
        let mut entry = Self { codec: codec_name(&listed.kind), ..Self::default() };
        if pictures || entry.is_picture() {
            let fields = source.bytes_at(listed.body, 28)?;
            entry.size = u16_at(&fields, 24)
                .zip(u16_at(&fields, 26))
                .map(|(width, height)| Size { width: width.into(), height: height.into() });
            entry.picture = Self::configuration(listed, source)?;
        }
        Ok(entry)
    }

    /// What the codec's own configuration says.
    fn configuration(listed: &BoxHeader, source: &mut Source) -> Result<Option<Picture>, Refusal> {
        let mut at = listed.body.saturating_add(PICTURE_FIELDS);
        while let Some(inner) = header_at(source, at, listed.end)? {
            source.step()?;
            let bytes = |source: &mut Source| source.bytes_at(inner.body, inner.len().min(CONFIGURATION) as usize);
            match &inner.kind {
                b"avcC" => return Ok(picture::h264::of_configuration(&bytes(source)?)),
                b"hvcC" => return Ok(picture::hevc::of_configuration(&bytes(source)?)),
                _ => at = inner.end,
            }
        }
        Ok(None)
    }
}
