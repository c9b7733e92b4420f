//! An image model as frame encoder.

use std::num::NonZero;
use std::thread;

use stepreel_core::{Device, Digest, Picture, StageProvenance};
use stepreel_inference::{Engine, Expected, Model, PoolSize, Port, Shape, Tensor};
use stepreel_models::{ImageInput, Layout, Located, Pooling};

use crate::squeeze::squeeze;
use crate::unit::to_unit_length;
use crate::{EncodeError, FrameEncoder, golden};

/// An ONNX model that turns an RGB picture into a pooled embedding.
///
/// The whole frame is squeezed into the model's input, with an area-weighted filter: what lies at the edges of a first-person
/// view tells the place, so nothing is cropped.
#[derive(Debug)]
pub struct OnnxEncoder {
    model: Model,
    input: ImageInput,
    identity: ModelIdentity,
}

/// Which model it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelIdentity {
    /// Its name.
    pub name: String,
    /// Content of its file.
    pub sha256: Digest,
}

/// More than two frames at once would take the cores from decoding and transcription.
const MOST_AT_ONCE: usize = 2;

impl OnnxEncoder {
    /// From a model that was loaded as [`OnnxEncoder::expected`] says.
    pub fn new(model: Model, input: ImageInput, identity: ModelIdentity) -> Self {
        Self { model, input, identity }
    }

    /// Loads a located model, and looks at a known picture with it.
    ///
    /// # Errors
    /// When nothing says what pictures the model takes, or it can't be loaded, or it takes others, or it makes something else
    /// of the known picture than it should.
    pub fn load(engine: Engine, located: &Located) -> Result<Self, EncodeError> {
        let encoder = Self::open(engine, located)?;
        golden::check(&encoder, located)?;
        Ok(encoder)
    }

    /// Loads a located model, and leaves it to the caller whether to believe it.
    pub(crate) fn open(engine: Engine, located: &Located) -> Result<Self, EncodeError> {
        let input = located.entry.as_ref().and_then(|entry| entry.input.clone());
        let input = input.ok_or_else(|| EncodeError::UnknownInput { model: located.name.clone() })?;
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let size = PoolSize { sessions: cores.min(MOST_AT_ONCE), threads: 1 };
        let model = Model::load_pool(engine, &located.path, &Self::expected(&input), size)
            .map_err(|error| EncodeError::unavailable(&located.name, error))?;
        Ok(Self::new(model, input, ModelIdentity { name: located.name.clone(), sha256: located.sha256 }))
    }

    /// The shapes that a model with that input has to have; of an output that is one vector only the number of values matters.
    pub fn expected(input: &ImageInput) -> Expected {
        let shape = match input.pooling {
            Pooling::FirstToken => Shape::new([Some(1), None, Some(input.dimensions)]),
            Pooling::Whole => Shape::any(),
        };
        Expected { input: Shape::from(dimensions(input)).into(), output: Port { name: input.output.clone(), shape } }
    }

    /// Where it runs.
    pub(crate) fn device(&self) -> Device {
        self.model.device()
    }

    fn encode_one(&self, picture: &Picture) -> Result<Vec<f32>, EncodeError> {
        let input = Tensor { shape: dimensions(&self.input).to_vec(), values: self.values(picture) };
        let mut values = self.model.run(input).map_err(EncodeError::model)?.values;
        if self.input.pooling == Pooling::FirstToken {
            values.truncate(self.input.dimensions);
        }
        if values.len() != self.input.dimensions {
            let (model, expected) = (self.identity.name.clone(), self.input.dimensions);
            return Err(EncodeError::Dimensions { model, expected, found: values.len() });
        }
        Ok(to_unit_length(values))
    }

    fn values(&self, picture: &Picture) -> Vec<f32> {
        let ImageInput { width, height, layout, mean, deviation, .. } = &self.input;
        let mut planes = squeeze(picture, *width as usize, *height as usize);
        for ((plane, mean), deviation) in planes.iter_mut().zip(mean).zip(deviation) {
            plane.iter_mut().for_each(|value| *value = (*value - mean) / deviation);
        }
        match layout {
            Layout::Nchw => planes.concat(),
            Layout::Nhwc => (0..planes[0].len()).flat_map(|at| planes.each_ref().map(|plane| plane[at])).collect(),
        }
    }
}

impl FrameEncoder for OnnxEncoder {
    fn encode(&self, pictures: &[&Picture]) -> Result<Vec<Vec<f32>>, EncodeError> {
        let share = pictures.len().div_ceil(self.model.size().sessions).max(1);
        let encode =
            |part: &[&Picture]| part.iter().map(|picture| self.encode_one(picture)).collect::<Result<Vec<_>, _>>();
        let parts = thread::scope(|scope| {
            let running: Vec<_> = pictures.chunks(share).map(|part| scope.spawn(move || encode(part))).collect();
            running
                .into_iter()
                .map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        let parts: Result<Vec<Vec<_>>, _> = parts;
        Ok(parts?.into_iter().flatten().collect())
    }

    fn provenance(&self) -> StageProvenance {
        let placement = self.model.placement().map_or(String::new(), |placement| format!(", {placement}"));
        StageProvenance {
            stage: "encoder".to_owned(),
            kind: "onnx".to_owned(),
            model: Some(self.identity.name.clone()),
            model_sha256: Some(self.identity.sha256),
            device: Some(self.device()),
            settings: format!("{}, whole frame, planes by a triangle filter{placement}", convention(&self.input)),
        }
    }
}

fn dimensions(input: &ImageInput) -> [usize; 4] {
    let (width, height) = (input.width as usize, input.height as usize);
    match input.layout {
        Layout::Nchw => [1, 3, height, width],
        Layout::Nhwc => [1, height, width, 3],
    }
}

/// How pictures are made into numbers and numbers into a vector. With the same file a list of models may say it differently,
/// and results that were kept would then be of another model.
fn convention(input: &ImageInput) -> String {
    let ImageInput { width, height, layout, mean, deviation, output, pooling, .. } = input;
    let output = output.as_ref().map_or(String::new(), |output| format!(", output {output}"));
    format!("{width}x{height} {layout:?}, minus {mean:?} over {deviation:?}{output}, {pooling:?}")
}
