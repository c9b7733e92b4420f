//! One procedure: its clip, what was done, and what it is worth.

use askama::Template;
use stepreel_core::{Clip, CutMethod, Name, NameSource, Procedure, ProcedureStatus, SessionRecord, Time};

use super::ReportError;
use super::media::{ClipUrl, Media};
use super::score::ScoreView;
use crate::wording;

#[derive(Template)]
#[template(path = "procedure.html")]
pub(super) struct ProcedureCard<'a> {
    pub(super) ordinal: u32,
    pub(super) name: &'a str,
    pub(super) approved: bool,
    pub(super) range: String,
    pub(super) length: String,
    pub(super) name_source: String,
    /// Nothing for a name that rests on nothing.
    pub(super) name_confidence: Option<String>,
    pub(super) steps: Vec<Step<'a>>,
    pub(super) clip: ClipUrl<'a>,
    pub(super) poster: Option<String>,
    pub(super) captions: Option<String>,
    pub(super) language: &'a str,
    /// Its small pictures, for players that show them.
    pub(super) storyboard: Option<String>,
    /// The page that shows it alone; nothing where there is none.
    pub(super) page: Option<String>,
    /// What its files are called when they are kept, without the ending.
    pub(super) file: String,
    pub(super) score: ScoreView<'a>,
    /// What the name rests on.
    pub(super) quotes: Vec<Step<'a>>,
    /// Names and values about the cut, in order.
    pub(super) cut: Vec<(&'static str, String)>,
}

/// Something with a time: seconds into the clip to play it from.
pub(super) struct Step<'a> {
    pub(super) clock: String,
    pub(super) at: f64,
    pub(super) text: &'a str,
}

impl<'a> ProcedureCard<'a> {
    pub(super) fn new(
        procedure: &'a Procedure,
        record: &'a SessionRecord,
        media: &mut Media<'a>,
    ) -> Result<Self, ReportError> {
        Ok(Self {
            ordinal: procedure.ordinal,
            name: &procedure.procedure_name,
            approved: procedure.status == ProcedureStatus::Approved,
            range: wording::range(procedure.span),
            length: wording::length(procedure.span.duration()),
            name_source: wording::name_source(&procedure.name),
            name_confidence: confidence(&procedure.name),
            steps: steps(procedure),
            clip: media.clip(procedure)?,
            poster: media.picture(procedure.thumbnail_url.as_deref())?,
            captions: media.captions(procedure.captions_url.as_deref())?,
            storyboard: media.storyboard(procedure.storyboard_url.as_deref()),
            page: media.page(procedure.ordinal),
            file: format!("{:02} {}", procedure.ordinal, procedure.procedure_name),
            language: record.transcript.language.as_deref().unwrap_or("und"),
            score: ScoreView::from(&procedure.score),
            quotes: quotes(procedure, record),
            cut: cut(procedure),
        })
    }
}

fn confidence(name: &Name) -> Option<String> {
    (name.source != NameSource::Generic).then(|| percent(name.confidence))
}

fn percent(share: f32) -> String {
    wording::percent(share.into())
}

fn steps(procedure: &Procedure) -> Vec<Step<'_>> {
    let lines = procedure.name.description.iter();
    lines.map(|line| step(procedure, line.span.start(), &line.text)).collect()
}

fn quotes<'a>(procedure: &'a Procedure, record: &'a SessionRecord) -> Vec<Step<'a>> {
    let said = procedure.name.evidence.iter().filter_map(|&index| record.transcript.utterances.get(index));
    said.map(|utterance| step(procedure, utterance.span.start(), &utterance.text)).collect()
}

fn step<'a>(procedure: &Procedure, time: Time, text: &'a str) -> Step<'a> {
    Step { clock: wording::clock(time), at: time.since(procedure.clip.real.start()).as_secs_f64(), text }
}

fn cut(procedure: &Procedure) -> Vec<(&'static str, String)> {
    let clip = &procedure.clip;
    let idle = procedure.interruptions.iter().map(|&gap| wording::range(gap)).collect::<Vec<_>>();
    let sure = procedure.confidence;
    let mut facts = vec![
        ("Boundaries", format!("start {} sure, end {} sure", percent(sure.start), percent(sure.end))),
        ("Asked for", wording::exact_range(clip.asked)),
        ("Measured", format!("{} ({})", wording::exact_range(clip.real), drift(clip))),
        ("Frames", frames(clip)),
    ];
    facts.extend(clip.sound_offset.map(|offset| ("Sound starts", sound(clip, offset))));
    if !idle.is_empty() {
        facts.push(("Idle inside", idle.join(", ")));
    }
    facts
}

/// How many there are, and how many of them are the recording's own.
fn frames(clip: &Clip) -> String {
    match (clip.method, &clip.why_encoded) {
        (CutMethod::SmartCut, _) => format!("{}, {} of them copied bit for bit", clip.frames, clip.copied),
        (CutMethod::Reencode, Some(why)) => format!("{}, encoded again: {why}", clip.frames),
        (CutMethod::Reencode, None) => format!("{}, encoded again", clip.frames),
    }
}

/// When it starts after the pictures, and whether it is the recording's own.
fn sound(clip: &Clip, offset: f64) -> String {
    let made = if clip.sound_copied { "copied bit for bit" } else { "encoded again" };
    format!("{}, {made}", wording::offset(offset))
}

/// How far the cut is from what was asked for, at both ends.
fn drift(clip: &Clip) -> String {
    let late = |real: Time, asked: Time| wording::offset(real.seconds() - asked.seconds());
    let (start, end) = (late(clip.real.start(), clip.asked.start()), late(clip.real.end(), clip.asked.end()));
    format!("start {start}, end {end}")
}
