//! Names two stretches of work from what was said: `cargo run -p stepreel-naming --example name`.
#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use stepreel_core::{BoundaryConfidence, Passage, Segment, Span, Utterance};
use stepreel_naming::{Extractive, NameError, Namer};

fn main() -> Result<(), NameError> {
    let said = [
        (0.0, 6.0, "Okay, so the first job today is swapping out the cabin filter."),
        (6.0, 12.0, "I'm just, um, pulling the the glove box down."),
        (12.0, 20.0, "Make sure you don't force the left hinge, it only takes 2 Nm."),
        (20.0, 27.0, "Then the old filter slides straight out."),
        (40.0, 46.0, "Now you want to unclip the wiper arm."),
        (46.0, 52.0, "Push the new wiper arm on until it clicks."),
    ];
    let utterances: Vec<Utterance> =
        said.iter().filter_map(|(start, end, text)| utterance(*start, *end, text)).collect();
    let segments: Vec<Segment> =
        [(0.0, 30.0), (40.0, 55.0)].into_iter().filter_map(|(start, end)| segment(start, end)).collect();
    let passages: Vec<Passage<'_>> = segments.iter().map(|segment| passage(segment, &utterances)).collect();
    for name in Extractive::default().name(&passages)? {
        println!("{} ({:?}, {:.2}, utterances {:?})", name.title, name.source, name.confidence, name.evidence);
        for line in &name.description {
            println!("  {} {}", line.span, line.text);
        }
    }
    Ok(())
}

fn utterance(start: f64, end: f64, text: &str) -> Option<Utterance> {
    let span = Span::from_seconds(start, end)?;
    Some(Utterance {
        span,
        text: text.to_owned(),
        words: Vec::new(),
        log_probability: None,
        no_speech: None,
        reliable: true,
    })
}

fn segment(start: f64, end: f64) -> Option<Segment> {
    Some(Segment::new(Span::from_seconds(start, end)?, BoundaryConfidence { start: 0.9, end: 0.9 }))
}

fn passage<'a>(segment: &'a Segment, utterances: &'a [Utterance]) -> Passage<'a> {
    let inside = utterances.iter().enumerate().filter(|(_, said)| segment.holds(said.span.middle()));
    Passage::new(segment, inside.collect())
}
