//! A real model on a real GPU: `ORT_DYLIB_PATH=.../libonnxruntime.so cargo test -p stepreel-inference --test cuda -- --ignored`.
//!
//! The library is that of the Python package onnxruntime-gpu, say; what it wants of CUDA and cuDNN has to be where the system's
//! loader finds it (`LD_LIBRARY_PATH`).
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use stepreel_core::Device;
use stepreel_inference::{Expected, Model, Runtime, Shape, Tensor};

const GPU: Device = Device::Cuda(0);

fn embedder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/mobilenet-v1/mobilenet_v1_1.0_224_embedder.onnx")
}

fn load(device: Device) -> Model {
    let expected =
        Expected { input: Shape::from([1, 3, 224, 224]).into(), output: Shape::from([1, 1024, 1, 1]).into() };
    Model::load(Runtime::load(None).unwrap().on(device).unwrap(), &embedder(), &expected).unwrap()
}

/// Slopes and edges, from -1 to 1.
fn picture() -> Tensor {
    let shape = vec![1, 3, 224, 224];
    let value = |index: usize| ((index * 7 + index / 224 * 3) % 255) as f32 / 127.0 - 1.0;
    Tensor { values: (0..shape.iter().product()).map(value).collect(), shape }
}

fn length(values: impl Iterator<Item = f32>) -> f32 {
    values.map(|value| value * value).sum::<f32>().sqrt()
}

fn time(model: &Model) -> Duration {
    const RUNS: u32 = 50;
    let began = Instant::now();
    (0..RUNS).for_each(|_| drop(model.run(picture()).unwrap()));
    began.elapsed() / RUNS
}

#[test]
#[ignore = "needs an NVIDIA GPU and ONNX Runtime's CUDA library"]
fn known_numbers_come_out_on_a_gpu() {
    assert_eq!(Runtime::load(None).unwrap().on(GPU).unwrap().device(), GPU);
}

#[test]
#[ignore = "needs an NVIDIA GPU and ONNX Runtime's CUDA library"]
fn all_of_a_model_but_its_constants_runs_on_a_gpu() {
    // This one keeps its 27 biases as 32-bit integers, which ONNX Runtime turns into floats on the processor only.
    let placement = load(GPU).placement().unwrap();
    assert!(placement.all > 200 && placement.all - placement.there <= 27, "{placement}");
}

#[test]
#[ignore = "needs an NVIDIA GPU and ONNX Runtime's CUDA library"]
fn a_model_gives_on_a_gpu_what_it_gives_on_the_processor() {
    let (gpu, cpu) = (load(GPU), load(Device::Cpu));
    let (found, expected) = (gpu.run(picture()).unwrap(), cpu.run(picture()).unwrap());
    let off = length(found.values.iter().zip(&expected.values).map(|(found, expected)| found - expected));
    let share = off / length(expected.values.iter().copied());
    println!("off by {share:e}; a frame takes {:?} on {GPU}, {:?} on cpu", time(&gpu), time(&cpu));
    // What is between its layers is rounded to 8 bits, and a sum that is a little larger is rounded to the next number.
    assert!(share < 0.06, "{share}");
}

#[test]
#[ignore = "needs an NVIDIA GPU and ONNX Runtime's CUDA library"]
fn the_same_picture_gives_the_same_numbers_on_a_gpu() {
    let model = load(GPU);
    assert_eq!(model.run(picture()).unwrap(), model.run(picture()).unwrap());
    assert_eq!(model.run(picture()).unwrap(), load(GPU).run(picture()).unwrap());
}

#[test]
#[ignore = "needs an NVIDIA GPU and ONNX Runtime's CUDA library"]
fn a_number_that_no_device_has_is_refused_on_a_gpu_machine() {
    let error = Runtime::load(None).unwrap().on(Device::Cuda(99)).unwrap_err().to_string();
    assert!(error.contains("cuda:99") && error.contains("nvidia-smi") && !error.contains('\n'), "{error}");
}
