//! Blocks: packets of one track at one time.

use super::elements::variable;

/// Bytes of a block that are looked at: its own header, and a picture's.
pub(super) const HEAD: usize = 64;

/// What the first bytes of a block tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block<'a> {
    /// The number of its track.
    pub(super) track: u64,
    /// Ticks since the start of its cluster.
    pub(super) time: i16,
    /// Packets in it.
    pub(super) packets: u64,
    /// The first bytes of its packet, when there is only one.
    pub(super) packet: &'a [u8],
}

impl<'a> Block<'a> {
    /// The block that starts with those bytes; nothing when it is cut off.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (track, length) = variable(bytes)?;
        let &[high, low, flags] = bytes.get(length..length + 3)? else { return None };
        let packet = &bytes[length + 3..];
        let laced = flags & 0x06 != 0;
        let packets = if laced { u64::from(*packet.first()?) + 1 } else { 1 };
        let packet = if laced { &[] } else { packet };
        Some(Self { track, time: i16::from_be_bytes([high, low]), packets, packet })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_tells_its_track_time_and_packets() {
        let block = Block::parse(&[0x81, 0xff, 0xfe, 0x80, 7, 8]).unwrap();
        assert_eq!((block.track, block.time, block.packets, block.packet), (1, -2, 1, [7, 8].as_slice()));
        assert_eq!(Block::parse(&[0x81, 0, 0, 0x02, 255]).unwrap().packets, 256);
        assert_eq!(Block::parse(&[0x81, 0, 0]), None);
        assert_eq!(Block::parse(&[0x81, 0, 0, 0x02]), None);
    }
}
