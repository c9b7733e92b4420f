//! Models that were made to do harm: each is refused, or its run fails, in bounded time and memory.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use stepreel_core::Device;
use stepreel_inference::{Expected, InferenceError, Model, Runtime, Shape, Tensor};

/// The test runs itself on one model, as a hostile one may take the process with it.
const MODEL: &str = "STEPREEL_TEST_MODEL";

/// The checkout's ONNX Runtime, wherever the test was built; another one if the environment says so.
fn runtime() -> &'static Runtime {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.onnxruntime").read_dir().into_iter().flatten();
    let fetched = files.flatten().map(|file| file.path()).max();
    Runtime::load(fetched.filter(|_| std::env::var_os("ORT_DYLIB_PATH").is_none()).as_deref()).unwrap()
}

/// What all of them say that they take and give.
const SHAPE: [usize; 4] = [1, 3, 8, 8];

/// Loads the model and runs it once on a picture of ones.
fn run(path: &Path) -> Result<Tensor, InferenceError> {
    let expected = Expected { input: Shape::from(SHAPE).into(), output: Shape::from(SHAPE).into() };
    let model = Model::load(runtime().on(Device::Cpu)?, path, &expected)?.ending_within(Duration::from_secs(2));
    model.run(Tensor { shape: SHAPE.to_vec(), values: vec![1.0; SHAPE.iter().product()] })
}

#[test]
fn one_model() {
    let Some(path) = std::env::var_os(MODEL) else { return };
    match run(Path::new(&path)) {
        Ok(output) => println!("gave {} of {:?}", output.values.len(), output.values[0]),
        Err(error) => println!("refused: {error}: {:?}", std::error::Error::source(&error).map(ToString::to_string)),
    }
}

/// What becomes of a model in a process of its own, with 4 GB of address space and 20 s of processor time.
fn outcome(path: &Path) -> String {
    let this = std::env::current_exe().unwrap();
    let output = Command::new("prlimit")
        .args(["--as=4000000000", "--cpu=20", this.to_str().unwrap(), "--exact", "one_model", "--nocapture"])
        .env(MODEL, path)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let told = said.lines().find(|line| line.starts_with("gave") || line.starts_with("refused"));
    told.map_or_else(|| format!("ended with {}", output.status), str::to_owned)
}

fn models() -> Vec<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("STEPREEL_DATA").map_or(beside, PathBuf::from);
    let files = data.join("corpora/synthetic/models").read_dir().unwrap().map(|file| file.unwrap().path());
    let mut models: Vec<_> = files.filter(|path| path.extension().is_some_and(|ending| ending == "onnx")).collect();
    models.sort();
    models
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn hostile_models_are_refused_in_time() {
    let models = models();
    assert!(models.len() >= 14);
    for path in models {
        let started = Instant::now();
        let (outcome, name) = (outcome(&path), path.file_stem().unwrap().to_string_lossy().into_owned());
        println!("{:5.1} s {name}: {outcome}", started.elapsed().as_secs_f64());
        assert!(started.elapsed() < Duration::from_secs(30), "{name}");
        match name.as_str() {
            "good_relu" => assert_eq!(outcome, "gave 192 of 1.0"),
            "if_nest_20" => assert!(!outcome.starts_with("ended"), "{name}: {outcome}"),
            _ => assert!(outcome.starts_with("refused"), "{name}: {outcome}"),
        }
    }
}
