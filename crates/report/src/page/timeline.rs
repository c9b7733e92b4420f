//! The whole recording from left to right.

use std::time::Duration;

use stepreel_core::{Finding, Procedure, ProcedureStatus, SessionRecord, Span, SpanSet, Time};

use super::media::{Media, data_url};
use super::{ReportError, wording};

pub(super) struct Timeline<'a> {
    pub(super) strip: Option<Strip>,
    pub(super) bars: Vec<Bar<'a>>,
    pub(super) lanes: Vec<Lane>,
    pub(super) ticks: Vec<Tick>,
    /// Distance of two ticks as a share of the whole, in percent.
    pub(super) step: String,
}

/// Some cells of the filmstrip, as many as fit on top of the lanes.
pub(super) struct Strip {
    pub(super) url: String,
    /// Width of a cell by its height.
    pub(super) aspect: f64,
    /// Width of the whole strip, in percent of a cell.
    pub(super) size: usize,
    /// Where each shown cell lies in the strip, in percent as CSS positions a background.
    pub(super) cells: Vec<f64>,
}

/// A procedure.
pub(super) struct Bar<'a> {
    pub(super) ordinal: u32,
    pub(super) name: &'a str,
    pub(super) range: String,
    pub(super) status: &'static str,
    pub(super) place: String,
    pub(super) interruptions: Vec<String>,
}

/// Ranges of one kind.
pub(super) struct Lane {
    pub(super) name: String,
    /// The class that colours it.
    pub(super) tone: &'static str,
    /// Where, and in words.
    pub(super) ranges: Vec<(String, String)>,
}

pub(super) struct Tick {
    pub(super) place: String,
    pub(super) text: String,
}

impl<'a> Timeline<'a> {
    /// Nothing for a recording without length.
    pub(super) fn new(record: &'a SessionRecord, media: &mut Media) -> Result<Option<Self>, ReportError> {
        let Some(all) = record.recording.span() else { return Ok(None) };
        let step = step(all);
        Ok(Some(Self {
            strip: Strip::new(record, media)?,
            bars: record.procedures.iter().map(|procedure| bar(procedure, all)).collect(),
            lanes: findings(record).chain(speech(record)).map(|lane| lane.within(all)).collect(),
            ticks: ticks(all, step),
            step: format!("{:.3}%", 100.0 * step.as_secs_f64() / all.seconds()),
        }))
    }
}

/// Ranges of one kind, before they are placed.
struct Found {
    name: String,
    tone: &'static str,
    ranges: SpanSet,
}

impl Found {
    fn within(self, all: Span) -> Lane {
        let ranges = self.ranges.spans().iter().map(|&span| (place(span, all), wording::range(span))).collect();
        Lane { name: self.name, tone: self.tone, ranges }
    }
}

fn findings(record: &SessionRecord) -> impl Iterator<Item = Found> {
    let placed = |finding: &&Finding| !finding.ranges.is_empty();
    record.session.findings.all().iter().filter(placed).map(|finding| Found {
        name: finding.code.to_string(),
        tone: wording::severity(finding.severity),
        ranges: finding.ranges.clone(),
    })
}

/// What was said, pauses of a breath closed.
fn speech(record: &SessionRecord) -> Option<Found> {
    let said: SpanSet = record.transcript.reliable().map(|(_, utterance)| utterance.span).collect();
    let ranges = said.joined(Duration::from_secs(1));
    (!ranges.is_empty()).then(|| Found { name: "Speech".to_owned(), tone: "speech", ranges })
}

fn bar(procedure: &Procedure, all: Span) -> Bar<'_> {
    Bar {
        ordinal: procedure.ordinal,
        name: &procedure.procedure_name,
        range: wording::range(procedure.span),
        status: if procedure.status == ProcedureStatus::Approved { "approved" } else { "excluded" },
        place: place(procedure.span, all),
        interruptions: procedure.interruptions.iter().map(|&gap| place(gap, procedure.span)).collect(),
    }
}

/// Left edge and width as a style.
fn place(span: Span, all: Span) -> String {
    let percent = |duration: Duration| 100.0 * duration.as_secs_f64() / all.seconds();
    let left = percent(span.start().since(all.start()));
    format!("left:{left:.3}%;width:{:.3}%", percent(span.overlap(all)))
}

/// A round distance that gives four to eight ticks.
fn step(all: Span) -> Duration {
    const STEPS: [u64; 12] = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
    let step = STEPS.into_iter().find(|&step| all.seconds() / step as f64 <= 8.0);
    Duration::from_secs(step.unwrap_or(7200))
}

fn ticks(all: Span, step: Duration) -> Vec<Tick> {
    let times = (0..).map(|i| Time::ZERO + step * i).take_while(|&time| time < all.end());
    let tick = |time: Time| Tick {
        place: format!("left:{:.3}%", 100.0 * time.since(Time::ZERO).as_secs_f64() / all.seconds()),
        text: wording::clock(time),
    };
    times.map(tick).collect()
}

impl Strip {
    /// Nothing when there is no strip, or it can't be understood.
    fn new(record: &SessionRecord, media: &Media) -> Result<Option<Self>, ReportError> {
        let (Some(key), Some(video)) = (&record.session.filmstrip_url, &record.recording.video) else {
            return Ok(None);
        };
        let jpeg = media.bytes(key)?;
        let Ok(size) = imagesize::blob_size(&jpeg) else { return Ok(None) };
        let aspect = f64::from(video.width) / f64::from(video.height.max(1));
        let slots = (size.width as f64 / (size.height as f64 * aspect)).round().max(1.0) as usize;
        let shown = ((WIDTH / (HEIGHT * aspect)).round() as usize).clamp(1, slots);
        let cells = (0..shown).map(|cell| position((2 * cell + 1) * slots / (2 * shown), slots)).collect();
        Ok(Some(Self { url: data_url("image/jpeg", &jpeg), aspect, size: 100 * slots, cells }))
    }
}

/// Width of the lanes and height of the strip on a desk, in pixels.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 64.0;

/// Where a slot lies: 0% is the first, 100% the last.
fn position(slot: usize, slots: usize) -> f64 {
    if slots > 1 { 100.0 * slot as f64 / (slots - 1) as f64 } else { 0.0 }
}
