//! Lines of ffmpeg's `framecrc` and `framehash`: one for each packet or decoded frame.

use stepreel_core::Time;

/// What a line says.
#[derive(Debug, PartialEq)]
pub(super) struct Line<'a> {
    pub(super) stream: usize,
    /// When it is shown or heard, and until when.
    pub(super) from: Time,
    pub(super) until: Time,
    pub(super) bytes: usize,
    pub(super) hash: &'a str,
}

/// Reads lines in their order, because the clocks of the streams come first.
#[derive(Default)]
pub(super) struct Lines {
    /// Seconds of a tick, of the first and the second stream.
    clocks: [f64; 2],
}

impl Lines {
    /// Reads a clock as `#tb 0: 1/90000`, which is kept, or a line as `0, dts, pts, duration, size, hash`.
    pub(super) fn read<'a>(&mut self, line: &'a str) -> Option<Line<'a>> {
        let line = line.trim_end();
        if let Some((stream, clock)) = line.strip_prefix("#tb ").and_then(clock) {
            self.clocks.iter_mut().skip(stream).take(1).for_each(|known| *known = clock);
        }
        let mut fields = line.split(',').map(str::trim);
        let stream = fields.next()?.parse().ok()?;
        let tick = *self.clocks.get(stream)?;
        let (shown, duration) = (fields.nth(1)?.parse::<i64>().ok()?, fields.next()?.parse::<i64>().ok()?);
        let at = |ticks: i64| Time::from_seconds(ticks as f64 * tick);
        let bytes = fields.next()?.parse().ok()?;
        let hash = fields.next()?;
        Some(Line { stream, from: at(shown), until: at(shown.saturating_add(duration)), bytes, hash })
    }
}

fn clock(text: &str) -> Option<(usize, f64)> {
    let (stream, fraction) = text.split_once(": ")?;
    let (over, under) = fraction.split_once('/')?;
    Some((stream.parse().ok()?, over.parse::<f64>().ok()? / under.parse::<f64>().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_by_the_streams_own_clock() {
        let mut lines = Lines::default();
        for line in ["#software: Lavf", "#tb 0: 1/90000\n", "#tb 1: 1/48000", "0, 1, x, 2, 3, 4", ""] {
            assert_eq!(lines.read(line), None, "{line}");
        }
        let (from, until) = (Time::from_micros(1_000_000), Time::from_micros(1_033_333));
        let expected = Line { stream: 0, from, until, bytes: 1200, hash: "3b8546fe" };
        assert_eq!(lines.read("0,      90000,      90000,     3000,     1200, 3b8546fe"), Some(expected));
        assert_eq!(lines.read("1, 0, 48000, 1024, 4096, 0x12, F=0x0").map(|line| line.from), Some(from));
        assert_eq!(lines.read("2, 0, 48000, 1024, 4096, 0x12"), None);
    }
}
