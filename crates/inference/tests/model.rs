//! A real model in the real ONNX Runtime.

use std::path::{Path, PathBuf};
use std::thread;

use stepreel_core::Device;
use stepreel_inference::{Engine, Expected, InferenceError, Model, PoolSize, Port, Runtime, Shape, Tensor};

const PIXELS: usize = 3 * 224 * 224;

/// The checkout's ONNX Runtime, wherever the test was built; another one if the environment says so.
fn runtime() -> Result<&'static Runtime, InferenceError> {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.onnxruntime").read_dir().into_iter().flatten();
    let fetched = files.flatten().map(|file| file.path()).max();
    Runtime::load(fetched.filter(|_| std::env::var_os("ORT_DYLIB_PATH").is_none()).as_deref())
}

fn embedder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/mobilenet-v1/mobilenet_v1_1.0_224_embedder.onnx")
}

fn expected() -> Expected {
    Expected { input: Shape::from([1, 3, 224, 224]).into(), output: Shape::from([1, 1024, 1, 1]).into() }
}

fn engine() -> Result<Engine, InferenceError> {
    runtime()?.on(Device::Cpu)
}

fn load(expected: &Expected) -> Result<Model, InferenceError> {
    Model::load(engine()?, &embedder(), expected)
}

fn picture(level: f32) -> Tensor {
    Tensor { shape: vec![1, 3, 224, 224], values: vec![level; PIXELS] }
}

#[test]
fn a_model_gives_what_it_promised() {
    let output = load(&expected()).unwrap().run(picture(0.25)).unwrap();
    assert_eq!(output.shape, [1, 1024, 1, 1]);
    assert_eq!(output.values.len(), 1024);
    assert!(output.values.iter().any(|&value| value > 0.0));
}

#[test]
fn the_same_input_gives_the_same_output_from_every_session() {
    let size = PoolSize { sessions: 2, threads: 1 };
    let model = Model::load_pool(engine().unwrap(), &embedder(), &expected(), size).unwrap();
    let outputs: Vec<Tensor> = thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| model.run(picture(0.5)).unwrap())).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(outputs.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn other_shapes_are_refused_when_loading() {
    let wrong = Expected { input: Shape::from([1, 224, 224, 3]).into(), ..expected() };
    let message = load(&wrong).unwrap_err().to_string();
    assert!(message.contains("1x3x224x224") && message.contains("1x224x224x3"), "{message}");
    let wrong = Expected { output: Shape::from([1, 1000]).into(), ..expected() };
    assert!(matches!(load(&wrong), Err(InferenceError::ModelShape { side: "output", .. })));
}

#[test]
fn an_unknown_output_is_refused_with_those_there_are() {
    let wrong = Expected { output: Port { name: Some("logits".into()), shape: [1, 1024, 1, 1].into() }, ..expected() };
    assert!(matches!(load(&wrong), Err(InferenceError::Ports { side: "output", .. })));
}

#[test]
fn free_dimensions_take_what_comes() {
    let free = Expected { output: Shape::new([Some(1), None, None, None]).into(), ..expected() };
    assert!(load(&free).unwrap().run(picture(0.0)).is_ok());
}

#[test]
fn other_inputs_are_refused_when_running() {
    let input = Tensor { shape: vec![1, 3, 2, 2], values: vec![0.0; 12] };
    let refused = load(&expected()).unwrap().run(input);
    assert!(matches!(refused, Err(InferenceError::TensorShape { side: "input", .. })));
}

#[test]
fn what_is_no_number_is_refused_and_not_swallowed() {
    let refused = load(&expected()).unwrap().run(picture(f32::NAN)).unwrap_err();
    assert!(matches!(refused, InferenceError::NotFinite { side: "input", .. }));
    assert!(refused.to_string().contains("mobilenet_v1_1.0_224_embedder.onnx"), "{refused}");
}

#[test]
fn a_file_that_is_no_model_is_named() {
    let refused = Model::load(engine().unwrap(), Path::new(file!()), &expected()).unwrap_err();
    assert!(matches!(refused, InferenceError::ModelUnusable { .. }));
    assert!(refused.to_string().contains("model.rs"));
}

#[test]
fn a_second_library_is_refused() {
    let first = runtime().unwrap();
    assert!(Runtime::load(Some(first.path())).is_ok());
    assert!(matches!(Runtime::load(Some(Path::new("other.so"))), Err(InferenceError::LibraryTaken { .. })));
}
