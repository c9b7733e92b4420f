//! Runs a model once on zeros: `cargo run -p stepreel-inference --example run -- MODEL.onnx`.
#![allow(clippy::print_stdout, reason = "printing is what the example is for")]

use std::path::PathBuf;

use stepreel_core::Device;
use stepreel_inference::{Expected, Model, Runtime, Shape, Tensor};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bundled = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/mobilenet-v1/mobilenet_v1_1.0_224_embedder.onnx");
    let path = std::env::args_os().nth(1).map_or(PathBuf::from(bundled), PathBuf::from);
    let engine = Runtime::load(None)?.on(Device::Cpu)?;
    let expected = Expected {
        input: Shape::from([1, 3, 224, 224]).into(),
        output: Shape::new([Some(1), None, Some(1), Some(1)]).into(),
    };
    let model = Model::load(engine, &path, &expected)?;
    let output = model.run(Tensor { shape: vec![1, 3, 224, 224], values: vec![0.0; 3 * 224 * 224] })?;
    println!("{} gives {}", path.display(), Shape::from(output.shape.as_slice()));
    Ok(())
}
