//! A session for ELAN (EAF, the ELAN Annotation Format 3.0).

use std::collections::BTreeMap;

use askama::Template;
use stepreel_core::{SessionRecord, Span};

use crate::wording::clean;

/// The session as an EAF file: a tier each for procedures, steps, utterances, words, and every kind of finding, on the recording's timeline.
///
/// The format counts in milliseconds, and on a tier no annotation overlaps another: where two would, the later one begins when the earlier ends.
pub fn elan(record: &SessionRecord) -> String {
    let mut eaf = Eaf {
        date: record.session.created_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, false),
        author: clean(record.session.engineer.as_deref().unwrap_or_default()),
        media: clean(&record.session.video_url),
        kind: media_kind(&record.session.video_url),
        slots: Vec::new(),
        tiers: Vec::new(),
        annotations: 0,
    };
    for (name, spans) in tiers(record) {
        eaf.tier(name, spans);
    }
    eaf.render().unwrap_or_default()
}

/// What stands on each tier, in order.
fn tiers(record: &SessionRecord) -> Vec<(String, Vec<(Span, &str)>)> {
    let procedures = record.procedures.iter().map(|p| (p.span, p.procedure_name.as_str())).collect();
    let lines = record.procedures.iter().flat_map(|p| &p.name.description);
    let steps = lines.map(|line| (line.span, line.text.as_str())).collect();
    let said = &record.transcript.utterances;
    let utterances = said.iter().map(|utterance| (utterance.span, utterance.text.as_str())).collect();
    let words =
        said.iter().flat_map(|utterance| &utterance.words).map(|word| (word.span, word.text.as_str())).collect();
    let mut tiers = vec![
        ("Procedures".to_owned(), procedures),
        ("Steps".to_owned(), steps),
        ("Utterances".to_owned(), utterances),
        ("Words".to_owned(), words),
    ];
    let mut findings: BTreeMap<String, Vec<(Span, &str)>> = BTreeMap::new();
    for finding in record.session.findings.all() {
        let spans = finding.ranges.spans().iter().map(|&span| (span, finding.message.as_str()));
        findings.entry(format!("Finding {}", finding.code)).or_default().extend(spans);
    }
    tiers.extend(findings);
    tiers
}

fn media_kind(url: &str) -> &'static str {
    let ending = url.rsplit('.').next().unwrap_or_default().to_lowercase();
    match ending.as_str() {
        "mp4" | "m4v" => "video/mp4",
        "mov" => "video/quicktime",
        "mpg" | "mpeg" => "video/mpeg",
        "mkv" | "webm" => "video/x-matroska",
        _ => "video/*",
    }
}

#[derive(Template)]
#[template(path = "elan.xml")]
struct Eaf {
    date: String,
    author: String,
    media: String,
    kind: &'static str,
    /// Milliseconds; a slot's number is its place, from 1.
    slots: Vec<i64>,
    tiers: Vec<Tier>,
    annotations: usize,
}

struct Tier {
    name: String,
    annotations: Vec<Annotation>,
}

struct Annotation {
    id: usize,
    slots: (usize, usize),
    value: String,
}

impl Eaf {
    fn tier(&mut self, name: String, mut spans: Vec<(Span, &str)>) {
        spans.sort_by_key(|(span, _)| *span);
        let mut free_from = 0;
        let mut annotations = Vec::new();
        for (span, value) in spans {
            let [start, end] = [span.start(), span.end()].map(|time| (time.micros() + 500) / 1000);
            let start = start.max(free_from);
            let end = end.max(start + 1);
            free_from = end;
            self.annotations += 1;
            let slots = (self.slot(start), self.slot(end));
            annotations.push(Annotation { id: self.annotations, slots, value: clean(value) });
        }
        self.tiers.push(Tier { name, annotations });
    }

    fn slot(&mut self, milliseconds: i64) -> usize {
        self.slots.push(milliseconds);
        self.slots.len()
    }
}
