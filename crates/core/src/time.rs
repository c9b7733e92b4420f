//! One time base for everything: microseconds on the recording's own timeline.

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A point on the recording's timeline, in whole microseconds.
///
/// Zero is the start of the container (the earliest presentation timestamp of its streams), so that a time means the same
/// in a player, in a clip's request and in a caption. Serialised as seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "f64", try_from = "f64")]
pub struct Time(i64);

impl Time {
    /// The start of the recording.
    pub const ZERO: Self = Self(0);
    /// Later than any time of a recording.
    pub const MAX: Self = Self(i64::MAX / 4);

    /// The time that many microseconds after the start of the recording.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// The time that many seconds after the start, rounded to the microsecond; not a number gives zero, too large saturates.
    pub fn from_seconds(seconds: f64) -> Self {
        Self(((seconds * 1e6).round() as i64).clamp(-Self::MAX.0, Self::MAX.0))
    }

    /// Microseconds since the start of the recording.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Seconds since the start of the recording.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// How much later this is than `earlier`; zero when it is not later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }

    /// The distance between two times, whichever comes first.
    pub fn distance(self, other: Self) -> Duration {
        Duration::from_micros(self.0.abs_diff(other.0))
    }
}

impl From<Time> for f64 {
    fn from(time: Time) -> Self {
        time.seconds()
    }
}

impl TryFrom<f64> for Time {
    type Error = &'static str;

    fn try_from(seconds: f64) -> Result<Self, Self::Error> {
        if seconds.is_finite() { Ok(Self::from_seconds(seconds)) } else { Err("a time is a finite number of seconds") }
    }
}

impl Add<Duration> for Time {
    type Output = Self;

    fn add(self, later_by: Duration) -> Self {
        Self(self.0.saturating_add(micros(later_by)).min(Self::MAX.0))
    }
}

impl Sub<Duration> for Time {
    type Output = Self;

    fn sub(self, earlier_by: Duration) -> Self {
        Self(self.0.saturating_sub(micros(earlier_by)).max(-Self::MAX.0))
    }
}

/// `1:02:03.4`, or `2:03.4` under an hour.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0.unsigned_abs() + 50_000) / 100_000;
        let (minutes, tenths) = (tenths / 600, tenths % 600);
        let sign = if self.0 < 0 && tenths + minutes > 0 { "-" } else { "" };
        let text = if minutes >= 60 {
            format!("{sign}{}:{:02}:{:02}.{}", minutes / 60, minutes % 60, tenths / 10, tenths % 10)
        } else {
            format!("{sign}{minutes}:{:02}.{}", tenths / 10, tenths % 10)
        };
        f.pad(&text)
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// A half-open stretch of the timeline, `start <= t < end`, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawSpan")]
pub struct Span {
    start: Time,
    end: Time,
}

#[derive(Deserialize)]
struct RawSpan {
    start: Time,
    end: Time,
}

impl TryFrom<RawSpan> for Span {
    type Error = &'static str;

    fn try_from(raw: RawSpan) -> Result<Self, Self::Error> {
        Self::new(raw.start, raw.end).ok_or("a span ends after it starts")
    }
}

impl Span {
    /// The span from `start` up to `end`, or nothing when that would be empty.
    pub fn new(start: Time, end: Time) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    /// The span between two times in seconds, or nothing when that would be empty.
    pub fn from_seconds(start: f64, end: f64) -> Option<Self> {
        Self::new(Time::from_seconds(start), Time::from_seconds(end))
    }

    /// The first moment inside.
    pub const fn start(self) -> Time {
        self.start
    }

    /// The first moment after.
    pub const fn end(self) -> Time {
        self.end
    }

    /// The time halfway.
    pub fn middle(self) -> Time {
        Time(i64::midpoint(self.start.0, self.end.0))
    }

    /// Its length; more than zero.
    pub fn duration(self) -> Duration {
        self.end.since(self.start)
    }

    /// Its length in seconds; more than zero.
    pub fn seconds(self) -> f64 {
        self.duration().as_secs_f64()
    }

    /// Whether `time` lies inside.
    pub fn contains(self, time: Time) -> bool {
        self.start <= time && time < self.end
    }

    /// What both share.
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }

    /// The length of what both share.
    pub fn overlap(self, other: Self) -> Duration {
        self.intersection(other).map_or(Duration::ZERO, Self::duration)
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Intersection over union, 0-1.
    pub fn iou(self, other: Self) -> f64 {
        let shared = self.overlap(other).as_secs_f64();
        shared / (self.seconds() + other.seconds() - shared)
    }

    /// The same span on a timeline whose zero is at `zero` of this one.
    #[must_use]
    pub fn relative_to(self, zero: Time) -> Self {
        Self { start: Time(self.start.0 - zero.0), end: Time(self.end.0 - zero.0) }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.start, self.end)
    }
}

/// Spans in order that neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Span>")]
pub struct SpanSet(Vec<Span>);

