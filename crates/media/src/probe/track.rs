//! What the packets of one stream say together.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use stepreel_core::{Span, SpanSet, Time};

use super::Packet;
use super::distances::Distances;

/// Packets come in decoding order, which differs from that of presentation by no more than a codec's 16 reference pictures.
const REORDERED: usize = 32;

/// Gaps that are kept; a stream of more is nothing but gaps.
const GAPS: usize = 10_000;

/// One packet as listed, on the container's clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listed {
    pub(super) time: Time,
    /// How long after its decoding it is shown, in microseconds, where both times are known.
    pub(super) delay: Option<i64>,
    pub(super) duration: Duration,
    pub(super) key: bool,
    /// Whether an edit list or the encoder's delay keeps it from being shown or heard.
    pub(super) discarded: bool,
}

/// The packets of one stream, taken one by one.
#[derive(Debug)]
pub(super) struct Track {
    shortest_gap: Duration,
    waiting: BinaryHeap<Reverse<(Time, Duration)>>,
    first_stored: Option<Time>,
    first: Option<Time>,
    last: Time,
    end: Time,
    frames: u64,
    gaps: Vec<Span>,
    distances: Distances,
    stored: u64,
    /// The delays of the packets: the smallest and the largest; nothing any more after a packet without.
    delays: Option<(i64, i64)>,
    packets: Vec<Packet>,
    key_frames: Vec<(Time, u64)>,
}

/// What the packets of a stream said, on the timeline.
pub(super) struct Summary {
    pub(super) start: Time,
    pub(super) end: Time,
    pub(super) rate: Option<f64>,
    pub(super) variable_rate: bool,
    /// Whether each packet is shown equally long after its decoding, but for rounding: their order is then that of showing.
    pub(super) in_order: bool,
    pub(super) gaps: SpanSet,
    /// Each with the number of its packet in the stream.
    pub(super) key_frames: Vec<(Time, u64)>,
}

impl Track {
    /// A stream of pictures: a second without a frame is a gap.
    pub(super) fn of_pictures() -> Self {
        Self::with_gaps_of(Duration::from_secs(1))
    }

    /// A stream of sound: 50 ms without a packet are a gap.
    pub(super) fn of_sound() -> Self {
        Self::with_gaps_of(Duration::from_millis(50))
    }

    fn with_gaps_of(shortest_gap: Duration) -> Self {
        Self {
            shortest_gap,
            waiting: BinaryHeap::new(),
            first_stored: None,
            first: None,
            last: Time::ZERO,
            end: Time::ZERO,
            frames: 0,
            gaps: Vec::new(),
            distances: Distances::default(),
            stored: 0,
            delays: None,
            packets: Vec::new(),
            key_frames: Vec::new(),
        }
    }

    /// Takes the next packet in the order of the file.
    pub(super) fn push(&mut self, packet: Listed) {
        self.first_stored.get_or_insert(packet.time);
        let number = self.stored;
        self.stored += 1;
        let (least, most) = self.delays.filter(|_| number > 0).unwrap_or((i64::MAX, i64::MIN));
        self.delays = packet
            .delay
            .filter(|_| number == 0 || self.delays.is_some())
            .map(|delay| (least.min(delay), most.max(delay)));
        if packet.discarded {
            return;
        }
        self.packets.push(Packet { time: packet.time, key: packet.key });
        if packet.key {
            self.key_frames.push((packet.time, number));
        }
        self.waiting.push(Reverse((packet.time, packet.duration)));
        if self.waiting.len() > REORDERED {
            self.present();
        }
    }

    /// Says that there are no more packets.
    pub(super) fn finish(&mut self) {
        while !self.waiting.is_empty() {
            self.present();
        }
        self.key_frames.sort_unstable();
        self.key_frames.dedup_by_key(|&mut (time, _)| time);
    }

    /// Takes the earliest of the waiting packets.
    fn present(&mut self) {
        let Some(Reverse((time, duration))) = self.waiting.pop() else { return };
        match self.first {
            None => self.first = Some(time),
            // A clock that jumps back is not followed: the timeline has one direction.
            Some(_) if time <= self.last => return,
            Some(_) => self.follow(time),
        }
        self.frames += 1;
        self.last = time;
        self.end = self.end_of(time, duration);
    }

    fn follow(&mut self, time: Time) {
        self.distances.push(time.since(self.last));
        // The first packet's length is not known where the container does not say it.
        let known = self.end > self.last;
        if known && time.since(self.end) >= self.shortest_gap && self.gaps.len() < GAPS {
            self.gaps.extend(Span::new(self.end, time));
        }
    }

    /// Where a packet ends. MP4 writes a gap as a packet that lasts very long: what is far beyond the usual is no picture or sound.
    fn end_of(&self, time: Time, listed: Duration) -> Time {
        let usual = self.distances.usual();
        let longest = usual.map_or(Duration::from_secs(1), |usual| usual + self.shortest_gap.min(usual));
        match listed {
            Duration::ZERO => time + usual.unwrap_or_default(),
            listed if listed > longest => time + usual.unwrap_or(longest),
            listed => time + listed,
        }
    }

