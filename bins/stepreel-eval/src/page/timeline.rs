//! One session from left to right: what is true over what was found.

use std::collections::BTreeMap;

use stepreel_core::{FindingCode, Severity, Span, SpanSet, Time};
use stepreel_testkit::Truth;
use stepreel_testkit::metrics::matches;

use crate::outcome::{Evaluation, Outcome};
use crate::verdicts::Judgement;

/// A session and what each configuration makes of it.
pub(super) struct SessionCard<'a> {
    pub(super) name: &'a str,
    pub(super) anchor: String,
    pub(super) minutes: String,
    pub(super) results: Vec<ResultLine<'a>>,
    pub(super) lanes: Vec<Lane>,
    pub(super) ticks: Vec<Tick>,
}

/// One configuration's figures of the session.
pub(super) struct ResultLine<'a> {
    pub(super) configuration: &'a str,
    pub(super) verdict: String,
    pub(super) right: bool,
    pub(super) figures: Vec<(&'static str, String)>,
}

pub(super) struct Lane {
    pub(super) name: String,
    /// Whether its bars have room for words.
    pub(super) tall: bool,
    pub(super) bars: Vec<Bar>,
}

/// A stretch of the session; `left` and `width` in percent.
pub(super) struct Bar {
    pub(super) left: String,
    pub(super) width: String,
    /// The class that colours it.
    pub(super) tone: String,
    pub(super) label: String,
    pub(super) tip: String,
}

pub(super) struct Tick {
    pub(super) left: String,
    pub(super) text: String,
}

/// What the parts of a page about a session are called.
pub(super) fn anchor(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    format!("session-{}", name.chars().map(plain).collect::<String>())
}

impl<'a> SessionCard<'a> {
    /// All of them, those first that the first configuration does worst.
    pub(super) fn worst_first(truths: &'a [Truth], evaluations: &'a [Evaluation]) -> Vec<Self> {
        let outcomes = |index: usize| evaluations.iter().map(move |e| (e.configuration.as_str(), &e.sessions[index]));
        let mut order: Vec<(f64, usize)> = (0..truths.len())
            .map(|index| (outcomes(index).next().map_or(0.0, |(_, first)| merit(first)), index))
            .collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        order.into_iter().map(|(_, index)| Self::new(&truths[index], &outcomes(index).collect::<Vec<_>>())).collect()
    }

    fn new(truth: &'a Truth, results: &[(&'a str, &'a Outcome)]) -> Self {
        let all = Span::new(Time::ZERO, truth.duration);
        Self {
            name: &truth.name,
            anchor: anchor(&truth.name),
            minutes: format!("{:.1} min", truth.duration.seconds() / 60.0),
            results: results.iter().map(|(name, outcome)| ResultLine::new(name, outcome)).collect(),
            lanes: all.map_or_else(Vec::new, |all| lanes(truth, results, all)),
            ticks: all.map_or_else(Vec::new, ticks),
        }
    }
}

/// Wrong verdicts come before the worst figures.
fn merit(outcome: &Outcome) -> f64 {
    let wrong = Judgement::of(outcome) != Judgement::Right;
    outcome.found.found.procedure_f1 - f64::from(u8::from(wrong))
}

impl<'a> ResultLine<'a> {
    fn new(configuration: &'a str, outcome: &'a Outcome) -> Self {
        let right = Judgement::of(outcome) == Judgement::Right;
        let (verdict, wanted) = (&outcome.result.verdict, &outcome.true_verdict);
        let verdict = if right { verdict.clone() } else { format!("{verdict}, not {wanted}") };
        let percent = |share: f64| format!("{:.0}", 100.0 * share);
        let found = outcome.found;
        let mut figures = vec![
            ("procedures", format!("{} of {}", outcome.predicted_count, outcome.true_count)),
            ("F1", percent(found.found.procedure_f1)),
            ("boundary F1", percent(found.found.boundary_f1)),
            ("MoF", percent(found.frame_accuracy)),
        ];
        figures.extend(found.pk.map(|pk| ("Pk", format!("{pk:.2}"))));
        figures.extend(outcome.titles.map(|titles| ("title F1", percent(titles.content_f1))));
        Self { configuration, verdict, right, figures }
    }
}

