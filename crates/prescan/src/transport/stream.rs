//! One elementary stream: what it holds, and its time stamps.

use std::time::Duration;

use crate::layout::ticks;
use crate::picture::{self, Picture};
use crate::{Track, TrackKind};

use super::packet::Packet;

/// Ticks of the clock in a second.
const RATE: u64 = 90_000;

/// The clock starts again after so many ticks.
const WRAP: u64 = 1 << 33;

/// Bytes of a stream in which the size of its pictures is looked for.
const LOOKED_AT: usize = 4096;

/// A stream that a program lists.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) pid: u16,
    kind: TrackKind,
    codec: &'static str,
    head: Vec<u8>,
    picture: Option<Picture>,
    /// The earliest and the latest time stamp.
    first: Option<u64>,
    last: u64,
    packets: u64,
}

impl Stream {
    /// A stream of that type (2.4.4.9, and what others have added to it).
    pub(super) fn new(pid: u16, kind: u8, descriptors: &[u8]) -> Self {
        let (kind, codec) = match kind {
            0x01 | 0x02 => (TrackKind::Video, "mpeg2"),
            0x10 => (TrackKind::Video, "mpeg4"),
            0x1b => (TrackKind::Video, "h264"),
            0x24 => (TrackKind::Video, "hevc"),
            0x33 => (TrackKind::Video, "vvc"),
            0x42 | 0xd1 | 0xd2 | 0xea => (TrackKind::Video, "other"),
            0x03 | 0x04 => (TrackKind::Audio, "mp2"),
            0x0f | 0x11 => (TrackKind::Audio, "aac"),
            0x81 | 0x87 => (TrackKind::Audio, "ac3"),
            0x80 | 0x82..=0x86 if kind != 0x86 => (TrackKind::Audio, "other"),
            0x06 => private(descriptors),
            _ => (TrackKind::Other, "other"),
        };
        Self { pid, kind, codec, head: Vec::new(), picture: None, first: None, last: 0, packets: 0 }
    }

    /// Takes its next packet.
    pub(super) fn take(&mut self, packet: Packet<'_>) {
        if packet.starts {
            self.packets += 1;
            if let Some(time) = time_stamp(packet.payload) {
                self.take_time(time);
            }
        }
        if self.kind == TrackKind::Video && self.picture.is_none() {
            self.look(packet);
        }
    }

    /// Pictures are not stored in the order in which they are shown: what is less than half a turn of the clock later is later.
    fn take_time(&mut self, time: u64) {
        let Some(first) = self.first else {
            (self.first, self.last) = (Some(time), time);
            return;
        };
        if after(self.last, time) < WRAP / 2 {
            self.last = time;
        }
        if after(time, first) < WRAP / 2 {
            self.first = Some(time);
        }
    }

    /// Looks for the size of its pictures in the first bytes of one, when they are together.
    fn look(&mut self, packet: Packet<'_>) {
        if packet.starts {
            self.look_at_head();
            self.head.clear();
        } else if self.head.is_empty() || self.head.len() == LOOKED_AT {
            return;
        }
        let room = LOOKED_AT.saturating_sub(self.head.len());
        self.head.extend(packet.payload.iter().take(room));
        if self.head.len() == LOOKED_AT {
            self.look_at_head();
        }
    }

    /// Looks at what is left when there are no more packets.
    pub(super) fn finish(&mut self) {
        if self.kind == TrackKind::Video && self.picture.is_none() {
            self.look_at_head();
        }
    }

    fn look_at_head(&mut self) {
        self.picture = match self.codec {
            "h264" => units(&self.head).find_map(picture::h264::of_unit),
            "hevc" => units(&self.head).find_map(picture::hevc::of_unit),
            _ => None,
        };
    }

