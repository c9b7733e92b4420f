//! Transcripts as JSON, and what is made of them: names, descriptions and captions.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stepreel_core::{BoundaryConfidence, Clip, CutMethod, Segment, Span, Time, Transcript};
use stepreel_naming::{Extractive, Namer};

fuzz_target!(|bytes: &[u8]| {
    let Ok(transcript) = serde_json::from_slice::<Transcript>(bytes) else { return };
    let whole = Span::new(Time::ZERO, Time::MAX).expect("it is long");
    let segments = [Segment::new(whole, BoundaryConfidence { start: 1.0, end: 1.0 })];
    let _ = Extractive::default().name(&transcript.passages(&segments));
    let clip = Clip {
        asked: whole,
        real: whole,
        frames: 0,
        sound_offset: None,
        copied: 0,
        sound_copied: false,
        method: CutMethod::Reencode,
        why_encoded: None,
    };
    let _ = stepreel_clipping::captions(&transcript, &clip);
});
