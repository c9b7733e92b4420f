//! A frame encoder without a model.

use stepreel_core::{Picture, StageProvenance};

use crate::unit::to_unit_length;
use crate::{EncodeError, FrameEncoder};

/// Colours and coarse layout: 64 colours in YUV, by the square roots of their shares (so that distances are Hellinger's), and an
/// 8x8 thumbnail of brightness. Both halves weigh the same.
#[derive(Clone, Copy, Debug, Default)]
pub struct Histogram;

/// Levels of each of the three channels.
const LEVELS: usize = 4;
/// Rows and columns of the thumbnail.
const CELLS: usize = 8;
const COLOURS: usize = LEVELS * LEVELS * LEVELS;

impl FrameEncoder for Histogram {
    fn encode(&self, pictures: &[&Picture]) -> Result<Vec<Vec<f32>>, EncodeError> {
        let vector = |picture: &&Picture| {
            let halves = [to_unit_length(colours(picture)), to_unit_length(thumbnail(picture))];
            to_unit_length(halves.concat())
        };
        Ok(pictures.iter().map(vector).collect())
    }

    fn provenance(&self) -> StageProvenance {
        StageProvenance {
            stage: "encoder".to_owned(),
            kind: "histogram".to_owned(),
            model: None,
            model_sha256: None,
            device: None,
            settings: format!("{COLOURS} colours, {CELLS}x{CELLS} thumbnail"),
        }
    }
}

/// Square roots of the shares of colours, one reading for each pixel of chroma.
fn colours(picture: &Picture) -> Vec<f32> {
    let (width, height) = (picture.width() / 2, picture.height() / 2);
    let (luma, chroma) = picture.planes().split_at(picture.width() * picture.height());
    let (blue, red) = chroma.split_at(width * height);
    let mut counts = vec![0.0f32; COLOURS];
    for y in 0..height {
        for x in 0..width {
            let at = y * width + x;
            let level = |value: u8| usize::from(value) * LEVELS / 256;
            let light = level(luma[2 * y * picture.width() + 2 * x]);
            counts[(light * LEVELS + level(blue[at])) * LEVELS + level(red[at])] += 1.0;
        }
    }
    counts.into_iter().map(f32::sqrt).collect()
}

/// Mean brightness of each cell, less that of the picture.
fn thumbnail(picture: &Picture) -> Vec<f32> {
    let (mut sums, mut counts) = ([0.0f32; CELLS * CELLS], [0.0f32; CELLS * CELLS]);
    for (y, row) in picture.luma().chunks(picture.width()).enumerate() {
        for (x, &light) in row.iter().enumerate() {
            let cell = y * CELLS / picture.height() * CELLS + x * CELLS / picture.width();
            sums[cell] += f32::from(light);
            counts[cell] += 1.0;
        }
    }
    let means: Vec<f32> = sums.iter().zip(counts).map(|(sum, count)| sum / count.max(1.0)).collect();
    let mean = means.iter().sum::<f32>() / means.len() as f32;
    means.into_iter().map(|cell| cell - mean).collect()
}
