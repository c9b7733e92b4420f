//! What a frame encoder should make of a known picture.
//!
//! A wrong device, driver or kernel mostly gives plausible numbers instead of an error. So every encoder looks at one drawn picture
//! before it is trusted: a model that ships is held to what is stored here, another one on a GPU to what it gives on the processor.

use stepreel_core::{Device, Picture};
use stepreel_inference::Runtime;
use stepreel_models::{Located, Manifest, Role};

use crate::{EncodeError, FrameEncoder, OnnxEncoder};

/// A vector of unit length in few numbers that are about as far from those of another as the vectors are: the count sketch of
/// Charikar, Chen and Farach-Colton (2002).
type Sketch = Vec<f32>;

/// Numbers in a sketch.
const SKETCH: usize = 16;

/// Sketches for the models that ship, by name: by Pillow's resizing and ONNX Runtime from Python, so that no code here takes part.
const STORED: [(&str, [f32; SKETCH]); 2] = [
    (
        "mobilenet-v1-int8",
        [
            -0.1173, 0.1058, 0.2062, -0.1764, 0.5345, -0.1452, 0.1438, -0.2035, -0.0509, -0.1669, -0.2374, 0.1099,
            -0.2137, -0.1465, 0.1221, 0.1180,
        ],
    ),
    (
        "mobilenet-v1",
        [
            0.0893, -0.0415, -0.0427, -0.2774, 0.0836, -0.3393, -0.1524, 0.3348, 0.0102, -0.2066, 0.0191, -0.0466,
            -0.1697, 0.2596, -0.0670, 0.4120,
        ],
    ),
];

/// Refuses an encoder that makes something else of the test picture than it should.
pub(crate) fn check(encoder: &OnnxEncoder, located: &Located) -> Result<(), EncodeError> {
    let device = encoder.device();
    let found = sketch(encoder)?;
    let expected = match (stored(located), device) {
        (Some(stored), _) => stored.to_vec(),
        (None, Device::Cpu) => return Ok(()),
        (None, _) => on_processor(located)?,
    };
    let tolerance = tolerance(device);
    if distance(&found, &expected) <= tolerance {
        return Ok(());
    }
    Err(EncodeError::Golden { model: located.name.clone(), device, expected, found, tolerance })
}

/// What is stored for a model, if it is used as it ships: with another input, another vector may be right.
fn stored(located: &Located) -> Option<&'static [f32; SKETCH]> {
    let known = Manifest::known();
    let ships = located.entry.as_ref().is_some_and(|entry| known.entry(Role::Encoder, &located.name) == Some(entry));
    STORED.iter().find(|(name, _)| ships && *name == located.name).map(|(_, sketch)| sketch)
}

/// What the same model gives where ONNX Runtime computes in the plainest way.
fn on_processor(located: &Located) -> Result<Sketch, EncodeError> {
    let engine = Runtime::load(None).and_then(|runtime| runtime.on(Device::Cpu));
    let engine = engine.map_err(|error| EncodeError::unavailable(&located.name, error))?;
    sketch(&OnnxEncoder::open(engine, located)?)
}

fn sketch(encoder: &OnnxEncoder) -> Result<Sketch, EncodeError> {
    Ok(folded(&encoder.encode(&[&picture()])?.concat()))
}

fn folded(vector: &[f32]) -> Sketch {
    let mut sketch = vec![0.0; SKETCH];
    for (index, value) in vector.iter().enumerate() {
        sketch[index % SKETCH] += sign(index) * value;
    }
    sketch
}

/// One or minus one, by the highest bit of a multiplicative hash.
fn sign(index: usize) -> f32 {
    if (index as u32).wrapping_mul(0x9e37_79b1) >> 31 == 0 { 1.0 } else { -1.0 }
}

fn distance(found: &[f32], expected: &[f32]) -> f32 {
    found.iter().zip(expected).map(|(found, expected)| (found - expected).powi(2)).sum::<f32>().sqrt()
}

