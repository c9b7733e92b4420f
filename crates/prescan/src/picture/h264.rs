//! H.264's sequence parameter sets (ITU-T H.264, 7.3.2.1).

use super::Picture;
use super::bits::Bits;
use crate::source::u16_at;

/// Profiles whose parameter sets tell how colours are stored.
const HIGH: [u32; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/// The size that the first parameter set of an `avcC` box (ISO/IEC 14496-15, 5.3.3.1) tells.
pub(crate) fn of_configuration(bytes: &[u8]) -> Option<Picture> {
    let sets = bytes.get(5)? & 0x1f;
    let length = usize::from(u16_at(bytes, 6)?);
    let unit = bytes.get(8..)?;
    (sets > 0).then(|| of_unit(&unit[..length.min(unit.len())]))?
}

/// The size that a parameter set with its NAL header tells; nothing for another unit.
pub(crate) fn of_unit(unit: &[u8]) -> Option<Picture> {
    let (&header, body) = unit.split_first()?;
    if header & 0x1f != 7 {
        return None;
    }
    let mut bits = Bits::of_unit(body);
    let profile = bits.number(8)?;
    bits.skip(16)?;
    bits.golomb()?;
    let chroma = if HIGH.contains(&profile) { high_profile(&mut bits)? } else { 1 };
    bits.golomb()?;
    order_of_pictures(&mut bits)?;
    bits.golomb()?;
    bits.skip(1)?;
    size(&mut bits, chroma)
}

/// What the high profiles add; how colours are stored is needed.
fn high_profile(bits: &mut Bits) -> Option<u64> {
    let chroma = bits.golomb()?;
    let planes = chroma == 3 && bits.bit()?;
    bits.golomb()?;
    bits.golomb()?;
    bits.skip(1)?;
    if bits.bit()? {
        for list in 0..if chroma == 3 { 12 } else { 8 } {
            if bits.bit()? {
                scaling_list(bits, if list < 6 { 16 } else { 64 })?;
            }
        }
    }
    Some(if planes { 0 } else { chroma })
}

fn scaling_list(bits: &mut Bits, entries: u32) -> Option<()> {
    let (mut last, mut next) = (8_i64, 8_i64);
    for _ in 0..entries {
        if next != 0 {
            next = (last + signed(bits.golomb()?)).rem_euclid(256);
        }
        last = if next == 0 { last } else { next };
    }
    Some(())
}

/// A signed number out of an unsigned one (9.1.1).
fn signed(code: u64) -> i64 {
    let half = (code.div_ceil(2)) as i64;
    if code % 2 == 1 { half } else { -half }
}

fn order_of_pictures(bits: &mut Bits) -> Option<()> {
    match bits.golomb()? {
        0 => bits.golomb().map(|_| ()),
        1 => {
            bits.skip(1)?;
            bits.golomb()?;
            bits.golomb()?;
            let cycle = bits.golomb()?;
            (0..cycle.min(256)).try_for_each(|_| bits.golomb().map(|_| ()))
        }
        _ => Some(()),
    }
}

fn size(bits: &mut Bits, chroma: u64) -> Option<Picture> {
    let width = (bits.golomb()? + 1) * 16;
    let units = bits.golomb()? + 1;
    let frames_only = bits.bit()?;
    if !frames_only {
        bits.skip(1)?;
    }
    let fields = if frames_only { 1 } else { 2 };
    let height = units * 16 * fields;
    bits.skip(1)?;
    if !bits.bit()? {
        return Picture::cropped(width, height, 0, 0);
    }
    let (across, down) = match chroma {
        1 => (2, 2 * fields),
        2 => (2, fields),
        _ => (1, fields),
    };
    let columns = (bits.golomb()? + bits.golomb()?) * across;
    let rows = (bits.golomb()? + bits.golomb()?) * down;
    Picture::cropped(width, height, columns, rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Size;

    #[test]
    fn a_parameter_set_tells_both_sizes() {
        // 1280x720, high profile, and 1920x1080, of which eight rows are cropped away; both as x264 writes them.
        let hd = [0x67, 0x64, 0x00, 0x1f, 0xac, 0xd9, 0x40, 0x50, 0x05, 0xbb, 0x01, 0x10, 0x00, 0x00, 0x03, 0x00, 0x10];
        assert_eq!(of_unit(&hd).unwrap().shown, Size { width: 1280, height: 720 });
        let full =
            [0x67, 0x64, 0x00, 0x28, 0xac, 0xd9, 0x40, 0x78, 0x02, 0x27, 0xe5, 0xc0, 0x44, 0x00, 0x00, 0x03, 0x00];
        let full = of_unit(&full).unwrap();
        assert_eq!((full.coded.height, full.shown), (1088, Size { width: 1920, height: 1080 }));
        assert_eq!(of_unit(&[0x68, 1, 2, 3]), None);
        assert_eq!(of_unit(&[0x67, 0x64]), None);
    }
}
