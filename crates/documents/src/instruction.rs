//! One procedure as a work instruction, whatever form it is written in.

use chrono::{DateTime, Utc};
use stepreel_core::{Author, Procedure, ProcedureStatus, Role, Score, SessionId, SessionRecord, Span, Still, Time};

use crate::said::Said;
use crate::{Links, tools, warnings};

/// A procedure as a work instruction.
#[derive(Clone, Debug, PartialEq)]
pub struct Instruction {
    /// What is done.
    pub title: String,
    /// Tools and materials that were spoken of.
    pub tools: Vec<Heard>,
    /// What was said to mind.
    pub warnings: Vec<Heard>,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// A picture of the whole: the procedure's thumbnail, where the caller gives it.
    pub picture: Option<Still>,
    /// Where it comes from.
    pub source: Source,
    /// Its quality score.
    pub score: Score,
    /// Whether the policy approved it.
    pub approved: bool,
    /// Whether a language model put it into words.
    pub worded_by_model: bool,
    /// Its clip, for the reader.
    pub clip: Option<String>,
}

/// Words of the engineer.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// What was said.
    pub text: String,
    /// When, on the clip's own timeline.
    pub at: Time,
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What to do.
    pub text: String,
    /// When it was said, on the clip's own timeline.
    pub at: Time,
    /// Where in the clip the step is seen, on the clip's own timeline: from when it was said until the next step is.
    pub seen: Span,
    /// Whether it warns of something.
    pub warns: bool,
    /// A picture of it.
    pub still: Option<Still>,
    /// The clip from there on, for the reader.
    pub clip: Option<String>,
}

/// Where an instruction comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// The session.
    pub session: SessionId,
    /// What the session is called.
    pub title: String,
    /// The procedure's place in it, from 1.
    pub ordinal: u32,
    /// Who recorded it, if known.
    pub engineer: Option<String>,
    /// What it was recorded for.
    pub role: Role,
    /// When it was recorded, if known.
    pub recorded: Option<DateTime<Utc>>,
    /// Where the procedure is in the recording.
    pub span: Span,
}

impl Instruction {
    /// The instruction of a procedure of that record; without pictures so far.
    pub fn new(record: &SessionRecord, procedure: &Procedure, links: &dyn Links) -> Self {
        let said = Said::during(record, procedure);
        Self {
            title: procedure.procedure_name.clone(),
            tools: tools::tools(&said),
            warnings: warnings::warnings(&said),
            steps: steps(procedure, &said, links),
            picture: None,
            source: Source {
                session: record.session.id,
                title: record.session.title.clone(),
                ordinal: procedure.ordinal,
                engineer: record.session.engineer.clone(),
                role: record.session.role,
                recorded: record.session.started_at,
                span: procedure.span,
            },
            score: procedure.score.total,
            approved: procedure.status == ProcedureStatus::Approved,
            worded_by_model: procedure.name.author == Author::LanguageModel,
            clip: links.clip(procedure),
        }
    }

    /// Where to look for a picture of each step, on the clip's own timeline.
    pub fn scenes(&self) -> Vec<Span> {
        self.steps.iter().map(|step| step.seen).collect()
    }

    /// The same with a picture for each step; `stills` are in the order of [`Instruction::scenes`], and steps beyond them have none.
    #[must_use]
    pub fn illustrated(mut self, stills: Vec<Option<Still>>) -> Self {
        for (step, still) in self.steps.iter_mut().zip(stills) {
            step.still = still;
        }
        self
    }
}

fn steps(procedure: &Procedure, said: &Said<'_>, links: &dyn Links) -> Vec<Step> {
    let lines = &procedure.name.description;
    let scenes = lines.iter().enumerate().map(|(at, line)| {
        let next = lines[at + 1..].iter().map(|next| next.span.start()).find(|&start| start > line.span.start());
        scene(line.span, next.unwrap_or(procedure.span.end()))
    });
    let step = |(line, seen): (&stepreel_core::Line, Span)| {
        let at = said.on_clip(line.span.start());
        Step {
            text: line.text.clone(),
            at,
            seen: seen.relative_to(procedure.clip.real.start()),
            warns: warnings::warns(&line.text),
            still: None,
            clip: links.clip_from(procedure, at),
        }
    };
    lines.iter().zip(scenes).map(step).collect()
}

/// A step is done while it is told and for a while after, and no longer than until the next one is told.
fn scene(told: Span, next: Time) -> Span {
    const AFTER: std::time::Duration = std::time::Duration::from_secs(20);
    let end = next.min(told.end() + AFTER);
    Span::new(told.start(), end).unwrap_or(told)
}