fn lanes(truth: &Truth, results: &[(&str, &Outcome)], all: Span) -> Vec<Lane> {
    let right = Lane { name: "truth".to_owned(), tall: true, bars: true_bars(truth, all) };
    let found = results.iter().map(|(name, outcome)| Lane {
        name: (*name).to_owned(),
        tall: true,
        bars: found_bars(outcome, truth, all),
    });
    let said =
        (!truth.utterances.is_empty()).then(|| Lane { name: "said".to_owned(), tall: false, bars: said(truth, all) });
    let planted =
        truth.faults.iter().map(|fault| Lane::of_ranges("planted", fault.code, &fault.ranges, "planted", all));
    let noticed = results.iter().flat_map(|(name, outcome)| {
        let lane = |(code, (severity, ranges)): (FindingCode, (Severity, SpanSet))| {
            Lane::of_ranges(name, code, &ranges, tone(severity), all)
        };
        by_code(outcome).into_iter().map(lane)
    });
    let ranges = planted.chain(noticed).filter(|lane| !lane.bars.is_empty());
    [right].into_iter().chain(found).chain(said).chain(ranges).collect()
}

/// True procedures, each in its colour.
fn true_bars(truth: &Truth, all: Span) -> Vec<Bar> {
    let bars = truth.procedures.iter().enumerate();
    bars.filter_map(|(index, procedure)| Bar::new(procedure.span, all, colour(index), &procedure.title, "")).collect()
}

/// Found procedures, in the colour of the true ones that they are; those that are none of them in no colour.
fn found_bars(outcome: &Outcome, truth: &Truth, all: Span) -> Vec<Bar> {
    let found: Vec<Span> = outcome.result.procedures.iter().map(|procedure| procedure.span).collect();
    let right: Vec<Span> = truth.procedures.iter().map(|procedure| procedure.span).collect();
    let partners: BTreeMap<usize, usize> = matches(&found, &right).into_iter().collect();
    let bars = outcome.result.procedures.iter().enumerate().filter_map(|(index, procedure)| {
        let partner = partners.get(&index);
        let tone = partner.map_or_else(|| "nothing".to_owned(), |&partner| colour(partner));
        let fit = partner.map_or_else(
            || ", no true procedure".to_owned(),
            |&partner| {
                format!(", overlap {:.2} with {}", procedure.span.iou(right[partner]), truth.procedures[partner].title)
            },
        );
        let score = procedure.score.map_or_else(String::new, |score| format!(", score {score}"));
        Bar::new(procedure.span, all, tone, &procedure.title, &(fit + &score))
    });
    bars.collect()
}

/// One of the page's colours.
fn colour(index: usize) -> String {
    format!("hue{}", index % 8)
}

fn said(truth: &Truth, all: Span) -> Vec<Bar> {
    truth.utterances.iter().filter_map(|said| Bar::new(said.span, all, "said".to_owned(), &said.text, "")).collect()
}

/// The ranges of each code, and the gravest severity they have.
fn by_code(outcome: &Outcome) -> BTreeMap<FindingCode, (Severity, SpanSet)> {
    let mut codes = BTreeMap::new();
    for finding in &outcome.findings {
        let (severity, ranges) = codes.entry(finding.code).or_insert((finding.severity, SpanSet::default()));
        *severity = finding.severity.max(*severity);
        *ranges = ranges.spans().iter().chain(finding.ranges.spans()).copied().collect();
    }
    codes
}

fn tone(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Failure => "failure",
    }
}

impl Lane {
    fn of_ranges(whose: &str, code: FindingCode, ranges: &SpanSet, tone: &str, all: Span) -> Self {
        let bar = |span: &Span| Bar::new(*span, all, tone.to_owned(), &code.to_string(), "");
        Self { name: format!("{code}, {whose}"), tall: false, bars: ranges.spans().iter().filter_map(bar).collect() }
    }
}

impl Bar {
    /// Nothing where it lies outside the session.
    fn new(span: Span, all: Span, tone: String, label: &str, besides: &str) -> Option<Self> {
        let shown = span.intersection(all)?;
        let left = percent(shown.start(), all);
        let width = format!("{:.3}", 100.0 * shown.seconds() / all.seconds());
        Some(Self { left, width, tone, label: label.to_owned(), tip: format!("{label} ({span}{besides})") })
    }
}

