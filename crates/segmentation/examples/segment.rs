//! Finds the stretches of work in a recording by its pictures alone, and prints them:
//! `cargo run -p stepreel-segmentation --example segment -- recording.mp4 [MODEL]`.
//!
//! Without an ONNX model's name, such as `mobilenet-v1`, the encoder is the light one that needs none.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

use std::error::Error;
use std::path::Path;

use stepreel_core::{Embedding, Evidence, SpanSet, Transcript};
use stepreel_media::{Recording, Sampling};
use stepreel_models::Library;
use stepreel_segmentation::{EncoderConfig, FrameEncoder, SegmenterConfig};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let recording = Recording::open(Path::new(&arguments.next().ok_or("which recording?")?))?;
    let encoder = arguments.next().map_or(EncoderConfig::Histogram, |model| EncoderConfig::Onnx { model });
    let encoder = encoder.build(&Library::discover()?)?;

    let evidence = Evidence {
        recording: recording.info().clone(),
        embeddings: embeddings(&recording, &*encoder)?,
        pictures: Vec::new(),
        sound: None,
        speech: SpanSet::default(),
        transcript: Transcript::default(),
    };
    for segment in SegmenterConfig::default().build().segment(&evidence).segments {
        let sure = segment.confidence;
        println!("{:<20} start {:.2}, end {:.2} sure", segment.span.to_string(), sure.start, sure.end);
        segment.interruptions.iter().for_each(|gap| println!("    without {gap}"));
    }
    Ok(())
}

/// A vector for each sampled frame.
fn embeddings(recording: &Recording, encoder: &dyn FrameEncoder) -> Result<Vec<Embedding>, Box<dyn Error>> {
    let plan = recording.plan(&Sampling::default()).ok_or("it has no pictures")?;
    let mut embeddings = Vec::new();
    for sample in recording.frames(&plan)? {
        let frame = sample?.frame;
        let vectors = encoder.encode(&[&frame.picture])?;
        embeddings.extend(vectors.into_iter().map(|vector| Embedding { time: frame.time, vector }));
    }
    Ok(embeddings)
}
