//! The tables that list programs and their streams.

use crate::source::u16_at;

use super::packet::Packet;
use super::stream::Stream;

/// Programs of which streams are read; a recording has one.
const PROGRAMS: usize = 16;

/// Streams that are kept: more than any limit allows.
const STREAMS: usize = 256;

/// Bytes of the longest section (2.4.4.1).
const SECTION: usize = 1024;

/// Programs and streams found so far.
#[derive(Default)]
pub(super) struct Programs {
    list: Section,
    tables: Vec<(u16, Section)>,
    streams: Vec<Stream>,
}

impl Programs {
    /// Takes the next packet.
    pub(super) fn take(&mut self, packet: Packet<'_>) {
        if packet.pid == 0 {
            if let Some(section) = self.list.take(packet) {
                let programs = listed_programs(section);
                self.add_programs(&programs);
            }
            return;
        }
        if let Some((_, section)) = self.tables.iter_mut().find(|(pid, _)| *pid == packet.pid) {
            let streams = section.take(packet).map(listed_streams);
            self.add_streams(streams.unwrap_or_default());
        } else if let Some(stream) = self.streams.iter_mut().find(|stream| stream.pid == packet.pid) {
            stream.take(packet);
        }
    }

    fn add_programs(&mut self, pids: &[u16]) {
        for &pid in pids {
            let known = self.tables.iter().any(|(known, _)| *known == pid);
            if !known && self.tables.len() < PROGRAMS {
                self.tables.push((pid, Section::default()));
            }
        }
    }

    fn add_streams(&mut self, listed: Vec<Stream>) {
        for stream in listed {
            let known = self.streams.iter().any(|known| known.pid == stream.pid);
            if !known && self.streams.len() < STREAMS {
                self.streams.push(stream);
            }
        }
    }

    /// What follows is not what came next in the file.
    pub(super) fn skip(&mut self) {
        self.list = Section::default();
        self.tables.iter_mut().for_each(|(_, section)| *section = Section::default());
    }

    /// Says that there are no more packets.
    pub(super) fn finish(&mut self) {
        self.streams.iter_mut().for_each(Stream::finish);
    }

    pub(super) fn streams(&self) -> &[Stream] {
        &self.streams
    }
}

/// A section that is put together from packets.
#[derive(Default)]
struct Section {
    bytes: Vec<u8>,
    open: bool,
}

impl Section {
    /// The section, when that packet completes one whose checksum is right.
    fn take(&mut self, packet: Packet<'_>) -> Option<&[u8]> {
        let payload = if packet.starts {
            let pointer = usize::from(*packet.payload.first()?);
            self.bytes.clear();
            self.open = true;
            packet.payload.get(1 + pointer..)?
        } else {
            packet.payload
        };
        if !self.open {
            return None;
        }
        let room = SECTION.saturating_sub(self.bytes.len());
        self.bytes.extend(payload.iter().take(room));
        let length = 3 + usize::from(u16_at(&self.bytes, 1)? & 0x0fff);
        let section = self.bytes.get(..length)?;
        self.open = false;
        (checksum(section) == 0).then_some(section)
    }
}

/// CRC-32/MPEG-2, which is zero over a section and its checksum (annex A).
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(u32::MAX, |sum, &byte| {
        (0..8).fold(
            sum ^ u32::from(byte) << 24,
            |sum, _| {
                if sum & 1 << 31 == 0 { sum << 1 } else { sum << 1 ^ 0x04c1_1db7 }
            },
        )
    })
}

/// Where the tables of the programs are (2.4.4.3).
fn listed_programs(section: &[u8]) -> Vec<u16> {
    if section.first() != Some(&0) {
        return Vec::new();
    }
    let entries = section.get(8..section.len().saturating_sub(4)).unwrap_or_default().chunks_exact(4);
    let programs = entries.filter(|entry| entry[..2] != [0, 0]);
    programs.map(|entry| u16::from_be_bytes([entry[2] & 0x1f, entry[3]])).collect()
}

/// The streams of a program (2.4.4.8).
fn listed_streams(section: &[u8]) -> Vec<Stream> {
    let mut streams = Vec::new();
    if section.first() != Some(&2) {
        return streams;
    }
    let end = section.len().saturating_sub(4);
    let mut at = 12 + usize::from(u16_at(section, 10).unwrap_or(0) & 0x0fff);
    while let Some(&[kind, high, low, length_high, length_low]) = section.get(at..at + 5).filter(|_| at + 5 <= end) {
        let length = usize::from(u16::from_be_bytes([length_high & 0x0f, length_low]));
        let descriptors = section.get(at + 5..at + 5 + length).unwrap_or_default();
        streams.push(Stream::new(u16::from_be_bytes([high & 0x1f, low]), kind, descriptors));
        at += 5 + length;
    }
    streams
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_over_itself_is_zero() {
        let sum = checksum(b"123456789");
        assert_eq!(sum, 0x0376_e6e7);
        assert_eq!(checksum(&[b"123456789".as_slice(), &sum.to_be_bytes()].concat()), 0);
    }
}
