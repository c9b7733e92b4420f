//! VP8's and VP9's key frames.

use super::Picture;

/// The size that a key frame of VP8 tells (RFC 6386, 9.1).
pub(crate) fn of_vp8(frame: &[u8]) -> Option<Picture> {
    let &[tag, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1] = frame.get(..10)? else { return None };
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    (tag & 1 == 0).then(|| Picture::whole(side(w0, w1), side(h0, h1)))
}

/// The size that a key frame of VP9 tells (VP9 bitstream specification, 6.2).
pub(crate) fn of_vp9(frame: &[u8]) -> Option<Picture> {
    let mut bits = super::bits::Bits::raw(frame.get(..frame.len().min(32))?);
    if bits.number(2)? != 2 {
        return None;
    }
    let profile = bits.number(1)? | bits.number(1)? << 1;
    if profile == 3 {
        bits.skip(1)?;
    }
    let (shown_again, inter) = (bits.bit()?, bits.bit()?);
    bits.skip(2)?;
    if shown_again || inter || bits.number(24)? != 0x49_83_42 {
        return None;
    }
    colours(&mut bits, profile)?;
    Some(Picture::whole(bits.number(16)? + 1, bits.number(16)? + 1))
}

/// Passes over how colours are stored.
fn colours(bits: &mut super::bits::Bits, profile: u32) -> Option<()> {
    if profile >= 2 {
        bits.skip(1)?;
    }
    let rgb = bits.number(3)? == 7;
    match (rgb, profile) {
        (false, 1 | 3) => bits.skip(4),
        (true, 0 | 2) => None,
        _ => bits.skip(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Size;

    #[test]
    fn a_key_frame_of_vp8_tells_its_size() {
        let frame = [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0xff, 0x3f, 0x40, 0x41, 0];
        assert_eq!(of_vp8(&frame).unwrap().coded, Size { width: 16_383, height: 320 });
        assert_eq!(of_vp8(&[0x11, 0, 0, 0x9d, 0x01, 0x2a, 0, 0, 0, 0]), None);
        assert_eq!(of_vp8(&[0x10, 0, 0]), None);
    }

    #[test]
    fn a_key_frame_of_vp9_tells_its_size() {
        let frame = [0x82, 0x49, 0x83, 0x42, 0x00, 0x01, 0x30, 0x00, 0xef, 0x00];
        assert_eq!(of_vp9(&frame).map(|picture| picture.coded.width), Some(20));
        assert_eq!(of_vp9(&[0x86, 0, 0]), None);
    }
}
