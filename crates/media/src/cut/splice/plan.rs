//! Which frames of a clip are copied, and which are encoded again.

use stepreel_core::Time;

use crate::cut::window::Window;
use crate::probe::Packet;

/// The frames of a clip in three parts; the first and the last may be empty.
#[derive(Debug, PartialEq)]
pub(super) struct Plan {
    /// Times of the frames before the first group that begins in the clip, in order.
    pub(super) head: Vec<Time>,
    /// Times of the frames that are copied, in order of decoding; the first is a key frame, and none refers to one outside.
    pub(super) body: Vec<Time>,
    /// Times of the last frames, when their order of decoding mixes them with frames after the clip.
    pub(super) tail: Vec<Time>,
}

impl Plan {
    /// How many frames the clip has.
    pub(super) fn frames(&self) -> usize {
        self.head.len() + self.body.len() + self.tail.len()
    }

    /// The plan for a window, from the packets around it in order of decoding; says why when nothing can be copied.
    pub(super) fn new(packets: &[Packet], window: &Window) -> Result<Self, &'static str> {
        let begins = |packet: &Packet| packet.key && packet.time >= window.first && packet.time <= window.last;
        let at = packets.iter().position(begins).ok_or("no group of pictures begins in it")?;
        let key = packets[at].time;
        // Frames that come after the key frame and are shown before it belong to the group before.
        let following: Vec<Time> = packets[at..].iter().map(|packet| packet.time).filter(|&time| time >= key).collect();
        let body = following[..closed(&following, window.last)].to_vec();
        let last = body.iter().copied().max().unwrap_or(key);
        let mut shown: Vec<Time> =
            packets.iter().map(|packet| packet.time).filter(|&time| window.shows(time)).collect();
        shown.sort_unstable();
        let (head, rest) = shown.split_at(shown.partition_point(|&time| time < key));
        let tail = &rest[rest.partition_point(|&time| time <= last)..];
        Ok(Self { head: head.to_vec(), body, tail: tail.to_vec() })
    }
}

/// How many of the first packets are shown before all others and not after `last`: cut off there, no frame lacks one that it
/// refers to, because a frame refers to earlier packets only.
fn closed(times: &[Time], last: Time) -> usize {
    let mut earliest_after = vec![None; times.len() + 1];
    for at in (0..times.len()).rev() {
        earliest_after[at] = Some(earliest_after[at + 1].map_or(times[at], |after: Time| after.min(times[at])));
    }
    let mut latest = Time::from_micros(i64::MIN);
    let mut closed = 0;
    for (at, &time) in times.iter().enumerate() {
        latest = latest.max(time);
        if latest <= last && earliest_after[at + 1].is_none_or(|after| latest < after) {
            closed = at + 1;
        }
    }
    closed
}

#[cfg(test)]
mod tests {
    use stepreel_core::Span;

    use super::*;

    fn time(tenth: i64) -> Time {
        Time::from_micros(tenth * 100_000)
    }

    /// Packets at these tenths of a second in order of decoding, key frames negative; the window holds the frames `from..=to`.
    fn check(packets: &[i64], (from, to): (i64, i64), expected: Result<[&[i64]; 3], &'static str>) {
        let packet = |&tenth: &i64| Packet { time: time(tenth.abs()), key: tenth < 0 };
        let packets: Vec<Packet> = packets.iter().map(packet).collect();
        let span = Span::new(time(from), time(to + 1)).unwrap();
        let plan = Plan::new(&packets, &Window { first: time(from), last: time(to), span });
        let times = |tenths: &[i64]| tenths.iter().map(|&tenth| time(tenth)).collect::<Vec<_>>();
        let plan_of =
            |[head, body, tail]: [&[i64]; 3]| Plan { head: times(head), body: times(body), tail: times(tail) };
        assert_eq!(plan, expected.map(plan_of), "{packets:?}");
    }

    #[test]
    fn a_group_that_begins_inside_is_copied() {
        check(&[-1, 2, 3, -4, 5, 6, -7, 8], (2, 6), Ok([&[2, 3], &[4, 5, 6], &[]]));
        check(&[-1, 2, 3, -4, 5, 6, -7, 8], (2, 8), Ok([&[2, 3], &[4, 5, 6, 7, 8], &[]]));
        check(&[-1, 2, 3, -4, 5], (4, 5), Ok([&[], &[4, 5], &[]]));
    }

    #[test]
    fn frames_that_are_mixed_with_later_ones_are_encoded_again() {
        check(&[-1, 4, 2, 3, 7, 5, 6], (1, 6), Ok([&[], &[1, 4, 2, 3], &[5, 6]]));
        check(&[-1, 4, 2, 3, 7, 5, 6], (1, 7), Ok([&[], &[1, 4, 2, 3, 7, 5, 6], &[]]));
        check(&[-1, 4, 2, 3, 7, 5, 6], (1, 2), Ok([&[], &[1], &[2]]));
    }

    #[test]
    fn frames_shown_before_their_key_frame_belong_to_the_head() {
        check(&[-1, 2, -5, 3, 4, 6], (2, 6), Ok([&[2, 3, 4], &[5, 6], &[]]));
    }

    #[test]
    fn without_a_key_frame_nothing_can_be_copied() {
        check(&[-1, 2, 3, 4, -5], (2, 4), Err("no group of pictures begins in it"));
    }
}
