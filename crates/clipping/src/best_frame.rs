//! Which frame of a procedure stands for it.

use std::time::Duration;

use stepreel_core::{PictureReading, Segment, Span, Time};

/// Frames this close to the best one are as good as it: below that, meters differ by chance.
const AS_GOOD: f32 = 0.9;

/// What a frame outside the work proper keeps of its quality: it is taken only when those inside are useless.
const OUT_OF_PLACE: f32 = 0.1;

/// The least that one measure leaves of a quality, so that among bad frames the one with fewer faults still wins.
const FAULT: f32 = 0.01;

/// The time of the frame that shows `segment` best; nothing when no reading lies in its span.
///
/// The quality of a frame is the product of four measures, each 1 when good and falling to 0.01 when useless, so that
/// one fault is enough to lose: *sharp* (edge width 9 to 26 px; no edge at all is useless), *exposed* (the worst of dark
/// share 0.5 to 0.95, bright share 0.25 to 0.75 and mean luma 40 to 15), *uncovered* (flat share 0.5 to 0.85) and *steady*
/// (shift 1.5 to 12 % of the width). The ranges are where these meters told good pictures from ruined ones, pooled over
/// noise and gain. A frame in the first or last second or in an interruption keeps a tenth of its quality: such a frame
/// shows arriving, leaving or something else, and is used only when all others are useless. Of the frames within a tenth
/// of the best quality the one nearest to the segment's middle is taken.
pub fn best_frame(readings: &[PictureReading], segment: &Segment) -> Option<Time> {
    let inside = readings.iter().filter(|reading| segment.span.contains(reading.time));
    let rated: Vec<(f32, Time)> = inside.map(|r| (quality(r) * placement(r.time, segment), r.time)).collect();
    let best = rated.iter().map(|&(quality, _)| quality).max_by(f32::total_cmp)?;
    let as_good = rated.iter().filter(|(quality, _)| *quality >= best * AS_GOOD).map(|&(_, time)| time);
    as_good.min_by_key(|time| time.distance(segment.span.middle()))
}

fn quality(reading: &PictureReading) -> f32 {
    let sharp = reading.edge_width.map_or(FAULT, |pixels| falling(pixels, 9.0, 26.0));
    let dark = falling(reading.dark_share, 0.5, 0.95);
    let bright = falling(reading.bright_share, 0.25, 0.75);
    let dim = falling(reading.mean_luma, 40.0, 15.0);
    let uncovered = falling(reading.flat_share, 0.5, 0.85);
    let steady = reading.shift.map_or(1.0, |share| falling(share, 0.015, 0.12));
    sharp * dark.min(bright).min(dim) * uncovered * steady
}

fn placement(time: Time, segment: &Segment) -> f32 {
    let edge = Duration::from_secs(1);
    let inner = Span::new(segment.span.start() + edge, segment.span.end() - edge);
    let at_work = segment.holds(time) && inner.is_some_and(|inner| inner.contains(time));
    if at_work { 1.0 } else { OUT_OF_PLACE }
}

/// 1 at `good`, [`FAULT`] at `useless` and beyond, a straight line between.
fn falling(value: f32, good: f32, useless: f32) -> f32 {
    ((useless - value) / (useless - good)).clamp(FAULT, 1.0)
}

#[cfg(test)]
mod tests {
    use stepreel_core::BoundaryConfidence;

    use super::*;

    fn good(seconds: f64) -> PictureReading {
        PictureReading {
            time: Time::from_seconds(seconds),
            edge_width: Some(8.0),
            dark_share: 0.1,
            bright_share: 0.02,
            mean_luma: 110.0,
            flat_share: 0.2,
            change: Some(0.1),
            block_change: Some(0.3),
            shift: Some(0.005),
            noise: 1.0,
        }
    }

    fn black(seconds: f64) -> PictureReading {
        PictureReading { edge_width: None, dark_share: 1.0, mean_luma: 2.0, flat_share: 1.0, ..good(seconds) }
    }

    fn blurred(seconds: f64) -> PictureReading {
        PictureReading { edge_width: Some(24.0), ..good(seconds) }
    }

    fn segment(interruptions: &[(f64, f64)]) -> Segment {
        let span = |(start, end)| Span::from_seconds(start, end).unwrap();
        let interruptions = interruptions.iter().copied().map(span).collect();
        Segment { interruptions, ..Segment::new(span((10.0, 20.0)), BoundaryConfidence { start: 1.0, end: 1.0 }) }
    }

    fn check(readings: &[PictureReading], interruptions: &[(f64, f64)], expected: Option<f64>) {
        let best = best_frame(readings, &segment(interruptions));
        assert_eq!(best, expected.map(Time::from_seconds), "of {readings:?}");
    }

    #[test]
    fn of_good_frames_the_middle_one_is_taken() {
        check(&[good(11.5), good(14.0), good(18.5)], &[], Some(14.0));
    }

    #[test]
    fn a_bad_frame_loses_to_a_good_one_wherever_that_is() {
        let covered = |at| PictureReading { flat_share: 0.95, ..good(at) };
        let overexposed = |at| PictureReading { bright_share: 0.8, ..good(at) };
        let shaken = |at| PictureReading { shift: Some(0.2), ..good(at) };
        let faults: [&dyn Fn(f64) -> PictureReading; 5] = [&black, &blurred, &covered, &overexposed, &shaken];
        for fault in faults {
            check(&[fault(15.0), good(18.0)], &[], Some(18.0));
            check(&[fault(14.0), fault(15.0), good(12.0), fault(16.0)], &[], Some(12.0));
        }
    }

    #[test]
    fn black_is_worse_than_blurred() {
        check(&[black(15.0), blurred(18.0)], &[], Some(18.0));
    }

    #[test]
    fn a_frame_of_the_work_goes_before_those_around_it() {
        check(&[good(10.2), good(19.5), good(13.0)], &[], Some(13.0));
        check(&[good(15.0), good(12.0)], &[(14.0, 16.0)], Some(12.0));
    }

    #[test]
    fn a_frame_at_the_edge_goes_before_a_black_one() {
        check(&[good(10.2), black(15.0)], &[], Some(10.2));
    }

    #[test]
    fn a_frame_of_another_segment_is_never_taken() {
        check(&[good(9.0), good(20.0)], &[], None);
        check(&[good(9.0), black(15.0)], &[], Some(15.0));
    }
}
