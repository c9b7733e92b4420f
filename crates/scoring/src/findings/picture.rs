use std::time::Duration;

use stepreel_core::{Finding, FindingCode, PictureReading, Span, SpanSet, VideoStream};

use super::session::{Complaint, Session, missing};
use crate::cells::Cells;

/// Share of dark pixels from which a picture without texture is black.
const BLACK: f32 = 0.98;
/// Share of blocks without texture from which something covers the lens; open views stay below half.
const COVERED: f32 = 0.85;
/// Between two samples, a second or more apart, a frozen picture changes by at most this, 0-1: encoding the same picture
/// again at 0.4 to 4 Mbit/s changes it by up to 0.0045, and the calmest worn camera by 0.022.
const FROZEN: f32 = 0.006;
/// And its most changed block by at most this: encoding again changes that by up to 0.01, the calmest worn camera by 0.09.
/// Where the camera rests and a hand works, the picture as a whole changes little more than a frozen one, and this by 0.15.
const FROZEN_BLOCK: f32 = 0.03;
/// An edge as wide, in pixels at 320 pixels of width, earns fewer than 20 points for sharpness.
const DEFOCUSED: f32 = 18.0;

/// Black and covered for so long, in two samples or more, is no blink: a second apart, less what their times are uneven.
const SHORTEST: Duration = Duration::from_millis(1_900);
/// Samples seconds apart can look alike by chance once, not for so long.
const SHORTEST_FROZEN: Duration = Duration::from_secs(5);
/// Turning the head blurs for moments, lost focus stays.
const SHORTEST_DEFOCUSED: Duration = Duration::from_secs(10);
/// A look up that happens to be sharp enough is no end of lost focus.
const DEFOCUS_PAUSE: Duration = Duration::from_millis(2_500);
/// Pictures may start so much later than the sound, and end so much earlier.
const EDGE: Duration = Duration::from_secs(2);

/// What is wrong with the pictures.
pub(super) fn findings(session: &Session<'_>) -> Vec<Finding> {
    let Some(video) = &session.evidence.recording.video else {
        return vec![missing(FindingCode::VideoStreamMissing, "The recording has no moving picture")];
    };
    if session.evidence.pictures.is_empty() {
        return vec![missing(FindingCode::VideoStreamMissing, "None of the recording's pictures can be decoded")];
    }
    let view = View::new(session);
    let fails_from = session.limits.unseen_share;
    let found = [
        (FindingCode::VideoBlack, fails_from, "The picture is black", view.black()),
        (FindingCode::CameraOccluded, fails_from, "Something covers the lens", view.covered()),
        (FindingCode::VideoFrozen, fails_from, "The picture stands still", view.frozen()),
        (FindingCode::TimestampGap, fails_from, "Pictures are missing", gaps(video, session.span)),
        (FindingCode::VideoDefocused, f64::INFINITY, "The picture is blurred", view.defocused()),
    ];
    let finding = |(code, fails_from, what, ranges)| session.stretches(&ranges, &Complaint { code, fails_from, what });
    found.into_iter().filter_map(finding).collect()
}

/// Where no frame is shown.
fn gaps(video: &VideoStream, span: Span) -> SpanSet {
    let edges = [Span::new(span.start(), video.start), Span::new(video.end, span.end())];
    let missing = edges.into_iter().flatten().filter(|edge| edge.duration() >= EDGE);
    video.gaps.spans().iter().copied().chain(missing).collect()
}

/// What the samples show. Each is black, covered, frozen or none of these: the first that applies.
struct View<'a> {
    readings: &'a [PictureReading],
    cells: Cells<'a>,
}

impl<'a> View<'a> {
    fn new(session: &Session<'a>) -> Self {
        let readings = &session.evidence.pictures;
        Self { readings, cells: Cells::new(readings, session.span) }
    }

    fn black(&self) -> SpanSet {
        self.lasting(is_black)
    }

    fn covered(&self) -> SpanSet {
        self.lasting(is_covered)
    }

    /// Where samples are so, each like the one before or after it.
    fn lasting(&self, so: fn(&PictureReading) -> bool) -> SpanSet {
        let holds = |index: usize| self.readings.get(index).is_some_and(so);
        let follows = |index: usize| index > 0 && holds(index - 1);
        self.cells.holding(|index| holds(index) && (follows(index) || holds(index + 1))).at_least(SHORTEST)
    }

    /// A sample that equals the one before or after it.
    fn frozen(&self) -> SpanSet {
        let equal = |index: usize| self.readings.get(index).is_some_and(is_as_before);
        let shows = |index: usize| !is_black(&self.readings[index]) && !is_covered(&self.readings[index]);
        self.cells.holding(|index| shows(index) && (equal(index) || equal(index + 1))).at_least(SHORTEST_FROZEN)
    }

    fn defocused(&self) -> SpanSet {
        let blurred = |index: usize| self.readings[index].edge_width.is_some_and(|width| width >= DEFOCUSED);
        let shows = |index: usize| !is_black(&self.readings[index]) && !is_covered(&self.readings[index]);
        self.cells.holding(|index| shows(index) && blurred(index)).joined(DEFOCUS_PAUSE).at_least(SHORTEST_DEFOCUSED)
    }
}

fn is_as_before(reading: &PictureReading) -> bool {
    let below = |change: Option<f32>, limit| change.is_some_and(|change| change <= limit);
    below(reading.change, FROZEN) && below(reading.block_change, FROZEN_BLOCK)
}

fn is_black(reading: &PictureReading) -> bool {
    reading.dark_share >= BLACK && reading.flat_share >= COVERED
}

fn is_covered(reading: &PictureReading) -> bool {
    reading.flat_share >= COVERED && !is_black(reading)
}