impl SpanSet {
    /// The spans, in order.
    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    /// Whether there is no span.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The length of all spans together.
    pub fn duration(&self) -> Duration {
        self.0.iter().map(|span| span.duration()).sum()
    }

    /// The longest span.
    pub fn longest(&self) -> Option<Span> {
        self.0.iter().copied().max_by_key(|span| span.duration())
    }

    /// The part inside `window`.
    #[must_use]
    pub fn within(&self, window: Span) -> Self {
        Self(self.0.iter().filter_map(|span| span.intersection(window)).collect())
    }

    /// What of `window` lies in no span.
    #[must_use]
    pub fn gaps(&self, window: Span) -> Self {
        let mut gaps = Vec::new();
        let mut free_from = window.start();
        for span in self.within(window).0 {
            gaps.extend(Span::new(free_from, span.start()));
            free_from = span.end();
        }
        gaps.extend(Span::new(free_from, window.end()));
        Self(gaps)
    }

    /// The spans with gaps of less than `gap` closed.
    #[must_use]
    pub fn joined(&self, gap: Duration) -> Self {
        let mut joined: Vec<Span> = Vec::new();
        for &span in &self.0 {
            match joined.last_mut() {
                Some(last) if span.start().since(last.end()) < gap => *last = last.hull(span),
                _ => joined.push(span),
            }
        }
        Self(joined)
    }

    /// The spans that last at least `shortest`.
    #[must_use]
    pub fn at_least(&self, shortest: Duration) -> Self {
        Self(self.0.iter().copied().filter(|span| span.duration() >= shortest).collect())
    }

    /// The part of both sets' union that lies in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.0.iter().flat_map(|&span| other.within(span).0).collect()
    }

    /// The share of `window` that is covered, 0-1.
    pub fn share_of(&self, window: Span) -> f64 {
        self.within(window).duration().as_secs_f64() / window.seconds()
    }

    /// Intersection over union of the two covered sets, 0-1; 1 when both are empty.
    pub fn iou(&self, other: &Self) -> f64 {
        let shared = self.intersection(other).duration().as_secs_f64();
        let union = self.duration().as_secs_f64() + other.duration().as_secs_f64() - shared;
        if union > 0.0 { shared / union } else { 1.0 }
    }
}

impl From<Vec<Span>> for SpanSet {
    fn from(mut spans: Vec<Span>) -> Self {
        spans.sort_unstable();
        let mut set: Vec<Span> = Vec::with_capacity(spans.len());
        for span in spans {
            match set.last_mut() {
                Some(last) if span.start() <= last.end() => *last = last.hull(span),
                _ => set.push(span),
            }
        }
        Self(set)
    }
}

impl FromIterator<Span> for SpanSet {
    fn from_iter<I: IntoIterator<Item = Span>>(spans: I) -> Self {
        spans.into_iter().collect::<Vec<_>>().into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn span(start: f64, end: f64) -> Span {
        Span::from_seconds(start, end).unwrap()
    }

    #[test]
    fn a_span_is_never_empty() {
        assert_eq!(Span::from_seconds(2.0, 2.0), None);
        assert_eq!(Span::from_seconds(2.0, 1.0), None);
        assert!(serde_json::from_str::<Span>(r#"{"start":2,"end":1}"#).is_err());
    }

    #[test]
    fn times_read_as_a_clock() {
        for (seconds, text) in
            [(0.0, "0:00.0"), (59.96, "1:00.0"), (83.14, "1:23.1"), (3723.4, "1:02:03.4"), (-1.5, "-0:01.5")]
        {
            assert_eq!(Time::from_seconds(seconds).to_string(), text);
        }
    }

    #[test]
    fn a_set_joins_what_touches() {
        let set: SpanSet = [span(4.0, 5.0), span(0.0, 2.0), span(2.0, 3.0)].into_iter().collect();
        assert_eq!(set.spans(), [span(0.0, 3.0), span(4.0, 5.0)]);
        assert_eq!(set.joined(Duration::from_secs(2)).spans(), [span(0.0, 5.0)]);
        assert_eq!(set.gaps(span(1.0, 6.0)).spans(), [span(3.0, 4.0), span(5.0, 6.0)]);
    }

    proptest! {
        #[test]
        fn spans_and_gaps_tile_the_window(raw in prop::collection::vec((0i64..100, 1i64..20), 0..12)) {
            let set: SpanSet = raw.iter()
                .filter_map(|&(s, d)| Span::new(Time::from_micros(s), Time::from_micros(s + d))).collect();
            let window = Span::new(Time::ZERO, Time::from_micros(100)).unwrap();
            prop_assert_eq!(set.within(window).duration() + set.gaps(window).duration(), window.duration());
            prop_assert!(set.spans().windows(2).all(|pair| pair[0].end() < pair[1].start()));
        }

        #[test]
        fn seconds_survive_json(micros in -10_000_000_000i64..10_000_000_000) {
            let time = Time::from_micros(micros);
            let back: Time = serde_json::from_str(&serde_json::to_string(&time).unwrap()).unwrap();
            prop_assert_eq!(back, time);
        }
    }
}
