//! A session for Label Studio, as a task with predictions.

use serde::Serialize;
use stepreel_core::{SessionRecord, Span};

use crate::wording::clean;

/// The session as a task of Label Studio to import: procedures, steps and findings as labels on the video's timeline, each with its text, and the
/// transcript as paragraphs. They are predictions, so that annotators start from them. What the project's labelling interface has to be is in
/// `docs/documents.md`.
///
/// Times on the timeline are frames at the recording's nominal rate, counted from 1, as the format asks.
pub fn label_studio(record: &SessionRecord) -> String {
    let rate = record.recording.video.as_ref().and_then(|video| video.rate).filter(|rate| *rate > 0.0).unwrap_or(25.0);
    let mut regions = Regions { rate, results: Vec::new() };
    for procedure in &record.procedures {
        regions.add(
            &format!("procedure-{}", procedure.ordinal),
            "Procedure",
            procedure.span,
            &procedure.procedure_name,
        );
        for (line, place) in procedure.name.description.iter().zip(1..) {
            regions.add(&format!("step-{}-{place}", procedure.ordinal), "Step", line.span, &line.text);
        }
    }
    for (number, finding) in record.session.findings.all().iter().enumerate() {
        for (place, &span) in finding.ranges.spans().iter().enumerate() {
            regions.add(&format!("finding-{}-{}", number + 1, place + 1), "Finding", span, &finding.message);
        }
    }
    let task = Task {
        data: Data {
            video: record.session.video_url.clone(),
            fps: rate,
            title: clean(&record.session.title),
            session: record.session.id.to_string(),
            transcript: paragraphs(record),
        },
        predictions: [Prediction {
            model_version: concat!("stepreel ", env!("CARGO_PKG_VERSION")),
            result: regions.results,
        }],
    };
    serde_json::to_string_pretty(&[task]).unwrap_or_default() + "\n"
}

fn paragraphs(record: &SessionRecord) -> Vec<Paragraph> {
    let speaker = clean(record.session.engineer.as_deref().unwrap_or("Engineer"));
    let paragraph = |utterance: &stepreel_core::Utterance| Paragraph {
        speaker: speaker.clone(),
        text: clean(&utterance.text),
        start: utterance.span.start().seconds(),
        end: utterance.span.end().seconds(),
    };
    record.transcript.utterances.iter().map(paragraph).collect()
}

#[derive(Serialize)]
struct Task {
    data: Data,
    predictions: [Prediction; 1],
}

#[derive(Serialize)]
struct Data {
    video: String,
    fps: f64,
    title: String,
    session: String,
    transcript: Vec<Paragraph>,
}

#[derive(Serialize)]
struct Paragraph {
    speaker: String,
    text: String,
    start: f64,
    end: f64,
}

#[derive(Serialize)]
struct Prediction {
    model_version: &'static str,
    result: Vec<Region>,
}

/// A label or a text; those of one region have one id.
#[derive(Serialize)]
struct Region {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    from_name: &'static str,
    to_name: &'static str,
    value: Value,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Value {
    Label { ranges: [Range; 1], timelinelabels: [&'static str; 1] },
    Text { ranges: [Range; 1], text: [String; 1] },
}

#[derive(Clone, Copy, Serialize)]
struct Range {
    start: u64,
    end: u64,
}

struct Regions {
    rate: f64,
    results: Vec<Region>,
}

impl Regions {
    fn add(&mut self, id: &str, label: &'static str, span: Span, text: &str) {
        let frame = |seconds: f64| (seconds.max(0.0) * self.rate).floor() as u64 + 1;
        let start = frame(span.start().seconds());
        let ranges = [Range { start, end: frame(span.end().seconds()).max(start + 1) }];
        let mut add = |kind, from_name, value| {
            self.results.push(Region { id: id.to_owned(), kind, from_name, to_name: "video", value });
        };
        add("timelinelabels", "work", Value::Label { ranges, timelinelabels: [label] });
        add("textarea", "text", Value::Text { ranges, text: [clean(text)] });
    }
}
