//! What a user sets, and what it builds.

use serde::{Deserialize, Serialize};

use stepreel_core::Device;
use stepreel_inference::Runtime;
use stepreel_models::{Library, Role};

use crate::{ChangePoint, EncodeError, FrameEncoder, Histogram, OnnxEncoder, Segmenter, Uniform};

/// Which frame encoder, and its settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum EncoderConfig {
    /// An image model in ONNX format.
    Onnx {
        /// Its name among the models.
        #[serde(default = "default_encoder")]
        model: String,
    },
    /// Colours and coarse layout, without a model.
    Histogram,
}

fn default_encoder() -> String {
    "mobilenet-v1-int8".to_owned()
}

impl Default for EncoderConfig {
    fn default() -> Self {
        Self::Onnx { model: default_encoder() }
    }
}

impl EncoderConfig {
    /// The encoder of these settings, on the processor; ONNX Runtime is loaded when one needs it.
    ///
    /// # Errors
    /// When the model or ONNX Runtime can't be had.
    pub fn build(&self, models: &Library) -> Result<Box<dyn FrameEncoder>, EncodeError> {
        self.build_on(models, Device::Cpu)
    }

    /// The encoder of these settings, on that device if it runs a model at all.
    ///
    /// # Errors
    /// When the model, ONNX Runtime or the device can't be had, or computes something else than it should.
    pub fn build_on(&self, models: &Library, device: Device) -> Result<Box<dyn FrameEncoder>, EncodeError> {
        match self {
            Self::Onnx { model } => {
                let located =
                    models.locate(Role::Encoder, model).map_err(|error| EncodeError::unavailable(model, error))?;
                let engine = Runtime::load(None).and_then(|runtime| runtime.on(device));
                let engine = engine.map_err(|error| EncodeError::unavailable(model, error))?;
                Ok(Box::new(OnnxEncoder::load(engine, &located)?))
            }
            Self::Histogram => Ok(Box::new(Histogram)),
        }
    }
}

/// Which segmenter, and its settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SegmenterConfig {
    /// The semi-Markov programme over all evidence.
    ChangePoint(ChangePointConfig),
    /// Equal parts, whatever happens in them: a baseline, not a segmenter of work.
    Uniform(UniformConfig),
}

impl Default for SegmenterConfig {
    fn default() -> Self {
        Self::ChangePoint(ChangePointConfig::default())
    }
}

impl SegmenterConfig {
    /// The segmenter of these settings.
    pub fn build(&self) -> Box<dyn Segmenter> {
        match self {
            Self::ChangePoint(config) => Box::new(ChangePoint::new(config.clone())),
            Self::Uniform(config) => Box::new(Uniform::new(*config)),
        }
    }
}

/// Settings of [`ChangePoint`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChangePointConfig {
    /// Length of a time bin in seconds; boundaries are found to a bin and then snapped to a pause.
    pub bin_seconds: f64,
    /// What a boundary costs in nats when nothing speaks for it: more gives fewer segments.
    pub boundary_cost: f64,
    /// How much each kind of evidence counts.
    pub weights: Weights,
    /// Median length of a procedure in sessions of 20 minutes, in seconds; each session finds its own around what its length
    /// makes of that.
    pub typical_seconds: f64,
    /// A procedure is never shorter.
    pub shortest_seconds: f64,
    /// An idle stretch is never shorter.
    pub shortest_idle_seconds: f64,
    /// The longest interruption over which a procedure is joined again, in seconds.
    pub longest_interruption_seconds: f64,
}

/// How much each kind of evidence counts. Nats for each unit of evidence; what has no weight is left out altogether.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Weights {
    /// Scatter of the frames' vectors.
    pub pictures: f64,
    /// A view at an edge that is wholly another than before and after it.
    pub views: f64,
    /// Scatter of the sound's background.
    pub sound: f64,
    /// Lexical cohesion.
    pub words: f64,
    /// Announcements, closings and pauses.
    pub cues: f64,
    /// Instructions against small talk.
    pub activity: f64,
    /// A steady head against walking.
    pub motion: f64,
}

impl Default for ChangePointConfig {
    fn default() -> Self {
        Self {
            bin_seconds: 2.0,
            boundary_cost: 1.0,
            weights: Weights::default(),
            typical_seconds: 240.0,
            shortest_seconds: 12.0,
            shortest_idle_seconds: 6.0,
            longest_interruption_seconds: 180.0,
        }
    }
}

impl Default for Weights {
    fn default() -> Self {
        Self { pictures: 0.04, views: 2.5, sound: 0.03, words: 0.2, cues: 1.0, activity: 0.6, motion: 0.6 }
    }
}

/// Settings of [`Uniform`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UniformConfig {
    /// How many equal parts, at least 1.
    pub count: usize,
}

impl Default for UniformConfig {
    fn default() -> Self {
        Self { count: 5 }
    }
}
