//! Runs a model on frames with nothing but ONNX Runtime, on as many cores as there are up to two, and prints the seconds that took: the
//! limit that a frame encoder is measured against.
//!
//! ```text
//! cargo run --release -p stepreel-inference --example bare_onnx -- LIBRARY MODEL FRAMES WIDTH HEIGHT
//! ```
//! The frames are raw: red, green and blue in bytes. The model takes one at a time, channels first.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

use std::error::Error;
use std::path::Path;
use std::thread;
use std::time::Instant;

use ort::environment::Environment;
use ort::session::Session;
use ort::value::TensorRef;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [library, model, frames, width, height] = &arguments[..] else {
        return Err("which library, which model, which frames, and how large are they?".into());
    };
    let shape = [1, 3, height.parse()?, width.parse()?];
    let bytes = std::fs::read(frames)?;
    let inputs: Vec<Vec<f32>> = bytes.chunks_exact(shape.iter().product()).map(planes).collect();
    let environment = ort::init_from(library)?.with_telemetry(false).build()?;
    let cores = thread::available_parallelism()?.get().min(2);
    let shares: Vec<&[Vec<f32>]> = inputs.chunks(inputs.len().div_ceil(cores).max(1)).collect();
    let mut sessions = Vec::new();
    for _ in &shares {
        sessions.push(session(&environment, Path::new(model))?);
    }
    let began = Instant::now();
    thread::scope(|scope| {
        let running = shares.iter().zip(&mut sessions);
        let running: Vec<_> = running.map(|(share, session)| scope.spawn(|| run(session, shape, share))).collect();
        running
            .into_iter()
            .try_for_each(|thread| thread.join().map_err(|_| "a thread failed")?.map_err(|e| e.to_string()))
    })?;
    println!("{}", began.elapsed().as_secs_f64());
    Ok(())
}

fn session(environment: &Environment, model: &Path) -> ort::Result<Session> {
    let mut builder = Session::builder(environment)?.with_intra_threads(1)?.with_intra_op_spinning(false)?;
    builder.commit_from_file(model)
}

fn run(session: &mut Session, shape: [usize; 4], inputs: &[Vec<f32>]) -> ort::Result<()> {
    for input in inputs {
        session.run(ort::inputs![TensorRef::from_array_view((shape, input.as_slice()))?])?;
    }
    Ok(())
}

/// A frame's values from -1 to 1, one plane after the other.
fn planes(frame: &[u8]) -> Vec<f32> {
    let plane = |channel| frame.iter().skip(channel).step_by(3).map(|&value| (f32::from(value) - 128.0) / 128.0);
    (0..3).flat_map(plane).collect()
}
