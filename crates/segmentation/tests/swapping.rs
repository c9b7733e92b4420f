//! Another encoder is one line of configuration, and one that doesn't fit says what was expected and what was found.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::error::Error;
use std::path::{Path, PathBuf};

use stepreel_core::Picture;
use stepreel_models::{Addition, Before, ImageInput, Layout, Library, Manifest, Pooling, Puller, Role, Settings};
use stepreel_segmentation::conformance::check_encoder;
use stepreel_segmentation::{EncoderConfig, FrameEncoder};
use tempfile::TempDir;

/// A machine on which one model was added, named "ours".
struct Machine {
    home: TempDir,
}

impl Machine {
    fn with(file: &Path, input: ImageInput) -> Self {
        let home = tempfile::tempdir().unwrap();
        let machine = Self { home };
        let addition = Addition {
            name: "ours".to_owned(),
            origin: file.to_string_lossy().into_owned(),
            role: Role::Encoder,
            input: Some(input),
            sha256: None,
            licence: None,
            summary: None,
            before: Before::Kept,
        };
        let settings = Settings::default();
        Puller::new(&machine.library(), &settings).unwrap().add(&addition, &mut |_| {}).unwrap();
        machine
    }

    fn library(&self) -> Library {
        Library::new(Manifest::known(), Vec::new()).with_home(self.home.path().to_owned()).unwrap()
    }

    fn encoder(&self) -> Result<Box<dyn FrameEncoder>, impl Error + use<>> {
        EncoderConfig::Onnx { model: "ours".to_owned() }.build(&self.library())
    }

    /// The first error that building it or running it gives, with its causes.
    fn refusal(&self) -> String {
        let picture = Picture::from_rgb(8, 8, &[90; 8 * 8 * 3]).unwrap();
        let error: Box<dyn Error> = match self.encoder() {
            Ok(encoder) => Box::new(encoder.encode(&[&picture]).unwrap_err()),
            Err(error) => Box::new(error),
        };
        let said = std::iter::successors(Some(&*error as &dyn Error), |&error| error.source());
        said.map(ToString::to_string).collect::<Vec<_>>().join(": ")
    }
}

/// The embedder that ships, with what is really true of it.
fn shipped() -> (PathBuf, ImageInput) {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let manifest = Manifest::known();
    let entry = manifest.named("mobilenet-v1").unwrap();
    (models.join(&entry.main_file().path), entry.input.clone().unwrap())
}

fn refused(change: impl Fn(&mut ImageInput), expected: &str, found: &str) {
    let (file, mut input) = shipped();
    change(&mut input);
    let said = Machine::with(&file, input).refusal();
    assert!(said.contains(expected) && said.contains(found), "{said}");
}

#[test]
fn a_model_that_was_added_encodes_by_its_name() {
    let (file, input) = shipped();
    let encoder = Machine::with(&file, input).encoder().unwrap();
    assert_eq!(encoder.provenance().model.as_deref(), Some("ours"));
    check_encoder(&*encoder);
}

#[test]
fn what_does_not_fit_is_refused_with_what_was_expected_and_found() {
    refused(|input| input.width = 320, "1x3x224x320", "1x3x224x224");
    refused(|input| input.layout = Layout::Nhwc, "1x224x224x3", "1x3x224x224");
    refused(|input| input.dimensions = 512, "512", "1024");
    refused(|input| input.pooling = Pooling::FirstToken, "1x?x1024", "1x1024x1x1");
    refused(|input| input.output = Some("embedding".to_owned()), "\"embedding\"", "AvgPool");
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn squeezenet_in_16_bits_runs_by_a_list_of_ones_own() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let data = std::env::var_os("STEPREEL_DATA").map_or(PathBuf::from(beside), PathBuf::from);
    let input = ImageInput {
        width: 224,
        height: 224,
        layout: Layout::Nchw,
        mean: [123.0, 117.0, 104.0],
        deviation: [1.0; 3],
        output: None,
        pooling: Pooling::Whole,
        dimensions: 1000,
    };
    let encoder = Machine::with(&data.join("models/squeezenet_fp16/SqueezeNet_fp16.onnx"), input).encoder().unwrap();
    check_encoder(&*encoder);
}
