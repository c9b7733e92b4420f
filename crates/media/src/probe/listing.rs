//! The listing of all packets, read line by line.

use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::time::Duration;

use stepreel_core::Time;

use super::report::{Report, seconds};
use super::track::{Listed, Track};

/// What is asked for, one line a packet.
pub(super) const ENTRIES: &str = "packet=stream_index,pts_time,dts_time,duration_time,flags";

/// Bytes of the longest listing that is read: about a day of 60 frames and 47 sound packets a second.
pub(super) const CAP: u64 = 500_000_000;

/// What the packets of each stream of pictures or sound say.
#[derive(Debug)]
pub(super) struct Listing {
    tracks: BTreeMap<u32, Track>,
    bytes: u64,
}

impl Listing {
    /// Reads the listing of the recording of that report to its end.
    pub(super) fn read(mut lines: impl BufRead, report: &Report) -> io::Result<Self> {
        let mut listing = Self::of(report);
        let mut line = Vec::new();
        loop {
            line.clear();
            match lines.read_until(b'\n', &mut line)? as u64 {
                0 => break,
                read => listing.bytes += read,
            }
            let Some((stream, packet)) = parse(&String::from_utf8_lossy(&line)) else { continue };
            if let Some(track) = listing.tracks.get_mut(&stream) {
                track.push(packet);
            }
        }
        listing.tracks.values_mut().for_each(Track::finish);
        Ok(listing)
    }

    fn of(report: &Report) -> Self {
        let pictures = report.streams.iter().filter(|stream| stream.is_video());
        let pictures = pictures.map(|stream| (stream.index, Track::of_pictures()));
        let sound = report.streams.iter().filter(|stream| stream.is_audio());
        Self { tracks: pictures.chain(sound.map(|stream| (stream.index, Track::of_sound()))).collect(), bytes: 0 }
    }

    pub(super) fn track(&self, stream: u32) -> Option<&Track> {
        self.tracks.get(&stream)
    }

    pub(super) fn is_cut_short(&self) -> bool {
        self.bytes >= CAP
    }
}

/// A line such as `0,0.100000,-0.033333,0.033333,K_`; what side data adds, on the same line or on its own, is passed over.
fn parse(line: &str) -> Option<(u32, Listed)> {
    let mut fields = line.trim_end().split(',');
    let stream = fields.next()?.parse().ok()?;
    let (shown, decoded) = (seconds(fields.next()?), seconds(fields.next()?));
    let duration = seconds(fields.next()?).map_or(Duration::ZERO, |duration| duration.since(Time::ZERO));
    let flags = fields.next()?;
    // AVI has decoding times only.
    let time = shown.or(decoded)?;
    let delay = shown.zip(decoded).map(|(shown, decoded)| shown.micros() - decoded.micros());
    Some((stream, Listed { time, delay, duration, key: flags.contains('K'), discarded: flags.contains('D') }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_packets() {
        let (stream, packet) = parse("1,-0.023220,-0.023220,0.023220,KD,\n").unwrap();
        assert_eq!((stream, packet.time), (1, Time::from_micros(-23_220)));
        assert!(packet.key && packet.discarded);
        assert!(parse("0,N/A,0.033333,N/A,__").is_some_and(|(_, packet)| packet.time == Time::from_micros(33_333)));
        for line in ["", "\n", "0,N/A,N/A,0.1,K_", "packet", "x,1,1,1,K_"] {
            assert!(parse(line).is_none(), "{line}");
        }
    }
}
