//! Packets of a transport stream.

use crate::Refusal;
use crate::source::Source;

/// Bytes of a packet, without what some recorders put around it.
const PACKET: usize = 188;

/// How far apart packets are: bare, behind a time stamp of camcorders, before an error correction.
const DISTANCES: [u64; 3] = [188, 192, 204];

/// Packets in a row that must start right for the file to be a transport stream.
const IN_A_ROW: u64 = 5;

/// Where packets lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Packets {
    first: u64,
    distance: u64,
}

/// One packet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet<'a> {
    /// Which stream it belongs to.
    pub(super) pid: u16,
    /// Whether something starts in it.
    pub(super) starts: bool,
    pub(super) payload: &'a [u8],
}

impl Packets {
    /// Finds out how far apart packets are, if there are any.
    pub(super) fn find(source: &mut Source) -> Result<Option<Self>, Refusal> {
        let head = source.bytes_at(0, 2048)?;
        let fits = |first: u64, distance: u64| {
            let starts = (0..IN_A_ROW).map(|number| head.get((first + number * distance) as usize));
            // A file of fewer packets ends with them.
            let starts: Vec<_> = starts.take_while(|start| start.is_some()).collect();
            !starts.is_empty()
                && starts.len() as u64 == IN_A_ROW.min(source_packets(head.len() as u64, first, distance))
                && starts.iter().all(|start| *start == Some(&0x47))
        };
        let places = DISTANCES.iter().flat_map(|&distance| (0..distance).map(move |first| (first, distance)));
        let found = places.into_iter().find(|&(first, distance)| fits(first, distance));
        Ok(found.filter(|_| head.len() >= PACKET).map(|(first, distance)| Self { first, distance }))
    }

    /// Where the last whole packet ends.
    pub(super) fn end(self, source: &Source) -> u64 {
        source.len()
    }

    /// Gives the packets that start in so many bytes from that place on.
    pub(super) fn each(
        self,
        source: &mut Source,
        from: u64,
        bytes: u64,
        mut take: impl FnMut(Packet<'_>),
    ) -> Result<(), Refusal> {
        let mut at = self.first + from.saturating_sub(self.first).div_ceil(self.distance) * self.distance;
        let end = from.saturating_add(bytes);
        while at < end {
            let Some(packet) = source.array_at::<PACKET>(at)? else { break };
            source.step()?;
            match packet[0] {
                0x47 => at += self.distance,
                // Out of step: the next byte that could start a packet.
                _ => {
                    at += 1 + packet[1..].iter().position(|&byte| byte == 0x47).unwrap_or(PACKET - 1) as u64;
                    continue;
                }
            }
            if let Some(packet) = parse(&packet) {
                take(packet);
            }
        }
        Ok(())
    }
}

/// How many packets can start in a head of so many bytes.
fn source_packets(length: u64, first: u64, distance: u64) -> u64 {
    length.saturating_sub(first).div_ceil(distance)
}

/// The packet, if it has a payload that is neither damaged nor scrambled.
fn parse(bytes: &[u8; PACKET]) -> Option<Packet<'_>> {
    let &[_, high, low, control, adaptation, ..] = bytes;
    if high & 0x80 != 0 || control & 0xc0 != 0 || control & 0x10 == 0 {
        return None;
    }
    let skip = if control & 0x20 == 0 { 0 } else { 1 + usize::from(adaptation) };
    let pid = u16::from_be_bytes([high & 0x1f, low]);
    Some(Packet { pid, starts: high & 0x40 != 0, payload: bytes.get(4 + skip..)? })
}
