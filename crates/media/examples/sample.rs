//! The times of a recording's samples, and the length of its sound: `cargo run --example sample -- recording.mp4`.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use std::error::Error;
use std::path::PathBuf;

use stepreel_media::{Recording, Sampling};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).map(PathBuf::from).ok_or("give a recording")?;
    let recording = Recording::open(&path)?;
    println!("{} s of {}", recording.info().duration.as_secs_f64(), recording.info().container);
    if let Some(plan) = recording.plan(&Sampling::default()) {
        println!("{}x{}: {}", plan.width, plan.height, plan.reason);
        for sample in recording.frames(&plan)? {
            let sample = sample?;
            println!("{}{}", sample.frame.time, if sample.next.is_some() { " and the frame after it" } else { "" });
        }
    }
    if let Some(sound) = recording.sound()? {
        let samples = sound.map(|block| Ok(block?.samples.len())).sum::<Result<usize, stepreel_core::SourceError>>()?;
        println!("{samples} samples of sound at {} Hz", stepreel_core::SAMPLE_RATE);
    }
    Ok(())
}
