//! Which frames a clip is to hold.

use std::time::Duration;

use stepreel_core::{Span, Time, VideoStream};

use super::{CLOCK, seek_target, ticks, time_to_cut};
use crate::child::{Tool, Value};
use crate::{MediaError, Recording};

/// From this distance on, the frame before a gap is held over it: no camera is that slow.
const GAP: Duration = Duration::from_millis(250);

/// Packets are read this far past the span: they come in order of decoding, and a frame may be shown up to 16 frames earlier.
const REORDERED: Duration = Duration::from_secs(2);

/// A packet of the pictures, on the recording's timeline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Packet {
    pub(super) time: Time,
    pub(super) key: bool,
}

/// The frames of a clip, on the recording's timeline.
#[derive(Debug, PartialEq)]
pub(super) struct Window {
    /// Time of the first frame; before the span's start when it is held from there.
    pub(super) first: Time,
    /// Time of the last frame.
    pub(super) last: Time,
    /// What the clip is to hold.
    pub(super) span: Span,
}

impl Window {
    /// The window for `asked`, from the packets around it; nothing when no frame is shown in it.
    pub(super) fn of(packets: &[Packet], video: &VideoStream, asked: Span) -> Option<Self> {
        let mut times: Vec<Time> = packets.iter().map(|packet| packet.time).collect();
        times.sort_unstable();
        times.dedup();
        Self::new(&times, video, asked)
    }

    /// Whether the clip shows the frame of that time.
    pub(super) fn shows(&self, time: Time) -> bool {
        self.first <= time && time <= self.last
    }

    /// The window for `asked`, from the times of the frames around it in order; nothing when no frame is shown in it.
    fn new(frames: &[Time], video: &VideoStream, asked: Span) -> Option<Self> {
        let asked = Span::new(video.start, video.end)?.intersection(asked)?;
        let (before, rest) = frames.split_at(frames.partition_point(|&time| time < asked.start()));
        let (inside, after) = rest.split_at(rest.partition_point(|&time| time < asked.end()));
        let held = before.last().filter(|_| inside.first().is_none_or(|&first| stands_still(asked.start(), first)));
        let first = *held.or(inside.first())?;
        let start = first.max(asked.start());
        let next = after.first().filter(|&&next| !stands_still(asked.end(), next));
        let end = next.map_or(asked.end(), |&next| next.min(video.end));
        Some(Self { first, last: *inside.last().unwrap_or(&first), span: Span::new(start, end)? })
    }

    /// How long the last frame is shown, in ticks of the clip's clock; at least one.
    pub(super) fn last_ticks(&self) -> i64 {
        ticks(Time::ZERO + self.span.end().since(self.last.max(self.span.start())), CLOCK).max(1)
    }

    /// A bit stream filter that puts that length into the packets: ffmpeg 5.1 gives all packets of a stream with varying
    /// distances the same guessed one, of which only the last packet's counts in an MP4. It must be told to keep both times.
    pub(super) fn last_duration(&self) -> Value {
        Value::from_parts(["setts=pts=PTS:dts=DTS:duration=".into(), self.last_ticks().into()])
    }
}

fn stands_still(since: Time, until: Time) -> bool {
    until.since(since) > GAP
}

impl Recording {
    /// The packets from the key frame before `span` to a little after it, in order of decoding.
    pub(super) fn packets_around(&self, video: &VideoStream, span: Span) -> Result<Vec<Packet>, MediaError> {
        let from = seek_target(video, span.start()).map_or("".into(), |target| self.on_clock(target).into());
        let until = self.on_clock(span.end() + REORDERED);
        let interval = Value::from_parts([from, "%".into(), until.into()]);
        let call = self
            .call(Tool::Ffprobe, time_to_cut(span))
            .cancelled_by(self.token())
            .option("-select_streams", video.index)
            .option("-show_entries", "packet=pts_time,dts_time,flags")
            .option("-of", "csv=p=0")
            .option("-read_intervals", interval)
            .input(self.path());
        let zero = self.info().container_start.micros();
        let mut packets = Vec::new();
        let listed = call.each_line(|line| {
            packets.extend(
                packet(line).map(|Packet { time, key }| Packet { time: Time::from_micros(time.micros() - zero), key }),
            );
        });
        listed.map_err(|error| MediaError::from_child(self.path(), error))?;
        Ok(packets)
    }
}

/// A packet such as `10.033333,10.000000,K_`: when it is shown, or decoded where that is all there is (AVI).
/// Nothing for one that an edit list hides (`KD`) or that has no time.
fn packet(line: &str) -> Option<Packet> {
    let fields: Vec<&str> = line.split(',').collect();
    let [shown, decoded, flags, ..] = fields[..] else { return None };
    let seconds: f64 = shown.parse().or_else(|_| decoded.parse()).ok()?;
    (!flags.contains('D')).then(|| Packet { time: Time::from_seconds(seconds), key: flags.contains('K') })
}

#[cfg(test)]
mod tests {
    use stepreel_core::{Rotation, SpanSet};

    use super::*;

    fn video(end: f64) -> VideoStream {
        VideoStream {
            index: 0,
            codec: "h264".into(),
            width: 64,
            height: 64,
            rotation: Rotation::None,
            rate: Some(10.0),
            variable_rate: true,
            start: Time::from_seconds(1.0),
            end: Time::from_seconds(end),
            gaps: SpanSet::default(),
            key_frames: vec![Time::from_seconds(1.0)],
        }
    }

    /// Frames at 1.0, 1.1 … 2.0, then none until 5.0, 5.1 … 6.0; the last one ends at 6.1.
    fn check(asked: (f64, f64), expected: Option<(f64, f64, f64, f64)>) {
        let frames: Vec<Time> = (10..=20).chain(50..=60).map(|tenth| Time::from_micros(tenth * 100_000)).collect();
        let window = Window::new(&frames, &video(6.1), Span::from_seconds(asked.0, asked.1).unwrap());
        let expected = expected.map(|(first, last, start, end)| Window {
            first: Time::from_seconds(first),
            last: Time::from_seconds(last),
            span: Span::from_seconds(start, end).unwrap(),
        });
        assert_eq!(window, expected, "{asked:?}");
    }

    #[test]
    fn a_clip_holds_the_frames_that_start_in_its_span() {
        check((1.2, 1.5), Some((1.2, 1.4, 1.2, 1.5)));
        check((1.15, 1.55), Some((1.2, 1.5, 1.2, 1.6)));
    }

    #[test]
    fn a_span_beyond_the_pictures_is_cut_to_them() {
        check((0.0, 1.35), Some((1.0, 1.3, 1.0, 1.4)));
        check((5.75, 9.0), Some((5.8, 6.0, 5.8, 6.1)));
        check((0.0, 0.9), None);
        check((6.1, 7.0), None);
    }

    #[test]
    fn a_standing_frame_is_held_over_a_gap() {
        check((3.0, 5.15), Some((2.0, 5.1, 3.0, 5.2)));
        check((1.9, 4.0), Some((1.9, 2.0, 1.9, 4.0)));
        check((3.0, 4.0), Some((2.0, 2.0, 3.0, 4.0)));
    }

    #[test]
    fn packets_that_are_never_shown_are_passed_over() {
        assert_eq!(packet("10.5,10.4,K_"), Some(Packet { time: Time::from_seconds(10.5), key: true }));
        assert_eq!(packet("N/A,10.4,__,"), Some(Packet { time: Time::from_seconds(10.4), key: false }));
        for line in ["10.5,10.5,KD", "N/A,N/A,__", "", "10.5"] {
            assert_eq!(packet(line), None, "{line}");
        }
    }
}
