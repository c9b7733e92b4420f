//! The whole recording from left to right.

use std::time::Duration;

use askama::Template;
use stepreel_core::{Finding, Procedure, ProcedureStatus, SessionRecord, Span, SpanSet, Time};

use super::ReportError;
use super::media::Media;
use crate::wording;

#[derive(Template)]
#[template(path = "timeline.html")]
pub(super) struct Timeline<'a> {
    pub(super) strip: Option<Strip>,
    pub(super) bars: Vec<Bar<'a>>,
    pub(super) lanes: Vec<Lane>,
    pub(super) ticks: Vec<Tick>,
    /// Length of the recording.
    pub(super) seconds: f64,
    /// Whether it plays the recording.
    pub(super) seeks: bool,
}

/// Some cells of the filmstrip, as many as fit on top of the lanes.
pub(super) struct Strip {
    pub(super) url: String,
    /// Of the whole strip, in its own units.
    pub(super) width: f64,
    pub(super) height: f64,
    /// Width of a cell.
    pub(super) cell: f64,
    /// The left edge of each cell that is shown.
    pub(super) cells: Vec<f64>,
}

/// A procedure.
pub(super) struct Bar<'a> {
    pub(super) ordinal: u32,
    pub(super) name: &'a str,
    pub(super) range: String,
    pub(super) status: &'static str,
    /// Seconds into the recording.
    pub(super) at: f64,
    pub(super) place: Place,
    /// Inside the bar.
    pub(super) interruptions: Vec<Place>,
}

/// Left edge and width as shares of the whole, in percent: attributes of SVG, because a strict policy has no room for styles.
pub(super) struct Place {
    pub(super) x: String,
    pub(super) width: String,
}

/// Ranges of one kind.
pub(super) struct Lane {
    pub(super) name: String,
    /// The class that colours it.
    pub(super) tone: &'static str,
    /// Where, and in words.
    pub(super) ranges: Vec<(Place, String)>,
}

pub(super) struct Tick {
    pub(super) x: String,
    pub(super) text: String,
}

impl<'a> Timeline<'a> {
    /// Nothing for a recording without length.
    pub(super) fn new(record: &'a SessionRecord, media: &Media) -> Result<Option<Self>, ReportError> {
        let Some(all) = record.recording.span() else { return Ok(None) };
        Ok(Some(Self {
            strip: Strip::new(record, media)?,
            bars: record.procedures.iter().map(|procedure| bar(procedure, all)).collect(),
            lanes: findings(record).chain(speech(record)).map(|lane| lane.within(all)).collect(),
            ticks: ticks(all, step(all)),
            seconds: all.seconds(),
            seeks: media.recording().is_some(),
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
        at: procedure.span.start().seconds(),
        place: place(procedure.span, all),
        interruptions: procedure.interruptions.iter().map(|&gap| place(gap, procedure.span)).collect(),
    }
}

fn place(span: Span, all: Span) -> Place {
    let percent = |duration: Duration| 100.0 * duration.as_secs_f64() / all.seconds();
    let left = percent(span.start().since(all.start()));
    Place { x: format!("{left:.3}%"), width: format!("{:.3}%", percent(span.overlap(all))) }
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
        x: format!("{:.3}%", 100.0 * time.since(Time::ZERO).as_secs_f64() / all.seconds()),
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
        let Some((url, size)) = media.filmstrip(key)? else { return Ok(None) };
        let aspect = f64::from(video.width) / f64::from(video.height.max(1));
        let slots = (size.width as f64 / (size.height as f64 * aspect)).round().max(1.0) as usize;
        let shown = ((WIDTH / (HEIGHT * aspect)).round() as usize).clamp(1, slots);
        let cell = HEIGHT * aspect;
        let cells = (0..shown).map(|shown_as| cell * ((2 * shown_as + 1) * slots / (2 * shown)) as f64).collect();
        Ok(Some(Self { url, width: cell * slots as f64, height: HEIGHT, cell, cells }))
    }
}

/// Width of the lanes and height of the strip on a desk, in pixels.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 64.0;
