//! Containers, told by their first bytes.

use std::io::{Read, Seek};

use crate::source::Source;
use crate::{Limits, Refusal, transport};

/// A kind of container that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Container {
    /// ISO base media: MP4, `QuickTime`, 3GPP, fragmented or not.
    Mp4,
    /// Matroska or `WebM`.
    Matroska,
    /// An MPEG transport stream, with or without the time stamps that camcorders put before its packets.
    MpegTs,
    /// AVI.
    Avi,
    /// An MPEG program stream.
    MpegPs,
    /// Flash video.
    Flv,
    /// Ogg.
    Ogg,
    /// A file of nothing but sound: WAV, FLAC, MP3 and their like.
    Sound,
}

/// Names of boxes that a file of the MP4 family starts with, after four bytes of length.
const BOXES: [&[u8]; 13] = [
    b"ftyp", b"moov", b"mdat", b"free", b"wide", b"skip", b"styp", b"pnot", b"uuid", b"sidx", b"moof", b"prft", b"emsg",
];

/// First bytes of the others.
const HEADS: [(&[u8], Container); 16] = [
    (b"\x1aE\xdf\xa3", Container::Matroska),
    (b"\x00\x00\x01\xba", Container::MpegPs),
    (b"FLV\x01", Container::Flv),
    (b"OggS", Container::Ogg),
    (b"fLaC", Container::Sound),
    (b"ID3", Container::Sound),
    (b"#!AMR", Container::Sound),
    (b"caff", Container::Sound),
    (b"riff\x2e\x91\xcf\x11", Container::Sound),
    (b"\x0b\x77", Container::Sound),
    (b"\xff\xfb", Container::Sound),
    (b"\xff\xfa", Container::Sound),
    (b"\xff\xf3", Container::Sound),
    (b"\xff\xf2", Container::Sound),
    (b"\xff\xf1", Container::Sound),
    (b"\xff\xf9", Container::Sound),
];

impl Container {
    /// The container of the file that `reader` reads, told by its first bytes and nothing else; nothing for what is none that is known.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(reader: &mut (impl Read + Seek)) -> Result<Option<Self>, Refusal> {
        Self::within(&mut Source::new(reader, &Limits::default())?)
    }

    pub(crate) fn within(source: &mut Source) -> Result<Option<Self>, Refusal> {
        let head = source.bytes_at(0, 16)?;
        match Self::by_head(&head) {
            None if transport::packets(source)?.is_some() => Ok(Some(Self::MpegTs)),
            known => Ok(known),
        }
    }

    fn by_head(head: &[u8]) -> Option<Self> {
        match (head.get(..4), head.get(8..12)) {
            (Some(b"RIFF"), Some(b"AVI " | b"AVIX")) => return Some(Self::Avi),
            (Some(b"RIFF" | b"RF64"), Some(b"WAVE")) | (Some(b"FORM"), Some(b"AIFF" | b"AIFC")) => {
                return Some(Self::Sound);
            }
            _ => {}
        }
        if head.get(4..8).is_some_and(|name| BOXES.contains(&name)) {
            return Some(Self::Mp4);
        }
        HEADS.iter().find(|(first, _)| head.starts_with(first)).map(|&(_, container)| container)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_told_by_their_first_bytes() {
        for (head, container) in [
            (b"\0\0\0\x20ftypisom".as_slice(), Some(Container::Mp4)),
            (b"RIFF\x10\0\0\0AVI LIST", Some(Container::Avi)),
            (b"RIFF\x10\0\0\0WAVEfmt ", Some(Container::Sound)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", None),
            (b"#EXTM3U\n", None),
            (b"", None),
        ] {
            assert_eq!(Container::by_head(head), container, "{head:?}");
        }
    }
}