/// Rounding moves the vectors of the models that ship by 0.01, as running them without any of ONNX Runtime's optimisations shows;
/// swapped colours move them by 0.12 and more, and 8-bit sums that overflow by about as much.
fn tolerance(device: Device) -> f32 {
    match device {
        Device::Cpu => 0.04,
        _ => 0.06,
    }
}

const WIDTH: usize = 320;
const HEIGHT: usize = 180;

/// Many small tiles of different lights and colours, in whole numbers only: strong features, which rounding on the way hardly
/// moves. A smooth picture would be a poor test, as a network makes much of faint differences where there is nothing else.
fn picture() -> Picture {
    let plane = |width: usize, height: usize, value: fn(u64, u64) -> u64| {
        let pixels = (0..height as u64).flat_map(move |y| (0..width as u64).map(move |x| (x, y)));
        pixels.map(move |(x, y)| value(x, y) as u8)
    };
    let light = plane(WIDTH, HEIGHT, |x, y| 20 + scattered(x / 8, y / 9));
    let blue = plane(WIDTH / 2, HEIGHT / 2, |x, y| 70 + scattered(x / 8, y / 15 + 90) / 2);
    let red = plane(WIDTH / 2, HEIGHT / 2, |x, y| 70 + scattered(x / 8, y / 15 + 180) / 2);
    let planes = light.chain(blue).chain(red).collect();
    Picture::from_planes(WIDTH, HEIGHT, planes).expect("the planes are of the picture's size")
}

/// A number below 200 for each place of a grid, as a spatial hash with two large primes.
fn scattered(x: u64, y: u64) -> u64 {
    ((x * 73_856_093) ^ (y * 19_349_663)) / 8 % 200
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use stepreel_models::Library;

    use super::*;

    fn models() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models")
    }

    fn shipped(name: &str) -> Located {
        Library::new(Manifest::known(), vec![models()]).locate(Role::Encoder, name).unwrap()
    }

    fn load(located: &Located) -> Result<OnnxEncoder, EncodeError> {
        let files = models().join("../.onnxruntime").read_dir().into_iter().flatten();
        let fetched = files.flatten().map(|file| file.path()).max();
        let runtime = Runtime::load(fetched.filter(|_| std::env::var_os("ORT_DYLIB_PATH").is_none()).as_deref());
        OnnxEncoder::load(runtime.unwrap().on(Device::Cpu).unwrap(), located)
    }

    #[test]
    fn encoders_that_ship_make_of_the_test_picture_what_is_stored() {
        let known = Manifest::known();
        let ships = known.entries().filter(|(_, entry)| entry.role == Role::Encoder && !entry.can_be_pulled());
        for (name, _) in ships {
            let located = shipped(name);
            assert!(stored(&located).is_some(), "no sketch is stored for {name}");
            load(&located).unwrap();
        }
    }

    #[test]
    fn a_model_that_makes_something_else_of_it_is_refused_with_both() {
        let mut damaged = shipped("mobilenet-v1-int8");
        let mut weights = std::fs::read(&damaged.path).unwrap();
        let middle = weights.len() / 2;
        weights[middle..middle + 20_000].fill(100);
        let folder = tempfile::tempdir().unwrap();
        damaged.path = folder.path().join("damaged.onnx");
        std::fs::write(&damaged.path, weights).unwrap();
        let error = load(&damaged).unwrap_err();
        assert!(matches!(error, EncodeError::Golden { .. }), "{error}");
        let (error, right) = (error.to_string(), format!("[{:.3}", STORED[0].1[0]));
        for word in [&right, "mobilenet-v1-int8", "on cpu", "is right"] {
            assert!(error.contains(word), "{word}: {error}");
        }
    }

    #[test]
    fn sketches_are_as_far_apart_as_vectors() {
        let vector = |phase: f32| {
            let wave: Vec<f32> = (0..1024).map(|index| (index as f32 * 0.7 + phase).sin()).collect();
            crate::unit::to_unit_length(wave)
        };
        let (one, other) = (vector(0.0), vector(1.0));
        let (vectors, sketches) = (distance(&one, &other), distance(&folded(&one), &folded(&other)));
        assert!((0.6..1.6).contains(&(sketches / vectors)), "{sketches} for {vectors}");
    }
}
