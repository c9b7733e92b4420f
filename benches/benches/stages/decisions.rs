use criterion::Criterion;
use stepreel_core::{Name, Segment};
use stepreel_naming::{Extractive, Namer};
use stepreel_scoring::{Policy, ScorerConfig, Subject, session_findings};
use stepreel_segmentation::SegmenterConfig;

use crate::hour;
use crate::take::Take;

pub(crate) fn bench(criterion: &mut Criterion, take: &Take) {
    let evidence = hour::evidence(take);
    let segmenter = SegmenterConfig::default().build();
    criterion.bench_function("an hour segmented", |bench| bench.iter(|| segmenter.segment(&evidence)));
    let segments = segmenter.segment(&evidence).segments;
    assert!(segments.len() > 1, "an hour with {} segments tells nothing", segments.len());
    let namer = Extractive::default();
    let name = || namer.name(&evidence.transcript.passages(&segments)).expect("no model is behind it");
    criterion.bench_function("an hour's segments named", |bench| bench.iter(name));
    let (names, policy) = (name(), Policy::default());
    criterion.bench_function("an hour's findings", |bench| bench.iter(|| session_findings(&evidence, &policy)));
    let findings = session_findings(&evidence, &policy);
    let scorer = ScorerConfig::default().build();
    let score = |(segment, name): (&Segment, &Name)| {
        scorer.score(&Subject { evidence: &evidence, segment, name, findings: &findings })
    };
    criterion.bench_function("an hour's segments scored", |bench| {
        bench.iter(|| segments.iter().zip(&names).map(score).collect::<Vec<_>>());
    });
}
