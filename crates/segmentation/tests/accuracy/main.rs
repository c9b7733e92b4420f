//! How well procedures are found from words alone in labelled sessions, beside equal parts and random parts of the right number.
//!
//! `cargo test -p stepreel-segmentation --test accuracy -- --include-ignored --nocapture` prints the figures. Nothing here is
//! tuned: the settings are the defaults, the same for all sessions.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement prints what it found")]

mod metrics;
mod sessions;

use metrics::{Figures, Labelled, pk};
use stepreel_core::{BoundaryConfidence, Evidence, Segment, Segmentation, Span, Time};
use stepreel_segmentation::{Segmenter, SegmenterConfig, Uniform, UniformConfig};

fn segmented(evidence: &Evidence) -> Segmentation {
    SegmenterConfig::default().build().segment(evidence)
}

/// As many equal parts as there are procedures.
fn equal(evidence: &Evidence, count: usize) -> Segmentation {
    Uniform::new(UniformConfig { count }).segment(evidence)
}

/// As many parts as there are procedures, cut at random.
fn random(evidence: &Evidence, count: usize, seed: u64) -> Segmentation {
    let end = evidence.span().unwrap().end().seconds();
    let mut state = seed;
    let mut cuts: Vec<f64> = (1..count).map(|_| splitmix(&mut state) * end).chain([0.0, end]).collect();
    cuts.sort_by(f64::total_cmp);
    let spans = cuts.windows(2).filter_map(|pair| Span::from_seconds(pair[0], pair[1]));
    let unsure = BoundaryConfidence { start: 0.0, end: 0.0 };
    Segmentation { segments: spans.map(|span| Segment::new(span, unsure)).collect() }
}

/// A number from 0 to 1 (`SplitMix64`, Steele, Lea and Flood 2014).
fn splitmix(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) as f64 / u64::MAX as f64
}

/// Figures of the segmenter, of equal parts and of random parts.
fn measured(name: &str, sessions: &[&Labelled]) -> [Figures; 3] {
    let mut figures: [Figures; 3] = Default::default();
    for session in sessions {
        let count = session.procedures.len();
        figures[0].add(session, &segmented(&session.evidence));
        figures[1].add(session, &equal(&session.evidence, count));
        (0..20).for_each(|seed| figures[2].add(session, &random(&session.evidence, count, seed)));
    }
    println!("{name}, {} sessions", sessions.len());
    for (method, figure) in ["found ", "equal ", "random"].iter().zip(&figures) {
        println!("  {method}  {figure}");
    }
    figures
}

/// Procedures and boundaries are found better than by equal and by random parts of the right number.
fn check(name: &str, sessions: &[Labelled]) {
    let [found, equal, random] = measured(name, &sessions.iter().collect::<Vec<_>>());
    for baseline in [equal, random] {
        assert!(found.procedure_f1() > baseline.procedure_f1(), "{name}: {found} against {baseline}");
        assert!(found.boundary_f1() > baseline.boundary_f1(), "{name}: {found} against {baseline}");
    }
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn real_sessions_are_cut_better_than_by_equal_parts() {
    check("HoloAssist, transcripts", &sessions::holoassist());
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn scripted_sessions_are_cut_better_than_by_equal_parts_and_each_style_better_than_at_random() {
    let sessions = sessions::narrations("narrations/public.jsonl");
    let mut styles: Vec<&str> = sessions.iter().map(|session| session.style.as_str()).collect();
    styles.sort_unstable();
    styles.dedup();
    assert!(styles.len() >= 5, "{styles:?}");
    for style in styles {
        let of_style: Vec<&Labelled> = sessions.iter().filter(|session| session.style == style).collect();
        let [found, _, random] = measured(style, &of_style);
        assert!(found.procedure_f1() > random.procedure_f1(), "{style}: {found} against {random}");
    }
    check("all styles", &sessions);
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn talk_without_work_has_no_procedures() {
    for session in sessions::narrations("narrations/negative.jsonl") {
        let found = segmented(&session.evidence);
        assert!(found.segments.is_empty(), "{}: {:?}", session.name, found.segments);
    }
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn noisy_transcripts_are_cut_better_than_by_equal_parts() {
    let (mut found, mut even) = (0.0, 0.0);
    let sessions = sessions::tinyrec();
    for (session, topics) in &sessions {
        let count = topics.last().unwrap() + 1;
        found += pk(&labels(&session.evidence, &segmented(&session.evidence)), topics);
        even += pk(&labels(&session.evidence, &equal(&session.evidence, count)), topics);
    }
    let sessions = sessions.len() as f64;
    println!("tinyrec, Pk of coarse topics: found {:.3}, equal {:.3}", found / sessions, even / sessions);
    assert!(found < even);
}

/// The segment that each utterance belongs to: the last that started before its middle.
fn labels(evidence: &Evidence, found: &Segmentation) -> Vec<usize> {
    let middle = |span: Span| Time::from_seconds(f64::midpoint(span.start().seconds(), span.end().seconds()));
    let label = |time: Time| found.segments.iter().filter(|segment| segment.span.start() <= time).count();
    evidence.transcript.utterances.iter().map(|said| label(middle(said.span))).collect()
}
