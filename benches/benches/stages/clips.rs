use std::path::Path;

use criterion::Criterion;
use stepreel_clipping::ClipperConfig;
use stepreel_core::Span;

use crate::take::Take;

pub(crate) fn bench(criterion: &mut Criterion, take: &Take) {
    let clipper = ClipperConfig::default().build();
    let span = Span::from_seconds(5.3, 25.7).expect("it has a length");
    let clip = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clip.mp4");
    criterion.bench_function("a clip of twenty seconds, cut and measured", |bench| {
        bench.iter(|| clipper.cut(&take.recording, span, &clip).expect("it can be cut"));
    });
}
