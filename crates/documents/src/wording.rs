//! What every form of a document says in the same words.

use chrono::{DateTime, Utc};
use stepreel_core::{Role, Time, plain};
use stepreel_report::wording::{clock, date, length, range};

use crate::{Document, Instruction, Step, Take};

pub(crate) const TOOLS: &str = "Tools and materials mentioned";
pub(crate) const WARNINGS: &str = "Take care";
pub(crate) const STEPS: &str = "Steps";
pub(crate) const CONTENTS: &str = "Contents";
pub(crate) const TAKES: &str = "Other recordings of this job";
pub(crate) const WARNING: &str = "Take care";
pub(crate) const EXCLUDED: &str = "Excluded: the quality of the recording did not suffice for approval.";
pub(crate) const NO_STEPS: &str = "What was said does not tell the steps: see the clip.";
pub(crate) const NO_PROCEDURES: &str = "No procedure of this session was approved.";
pub(crate) const NO_TOOLS: &str = "none mentioned";

/// Something to know about an instruction, as a name and a value.
pub(crate) struct Fact {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    /// Where the value leads.
    pub(crate) href: Option<String>,
}

/// Where an instruction comes from and what it is worth.
pub(crate) fn facts(instruction: &Instruction) -> Vec<Fact> {
    let fact = |name, value| Fact { name, value, href: None };
    let source = &instruction.source;
    let mut facts = vec![fact("Source", format!("{}, procedure {}", source.title, source.ordinal))];
    facts.push(fact("Recorded by", engineer(source.engineer.as_deref(), source.role)));
    facts.push(fact("Recorded on", recorded(source.recorded)));
    let place = format!("{} ({})", range(source.span), length(source.span.duration()));
    facts.push(Fact { name: "Clip (its place in the recording)", value: place, href: instruction.clip.clone() });
    facts.push(fact("Score", format!("{} of 100", instruction.score)));
    facts
}

pub(crate) fn engineer(name: Option<&str>, role: Role) -> String {
    let role = match role {
        Role::Trainer => "trainer",
        Role::Trainee => "trainee",
    };
    name.map_or_else(|| format!("a {role} (name not known)"), |name| format!("{name} ({role})"))
}

pub(crate) fn recorded(at: Option<DateTime<Utc>>) -> String {
    at.map_or("date not known".to_owned(), date)
}

/// `0:06`, a time of the clip.
pub(crate) fn at(time: Time) -> String {
    clock(time)
}

/// Where every line comes from.
pub(crate) fn footing(document: &Document) -> String {
    let by_model = document.instructions.iter().any(|instruction| instruction.worded_by_model);
    let words = if by_model {
        "A language model put titles and steps into words, from what was said; the tools and the quotations are what was said."
    } else {
        "Every line is what the engineer said, shortened."
    };
    format!("{words} Times are those of the clip. Pictures are frames of the clip.")
}

/// Another take in a line: where it is from, whose it is, and its score.
pub(crate) fn take(instruction: &Instruction) -> String {
    let source = &instruction.source;
    format!(
        "{}: {}, procedure {}, by {}, {}, score {} of 100",
        instruction.title,
        source.title,
        source.ordinal,
        engineer(source.engineer.as_deref(), source.role),
        recorded(source.recorded),
        instruction.score
    )
}

/// How another take goes about it.
pub(crate) fn differences(take: &Take) -> Vec<String> {
    if take.differences.is_empty() {
        vec!["The steps that both tell come in the same order.".to_owned()]
    } else {
        take.differences.clone()
    }
}

/// The text in one line, without what no form of a document can hold: what [is hidden](stepreel_core::is_hidden), and what is no character of XML.
pub(crate) fn clean(text: &str) -> String {
    plain(text).replace(['\u{fffe}', '\u{ffff}'], " ")
}

/// What a picture shows, for those who can't see it.
pub(crate) fn picture(step: &Step) -> String {
    let time = step.still.as_ref().map_or(step.at, |still| still.time);
    format!("Frame at {}: {}", at(time), step.text)
}