    /// All that was said, on the timeline whose zero is at `zero`; nothing without a packet that is shown or heard.
    pub(super) fn summary(&self, zero: Time) -> Option<Summary> {
        let first = self.first?;
        let passed = self.last.since(first).as_secs_f64();
        Some(Summary {
            start: on_timeline(first, zero),
            end: on_timeline(self.end, zero),
            rate: (passed > 0.0).then(|| (self.frames - 1) as f64 / passed),
            variable_rate: self.distances.vary(),
            in_order: self.is_in_order(),
            gaps: self.gaps.iter().map(|gap| gap.relative_to(zero)).collect(),
            key_frames: self.key_frames.iter().map(|&(time, number)| (on_timeline(time, zero), number)).collect(),
        })
    }

    /// Those that are shown or heard, in the order of the file, on the timeline whose zero is at `zero`.
    pub(super) fn packets(&self, zero: Time) -> Vec<Packet> {
        let placed = |packet: &Packet| Packet { time: on_timeline(packet.time, zero), ..*packet };
        self.packets.iter().map(placed).collect()
    }

    fn is_in_order(&self) -> bool {
        /// In microseconds.
        const ROUNDING: i64 = 5;
        self.delays.is_some_and(|(least, most)| most - least <= ROUNDING)
    }

    /// When the first stored packet would be seen or heard, were none of it cut away.
    pub(super) fn first_stored(&self, zero: Time) -> Option<Time> {
        self.first_stored.map(|time| on_timeline(time, zero))
    }
}

fn on_timeline(time: Time, zero: Time) -> Time {
    Time::from_micros(time.micros() - zero.micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(mut track: Track, packets: &[(f64, f64)]) -> Summary {
        for &(time, duration) in packets {
            let (time, duration) = (Time::from_seconds(time), Duration::from_secs_f64(duration));
            track.push(Listed { time, delay: None, duration, key: true, discarded: false });
        }
        track.finish();
        track.summary(Time::from_seconds(10.0)).unwrap()
    }

    fn gaps(track: Track, packets: &[(f64, f64)]) -> Vec<Span> {
        summary(track, packets).gaps.spans().to_vec()
    }

    #[test]
    fn frames_are_taken_in_the_order_of_their_times() {
        let read = summary(Track::of_pictures(), &[(10.0, 0.1), (10.3, 0.1), (10.1, 0.1), (10.2, 0.1)]);
        assert_eq!((read.start, read.end), (Time::ZERO, Time::from_seconds(0.4)));
        assert!(!read.variable_rate);
        assert!((read.rate.unwrap() - 10.0).abs() < 1e-6);
    }

    #[test]
    fn packets_are_in_order_when_all_wait_equally_long() {
        let in_order = |delays: &[Option<i64>]| {
            let mut track = Track::of_pictures();
            for (number, &delay) in delays.iter().enumerate() {
                let time = Time::from_seconds(number as f64);
                track.push(Listed { time, delay, duration: Duration::ZERO, key: true, discarded: false });
            }
            track.is_in_order()
        };
        assert!(in_order(&[Some(66_667), Some(66_666), Some(66_667)]));
        for delays in [&[Some(0), Some(66_667)][..], &[Some(0), None, Some(0)], &[None, Some(0)], &[]] {
            assert!(!in_order(delays), "{delays:?}");
        }
    }

    #[test]
    fn a_long_last_packet_before_a_jump_is_a_gap() {
        let gap = Span::from_seconds(0.3, 2.0).unwrap();
        let before = [(10.0, 0.1), (10.1, 0.1), (10.2, 0.1)];
        for last in [0.1, 1.8] {
            let packets = [&before[..2], &[(10.2, last), (12.0, 0.1)]].concat();
            assert_eq!(gaps(Track::of_sound(), &packets), [gap]);
            assert_eq!(gaps(Track::of_pictures(), &packets), [gap]);
        }
    }

    #[test]
    fn rounding_and_slow_pictures_are_no_gaps() {
        assert_eq!(gaps(Track::of_sound(), &[(10.0, 0.02), (10.021, 0.02), (10.06, 0.02)]), []);
        assert_eq!(gaps(Track::of_pictures(), &[(10.0, 0.0), (12.0, 0.0), (14.0, 0.0), (16.0, 0.0)]), []);
    }

    #[test]
    fn a_clock_that_jumps_back_is_not_followed() {
        let packets: Vec<_> = (0..50).map(|n| (10.0 + f64::from(n) * 0.1, 0.1)).chain([(10.0, 0.1)]).collect();
        assert_eq!(summary(Track::of_pictures(), &packets).end, Time::from_seconds(5.0));
    }
}
