//! A page that needs nothing else, to be read and printed.

use askama::Template;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use stepreel_core::Still;

use crate::wording::{self, Fact, clean};
use crate::{Document, Heard, Instruction, Step, Take};

/// The document as one HTML page without script and without any reference to the network; clips are linked to where the document has them.
pub fn html(document: &Document) -> String {
    let page = Page {
        title: clean(&document.title),
        summary: clean(&document.summary),
        whole: document.has_parts(),
        parts: document
            .instructions
            .iter()
            .zip(1..)
            .map(|(instruction, number)| Part::new(instruction, number))
            .collect(),
        takes: document.takes.iter().map(TakeView::new).collect(),
        footing: wording::footing(document),
        style: include_str!("../templates/instruction.css"),
    };
    // Rendering into a string fails only when a value's own printing does, and these are strings and numbers.
    page.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "instruction.html")]
struct Page {
    title: String,
    summary: String,
    whole: bool,
    parts: Vec<Part>,
    takes: Vec<TakeView>,
    footing: String,
    style: &'static str,
}

struct Part {
    number: usize,
    title: String,
    approved: bool,
    facts: Vec<Fact>,
    tools: Vec<Line>,
    warnings: Vec<Line>,
    picture: Option<String>,
    steps: Vec<StepView>,
}

struct Line {
    text: String,
    at: String,
}

struct StepView {
    text: String,
    at: String,
    warns: bool,
    clip: Option<String>,
    picture: Option<String>,
    shows: String,
}

struct TakeView {
    told: String,
    clip: Option<String>,
    differences: Vec<String>,
}

impl Part {
    fn new(instruction: &Instruction, number: usize) -> Self {
        let lines = |heard: &[Heard]| heard.iter().map(Line::new).collect();
        Self {
            number,
            title: clean(&instruction.title),
            approved: instruction.approved,
            facts: wording::facts(instruction)
                .into_iter()
                .map(|fact| Fact { value: clean(&fact.value), ..fact })
                .collect(),
            tools: lines(&instruction.tools),
            warnings: lines(&instruction.warnings),
            picture: instruction.picture.as_ref().map(data_url),
            steps: instruction.steps.iter().map(StepView::new).collect(),
        }
    }
}

impl Line {
    fn new(heard: &Heard) -> Self {
        Self { text: clean(&heard.text), at: wording::at(heard.at) }
    }
}

impl StepView {
    fn new(step: &Step) -> Self {
        Self {
            text: clean(&step.text),
            at: wording::at(step.at),
            warns: step.warns,
            clip: step.clip.clone(),
            picture: step.still.as_ref().map(data_url),
            shows: clean(&wording::picture(step)),
        }
    }
}

impl TakeView {
    fn new(take: &Take) -> Self {
        Self {
            told: clean(&wording::take(&take.instruction)),
            clip: take.instruction.clip.clone(),
            differences: wording::differences(take).iter().map(|text| clean(text)).collect(),
        }
    }
}

fn data_url(still: &Still) -> String {
    format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(&still.jpeg))
}
