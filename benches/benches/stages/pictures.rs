use std::hint::black_box;

use criterion::Criterion;
use stepreel_scoring::PictureMeter;

use crate::take::Take;

pub(crate) fn bench(criterion: &mut Criterion, take: &Take) {
    criterion.bench_function("key frames of half a minute, decoded", |bench| {
        bench.iter(|| take.recording.frames(&take.plan).expect("ffmpeg is there").count());
    });
    let mut meter = PictureMeter::new();
    let mut samples = take.samples.iter().cycle();
    criterion.bench_function("a frame measured", |bench| {
        bench.iter(|| samples.next().map(|sample| meter.read(black_box(sample))));
    });
    let batch = &take.pictures()[..8];
    criterion.bench_function("eight frames through the encoder", |bench| {
        bench.iter(|| take.encoder.encode(black_box(batch)).expect("it ran before"));
    });
}
