//! HEVC's sequence parameter sets (ITU-T H.265, 7.3.2.2).

use super::Picture;
use super::bits::Bits;
use crate::source::u16_at;

/// The size that the first sequence parameter set of an `hvcC` box (ISO/IEC 14496-15, 8.3.3.1) tells.
pub(crate) fn of_configuration(bytes: &[u8]) -> Option<Picture> {
    let arrays = *bytes.get(22)?;
    let mut at = 23;
    for _ in 0..arrays {
        let kind = bytes.get(at)? & 0x3f;
        let units = u16_at(bytes, at + 1)?;
        at += 3;
        for _ in 0..units {
            let length = usize::from(u16_at(bytes, at)?);
            let unit = bytes.get(at + 2..)?;
            if kind == 33 {
                return of_unit(&unit[..length.min(unit.len())]);
            }
            at += 2 + length;
        }
    }
    None
}

/// The size that a parameter set with its NAL header tells; nothing for another unit.
pub(crate) fn of_unit(unit: &[u8]) -> Option<Picture> {
    if unit.first()? >> 1 & 0x3f != 33 {
        return None;
    }
    let mut bits = Bits::of_unit(unit.get(2..)?);
    bits.skip(4)?;
    let sublayers = bits.number(3)?;
    bits.skip(1)?;
    profile(&mut bits, sublayers)?;
    bits.golomb()?;
    let chroma = bits.golomb()?;
    if chroma == 3 {
        bits.skip(1)?;
    }
    let (width, height) = (bits.golomb()?, bits.golomb()?);
    if !bits.bit()? {
        return Picture::cropped(width, height, 0, 0);
    }
    let (across, down) = match chroma {
        1 => (2, 2),
        2 => (2, 1),
        _ => (1, 1),
    };
    let columns = (bits.golomb()? + bits.golomb()?) * across;
    let rows = (bits.golomb()? + bits.golomb()?) * down;
    Picture::cropped(width, height, columns, rows)
}

/// Passes over profile, tier and level (7.3.3).
fn profile(bits: &mut Bits, sublayers: u32) -> Option<()> {
    bits.skip(96)?;
    let mut present = Vec::with_capacity(8);
    for _ in 0..sublayers {
        present.push((bits.bit()?, bits.bit()?));
    }
    if sublayers > 0 {
        bits.skip(2 * (8 - sublayers as usize))?;
    }
    for (profile, level) in present {
        bits.skip(if profile { 88 } else { 0 } + if level { 8 } else { 0 })?;
    }
    Some(())
}
