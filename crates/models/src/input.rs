//! What pictures an encoder takes, and what it gives.

use serde::{Deserialize, Serialize};

/// How an encoder wants its pictures: RGB, each channel as `(value - mean) / deviation` with values 0-255.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageInput {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Order of the axes.
    pub layout: Layout,
    /// What is taken off each channel.
    pub mean: [f32; 3],
    /// What each channel is divided by.
    pub deviation: [f32; 3],
    /// The name of the output that holds the vector; the first one when none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// What of that output is the vector.
    #[serde(default, skip_serializing_if = "Pooling::is_whole")]
    pub pooling: Pooling,
    /// Values in the vector that comes out.
    pub dimensions: usize,
}

/// Order of a picture tensor's axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Batch, channel, row, column.
    Nchw,
    /// Batch, row, column, channel.
    Nhwc,
}

/// What of a model's output is a picture's vector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// All of it: the model pools by itself.
    #[default]
    Whole,
    /// The first of its tokens, which in a vision transformer stands for the whole picture.
    FirstToken,
}

impl Pooling {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
    fn is_whole(&self) -> bool {
        *self == Self::Whole
    }
}

impl ImageInput {
    /// Says what can't be meant.
    pub(crate) fn wrong(&self) -> Option<&'static str> {
        let finite = self.mean.iter().chain(&self.deviation).all(|value| value.is_finite());
        if self.width == 0 || self.height == 0 || self.dimensions == 0 {
            return Some("width, height and dimensions are at least 1");
        }
        (!finite || self.deviation.contains(&0.0)).then_some("mean and deviation are numbers, and no deviation is 0")
    }
}
