//! Packets of a transport stream.

use crate::Refusal;
use crate::source::Source;

/// Bytes of a packet, without what some recorders put around it.
const PACKET: usize = 188;

/// How far apart packets are: bare, behind a time stamp of camcorders, before an error correction.
const DISTANCES: [u64; 3] = [188, 192, 204];

/// Packets in a row that must start right for the file to be a transport stream.
const IN_A_ROW: usize = 5;

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
        let mut places = DISTANCES.iter().flat_map(|&distance| (0..distance).map(move |first| (first, distance)));
        let found = places.find(|&(first, distance)| starts_right(&head, first as usize, distance as usize));
        Ok(found.map(|(first, distance)| Self { first, distance }))
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
            if packet[0] != 0x47 {
                // Out of step: the next byte that could start a packet.
                at += 1 + packet[1..].iter().position(|&byte| byte == 0x47).unwrap_or(PACKET - 1) as u64;
                continue;
            }
            at += self.distance;
            if let Some(packet) = parse(&packet) {
                take(packet);
            }
        }
        Ok(())
    }
}

/// Whether five packets in a row start right; in a file of fewer all of them, from its first byte on.
fn starts_right(head: &[u8], first: usize, distance: usize) -> bool {
    let starts: Vec<_> =
        (first..).step_by(distance).take_while(|at| at + PACKET <= head.len()).take(IN_A_ROW).collect();
    let enough = starts.len() == IN_A_ROW || (first == 0 && !starts.is_empty());
    enough && starts.iter().all(|&at| head[at] == 0x47)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(before: usize, distance: usize, packets: usize) -> Vec<u8> {
        let mut packet = vec![0; distance];
        packet[0] = 0x47;
        [vec![0; before], packet.repeat(packets)].concat()
    }

    #[test]
    fn packets_are_found_wherever_they_begin() {
        assert!(starts_right(&stream(0, 188, 6), 0, 188));
        assert!(starts_right(&stream(4, 192, 6), 4, 192));
        assert!(starts_right(&stream(0, 188, 1), 0, 188));
        assert!(!starts_right(&stream(10, 188, 1), 10, 188));
        assert!(!starts_right(b"Give me a G", 0, 188));
        assert!(!starts_right(&[], 0, 188));
    }
}