fn percent(time: Time, all: Span) -> String {
    format!("{:.3}", 100.0 * time.since(all.start()).as_secs_f64() / all.seconds())
}

/// Round times, ten of them at most.
fn ticks(all: Span) -> Vec<Tick> {
    const STEPS: [u32; 9] = [10, 30, 60, 120, 300, 600, 1800, 3600, 7200];
    let seconds = all.seconds();
    let step = STEPS.into_iter().find(|&step| seconds / f64::from(step) <= 10.0).unwrap_or(14_400);
    // One right at the end would hang over the edge.
    let times = (0_u32..).step_by(step as usize).take_while(|&second| f64::from(second) < 0.96 * seconds);
    let tick = |second: u32| Tick {
        left: percent(Time::from_seconds(f64::from(second)), all),
        text: format!("{}:{:02}", second / 60, second % 60),
    };
    times.map(tick).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use stepreel_core::{Finding, Findings};

    use super::*;
    use crate::prediction::{Prediction, Procedure};

    fn span(start: f64, end: f64) -> Span {
        Span::from_seconds(start, end).unwrap()
    }

    /// A covered lens in a session of two procedures.
    fn truth() -> Truth {
        let procedure = |title, span: Span| json!({"title": title, "span": span});
        let truth = json!({
            "name": "a b", "duration": 600,
            "procedures": [procedure("Open it", span(0.0, 300.0)), procedure("Close it", span(300.0, 600.0))],
            "faults": [{"code": "CAMERA_OCCLUDED", "ranges": [span(60.0, 120.0)]}],
        });
        serde_json::from_value(truth).unwrap()
    }

    fn covered(ranges: &[Span]) -> Finding {
        Finding {
            code: FindingCode::CameraOccluded,
            severity: Severity::Warning,
            ranges: ranges.iter().copied().collect(),
            measured: 0.0,
            threshold: 0.0,
            unit: String::new(),
            message: String::new(),
        }
    }

    fn outcome(procedures: &[(&str, Span)], findings: Vec<Finding>) -> Outcome {
        let procedure = |&(title, span): &(&str, Span)| Procedure { title: title.to_owned(), span, score: None };
        let procedures = procedures.iter().map(procedure).collect();
        let prediction = Prediction { procedures, findings: Findings::from(findings), transcript: None, took: None };
        Outcome::new(&truth(), prediction)
    }

    fn tones(lane: &Lane) -> Vec<&str> {
        lane.bars.iter().map(|bar| bar.tone.as_str()).collect()
    }

    #[test]
    fn what_is_found_has_the_colour_of_what_it_is() {
        let outcome = outcome(&[("Wait", span(0.0, 100.0)), ("Close it", span(250.0, 600.0))], vec![]);
        let (truth, results) = (truth(), [("x", &outcome)]);
        let card = SessionCard::new(&truth, &results);
        assert_eq!([tones(&card.lanes[0]), tones(&card.lanes[1])], [["hue0", "hue1"], ["nothing", "hue1"]]);
        assert_eq!(card.lanes[1].bars[1].tip, "Close it (4:10.0-10:00.0, overlap 0.86 with Close it)");
        let ticks: Vec<&str> = card.ticks.iter().map(|tick| tick.text.as_str()).collect();
        assert_eq!(ticks, ["0:00", "1:00", "2:00", "3:00", "4:00", "5:00", "6:00", "7:00", "8:00", "9:00"]);
        assert_eq!((card.lanes[1].bars[1].left.as_str(), card.lanes[1].bars[1].width.as_str()), ("41.667", "58.333"));
    }

    #[test]
    fn ranges_of_findings_lie_below_those_that_were_planted() {
        let noticed = outcome(&[], vec![covered(&[span(61.0, 90.0)]), covered(&[span(100.0, 119.0)])]);
        let (truth, results) = (truth(), [("x", &noticed)]);
        let lanes = SessionCard::new(&truth, &results).lanes;
        let named: Vec<(&str, usize)> = lanes.iter().map(|lane| (lane.name.as_str(), lane.bars.len())).collect();
        assert_eq!(named[2..], [("CAMERA_OCCLUDED, planted", 1), ("CAMERA_OCCLUDED, x", 2)]);
        assert_eq!(tones(&lanes[3]), ["warning", "warning"]);
    }
}
