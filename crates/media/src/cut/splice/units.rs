//! The units that packets of H.264 and HEVC are made of (ITU-T H.264 7.3.1, H.265 7.3.1).

use memchr::memmem;

/// A codec whose groups of pictures can be copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    H264,
    Hevc,
}

/// What a unit is, as far as cutting has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Parameters that pictures refer to by a number.
    Parameters,
    /// A mark before a picture, which an MP4 has no need of.
    Delimiter,
    /// Part of a picture after which nothing refers to what was before it.
    Key,
    /// Part of a picture at which decoding can begin, though pictures shown before it refer to earlier ones.
    CleanRandomAccess,
    /// Part of a picture that belongs to a key frame and is shown before it.
    Leading,
    /// Anything else.
    Other,
}

impl Codec {
    /// The codec of that name, if it is one of them.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "h264" => Some(Self::H264),
            "hevc" => Some(Self::Hevc),
            _ => None,
        }
    }

    /// ffmpeg's filter that writes packets with start codes and puts parameters before key frames.
    pub(super) const fn start_codes(self) -> &'static str {
        match self {
            Self::H264 => "h264_mp4toannexb",
            Self::Hevc => "hevc_mp4toannexb",
        }
    }

    /// The unit after which a sequence with other parameters may begin, where a key frame alone does not say so: decoding may begin
    /// at a frame of HEVC that others refer across, but only at the end of a sequence do its own parameters count (H.265 8.1.3).
    pub(super) const fn end_of_sequence(self) -> Option<&'static [u8]> {
        match self {
            Self::H264 => None,
            Self::Hevc => Some(&[36 << 1, 1]),
        }
    }

    /// What that unit is.
    pub(super) fn kind(self, unit: &[u8]) -> Kind {
        let first = unit.first().copied().unwrap_or_default();
        match self {
            Self::H264 => match first & 0x1f {
                5 => Kind::Key,
                7 | 8 | 13 | 15 => Kind::Parameters,
                9 => Kind::Delimiter,
                _ => Kind::Other,
            },
            Self::Hevc => match first >> 1 & 0x3f {
                6..=9 => Kind::Leading,
                16..=20 => Kind::Key,
                21 => Kind::CleanRandomAccess,
                32..=34 => Kind::Parameters,
                35 => Kind::Delimiter,
                _ => Kind::Other,
            },
        }
    }
}

/// The units between start codes, without the zeros around them.
pub(super) fn units(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    const START: &[u8] = &[0, 0, 1];
    let starts: Vec<usize> = memmem::find_iter(bytes, START).collect();
    let ends = starts.clone().into_iter().skip(1).chain([bytes.len()]);
    let unit = move |(start, end): (usize, usize)| {
        let unit = &bytes[start + START.len()..end];
        &unit[..unit.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1)]
    };
    starts.into_iter().zip(ends).map(unit).filter(|unit| !unit.is_empty())
}

/// The number by which pictures refer to a set of parameters of H.264, with its kind: 7 of sequences, 8 of pictures.
pub(super) fn number_of_set(unit: &[u8]) -> Option<(u8, u32)> {
    let kind = unit.first()? & 0x1f;
    // A sequence's number stands after its profile, its constraints and its level.
    let at = if kind == 7 { 4 } else { 1 };
    let mut bytes = [0; 4];
    bytes.iter_mut().zip(unit.get(at..)?).for_each(|(byte, read)| *byte = *read);
    exponential_golomb(u32::from_be_bytes(bytes)).map(|number| (kind, number))
}

/// The number that the first bits say, up to 16 bits of it.
fn exponential_golomb(bits: u32) -> Option<u32> {
    let zeros = bits.leading_zeros();
    (zeros < 16).then(|| (bits >> (31 - 2 * zeros)) - 1)
}

/// A unit without the bytes that keep start codes from appearing in it.
pub(super) fn unescaped(unit: &[u8]) -> Vec<u8> {
    let mut zeros = 0;
    let mut plain = Vec::with_capacity(unit.len());
    for &byte in unit {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
        } else {
            zeros = if byte == 0 { zeros + 1 } else { 0 };
            plain.push(byte);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_lie_between_start_codes() {
        let bytes = [0, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x65, 2, 0, 3, 0, 0, 1, 0x41];
        let found: Vec<&[u8]> = units(&bytes).collect();
        assert_eq!(found, [&[0x67, 1][..], &[0x65, 2, 0, 3], &[0x41]]);
        assert_eq!(units(&[1, 2, 3]).count(), 0);
        assert_eq!(units(&[]).count(), 0);
    }

    #[test]
    fn kinds_are_read_from_the_first_byte() {
        for (codec, first, kind) in [
            (Codec::H264, 0x65, Kind::Key),
            (Codec::H264, 0x67, Kind::Parameters),
            (Codec::H264, 0x68, Kind::Parameters),
            (Codec::H264, 0x09, Kind::Delimiter),
            (Codec::H264, 0x41, Kind::Other),
            (Codec::Hevc, 0x26, Kind::Key),
            (Codec::Hevc, 0x2a, Kind::CleanRandomAccess),
            (Codec::Hevc, 0x10, Kind::Leading),
            (Codec::Hevc, 0x42, Kind::Parameters),
            (Codec::Hevc, 0x46, Kind::Delimiter),
            (Codec::Hevc, 0x02, Kind::Other),
        ] {
            assert_eq!(codec.kind(&[first, 1]), kind, "{codec:?} {first:#x}");
        }
    }

    #[test]
    fn sets_have_numbers() {
        // As x264 writes them with `sps-id=3` and `sps-id=0`.
        assert_eq!(number_of_set(&[0x67, 0x64, 0x00, 0x16, 0x22, 0xcb]), Some((7, 3)));
        assert_eq!(number_of_set(&[0x68, 0x21, 0x2f, 0x0f]), Some((8, 3)));
        assert_eq!(number_of_set(&[0x67, 0x64, 0x00, 0x16, 0xac, 0xd9]), Some((7, 0)));
        assert_eq!(number_of_set(&[0x68, 0x04, 0x00]), Some((8, 31)));
        for bytes in [&[][..], &[0x67], &[0x68, 0, 0, 0, 0]] {
            assert_eq!(number_of_set(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn what_was_put_in_is_taken_out() {
        assert_eq!(unescaped(&[1, 0, 0, 3, 1, 0, 0, 3, 0, 0, 3]), [1, 0, 0, 1, 0, 0, 0, 0]);
        assert_eq!(unescaped(&[0, 3, 0, 0, 0]), [0, 3, 0, 0, 0]);
    }
}