    pub(super) fn track(&self, clock: &Clock) -> Track {
        let length = self.first.map(|first| clock.since(self.last).saturating_sub(clock.since(first)));
        Track {
            kind: self.kind,
            codec: self.codec.to_owned(),
            coded: self.picture.map(|picture| picture.coded),
            shown: self.picture.map(|picture| picture.shown),
            start: self.first.map_or(Duration::ZERO, |first| ticks(clock.since(first), RATE)),
            length: length.map_or(Duration::ZERO, |length| ticks(length, RATE)),
            ..Track::default()
        }
    }
}

/// What a private stream's descriptors tell (ETSI EN 300 468, annexes D, and the registration of Opus).
fn private(descriptors: &[u8]) -> (TrackKind, &'static str) {
    let mut rest = descriptors;
    while let [tag, length, body @ ..] = rest {
        let body = &body[..usize::from(*length).min(body.len())];
        match (tag, body) {
            (0x6a | 0x7a, _) | (0x05, [b'A', b'C', b'-', b'3', ..]) => return (TrackKind::Audio, "ac3"),
            (0x05, [b'O', b'p', b'u', b's', ..]) => return (TrackKind::Audio, "opus"),
            (0x05, [b'H', b'E', b'V', b'C', ..]) => return (TrackKind::Video, "hevc"),
            (0x05, [b'A', b'V', b'0', b'1', ..]) => return (TrackKind::Video, "av1"),
            _ => rest = &rest[2 + body.len()..],
        }
    }
    (TrackKind::Other, "other")
}

/// The units that start codes introduce.
fn units(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let starts = bytes.windows(3).enumerate().filter(|(_, window)| *window == [0, 0, 1]);
    starts.map(|(at, _)| &bytes[at + 3..])
}

/// The presentation time stamp in the header of a packet of the stream (2.4.3.6).
fn time_stamp(payload: &[u8]) -> Option<u64> {
    let header = payload.get(..14)?;
    let stamped = header.starts_with(&[0, 0, 1]) && header[6] & 0xc0 == 0x80 && header[7] & 0x80 != 0;
    let part = |at: usize| u64::from(header[at]);
    let high = part(9) >> 1 & 0x07;
    let middle = (part(10) << 8 | part(11)) >> 1;
    let low = (part(12) << 8 | part(13)) >> 1;
    stamped.then_some(high << 30 | middle << 15 | low)
}

/// The clock of all streams, which may start again on the way.
pub(super) struct Clock {
    zero: u64,
    end: u64,
}

impl Clock {
    pub(super) fn over(streams: &[Stream]) -> Self {
        let firsts =
            || streams.iter().filter(|stream| stream.kind != TrackKind::Other).filter_map(|stream| stream.first);
        // The earliest is the one after which all others come within half of the clock's turn.
        let zero = firsts().find(|&zero| firsts().all(|first| after(zero, first) < WRAP / 2)).unwrap_or(0);
        let lasts = streams.iter().filter(|stream| stream.first.is_some() && stream.kind != TrackKind::Other);
        let end = lasts.map(|stream| after(zero, stream.last)).max().unwrap_or(0);
        Self { zero, end }
    }

    fn since(&self, time: u64) -> u64 {
        after(self.zero, time)
    }

    /// From the first time stamp to the last.
    pub(super) fn duration(&self) -> Option<Duration> {
        (self.end > 0).then(|| ticks(self.end, RATE))
    }
}

fn after(zero: u64, time: u64) -> u64 {
    time.wrapping_sub(zero) % WRAP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_may_start_again() {
        let stream = |first, last| Stream { first: Some(first), last, ..Stream::new(256, 0x1b, &[]) };
        let clock = Clock::over(&[stream(WRAP - 45_000, 45_000), stream(WRAP - 90_000, 10)]);
        assert_eq!(clock.duration(), Some(Duration::from_millis(1_500)));
    }

    #[test]
    fn time_stamps_are_read() {
        let header = [0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5, 0x21, 0x00, 0x07, 0xd8, 0x61];
        assert_eq!(time_stamp(&header), Some(0x0003 << 15 | 0x6c30));
        assert_eq!(time_stamp(&header[..13]), None);
    }
}
