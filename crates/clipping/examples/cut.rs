//! Cuts a piece out of a recording, with its still, and prints what it really holds:
//! `cargo run -p stepreel-clipping --example cut -- recording.mp4 12.5 31 clip.mp4`.
#![allow(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use std::error::Error;
use std::path::Path;

use stepreel_clipping::{ClipperConfig, write_thumbnail};
use stepreel_core::Span;
use stepreel_media::Recording;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [recording, start, end, clip] = &arguments[..] else {
        return Err("give a recording, a start and an end in seconds, and the clip to write".into());
    };
    let recording = Recording::open(Path::new(recording))?;
    let span = Span::from_seconds(start.parse()?, end.parse()?).ok_or("the end comes after the start")?;
    let clip = Path::new(clip);

    let clipper = ClipperConfig::default().build();
    let cut = clipper.cut(&recording, span, clip)?;
    println!("asked for {:.3}-{:.3} s", span.start().seconds(), span.end().seconds());
    println!("it holds  {:.3}-{:.3} s in {} frames", cut.real.start().seconds(), cut.real.end().seconds(), cut.frames);
    match cut.sound_offset {
        Some(offset) => println!("sound starts {:+.1} ms from the pictures", offset * 1000.0),
        None => println!("it has no sound"),
    }
    if let Some(still) = write_thumbnail(&recording, cut.real.middle(), &clip.with_extension("jpg"))? {
        println!("its still shows {} in {} x {} pixels", still.time, still.width, still.height);
    }
    Ok(())
}
