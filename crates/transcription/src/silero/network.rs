//! Silero's network: four convolutions over a chunk's spectra, a memory from chunk to chunk, and a score.

use std::fmt;

use ndarray::{Array1, Array2, ArrayView1, Zip, s};

use super::spectrum::{BINS, SPECTRA};

/// Channels after each convolution.
const CHANNELS: [usize; 4] = [128, 64, 64, 128];
/// Values in the memory.
const HIDDEN: usize = 128;

/// The weights.
pub(super) struct Network {
    convolutions: [Convolution; 4],
    /// From the features to the four gates, 128 x 512.
    input: Array2<f32>,
    /// From the memory to the four gates, 512 x 128: a product with one vector is quick along rows.
    recurrent: Array2<f32>,
    bias: Array1<f32>,
    out: Array1<f32>,
    out_bias: f32,
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Network")
    }
}

/// What the network remembers of the chunks before: a long short-term memory.
pub(super) struct Memory {
    hidden: Array1<f32>,
    cell: Array1<f32>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { hidden: Array1::zeros(HIDDEN), cell: Array1::zeros(HIDDEN) }
    }
}

impl Network {
    /// The network with the weights of this crate.
    pub(super) fn new() -> Self {
        let mut weights = Weights(include_bytes!("weights.bin"));
        let [c0, c1, c2, c3] = CHANNELS;
        let convolutions = [(BINS, c0, 1), (c0, c1, 2), (c1, c2, 2), (c2, c3, 1)]
            .map(|(from, to, stride)| Convolution::read(&mut weights, [from, to], stride));
        let input = weights.matrix(4 * HIDDEN, HIDDEN);
        let recurrent = weights.matrix(4 * HIDDEN, HIDDEN);
        let bias = weights.vector(4 * HIDDEN) + weights.vector(4 * HIDDEN);
        let out = weights.vector(HIDDEN);
        let out_bias = weights.vector(1)[0];
        Self { convolutions, input: transposed(&input), recurrent, bias, out, out_bias }
    }

    /// One score of 0-1 for each chunk, given the magnitudes of its spectra.
    pub(super) fn scores(&self, spectra: &Array2<f32>, memory: &mut Memory) -> Vec<f32> {
        let [first, second, third, fourth] = &self.convolutions;
        let chunks = spectra.nrows() / SPECTRA;
        let features =
            [second, third, fourth].iter().fold(first.run(spectra, chunks), |x, layer| layer.run(&x, chunks));
        let gates = features.dot(&self.input) + &self.bias;
        gates.outer_iter().map(|gates| self.score(&gates, memory)).collect()
    }

    fn score(&self, input: &ArrayView1<'_, f32>, memory: &mut Memory) -> f32 {
        memory.step(&(self.recurrent.dot(&memory.hidden) + input));
        let heard = memory.hidden.mapv(|value| value.max(0.0));
        sigmoid(heard.dot(&self.out) + self.out_bias)
    }
}

impl Memory {
    /// Gates in `PyTorch`'s order: input, forget, cell, output.
    fn step(&mut self, gates: &Array1<f32>) {
        let gate = |index: usize| gates.slice(s![index * HIDDEN..(index + 1) * HIDDEN]);
        Zip::from(&mut self.cell).and(gate(0)).and(gate(1)).and(gate(2)).for_each(|cell, &input, &forget, &new| {
            *cell = sigmoid(forget) * *cell + sigmoid(input) * new.tanh();
        });
        Zip::from(&mut self.hidden).and(&self.cell).and(gate(3)).for_each(|hidden, &cell, &output| {
            *hidden = sigmoid(output) * cell.tanh();
        });
    }
}

/// A convolution along time with three taps, padded by one on both sides, and its rectifier.
struct Convolution {
    /// The three taps below each other, `3 * from` x `to`.
    taps: Array2<f32>,
    bias: Array1<f32>,
    from: usize,
    stride: usize,
}

impl Convolution {
    fn read(weights: &mut Weights, [from, to]: [usize; 2], stride: usize) -> Self {
        let stored = weights.matrix(to, from * 3);
        let taps = Array2::from_shape_fn((3 * from, to), |(row, out)| stored[[out, row % from * 3 + row / from]]);
        Self { taps, bias: weights.vector(to), from, stride }
    }

    /// The same for each of `chunks` groups of rows, which don't see each other.
    fn run(&self, rows: &Array2<f32>, chunks: usize) -> Array2<f32> {
        let length = rows.nrows().checked_div(chunks).unwrap_or(0);
        let steps = length.div_ceil(self.stride);
        let mut seen = Array2::zeros((chunks * steps, 3 * self.from));
        for ((chunk, step), tap) in
            (0..chunks).flat_map(|c| (0..steps).flat_map(move |s| (0..3).map(move |t| ((c, s), t))))
        {
            // The tap in the middle lies on the row itself.
            if let Some(at) = (step * self.stride + tap).checked_sub(1).filter(|&at| at < length) {
                let target = s![chunk * steps + step, tap * self.from..(tap + 1) * self.from];
                seen.slice_mut(target).assign(&rows.row(chunk * length + at));
            }
        }
        (seen.dot(&self.taps) + &self.bias).mapv_into(|value| value.max(0.0))
    }
}

fn transposed(matrix: &Array2<f32>) -> Array2<f32> {
    matrix.t().as_standard_layout().into_owned()
}

fn sigmoid(value: f32) -> f32 {
    1.0 / (1.0 + (-value).exp())
}

/// The weights that were not read yet: little-endian floats in the order of `extract.py`.
struct Weights(&'static [u8]);

impl Weights {
    fn vector(&mut self, values: usize) -> Array1<f32> {
        let (these, rest) = self.0.split_at(values * 4);
        self.0 = rest;
        these.as_chunks::<4>().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
    }

    fn matrix(&mut self, rows: usize, columns: usize) -> Array2<f32> {
        let values = self.vector(rows * columns).to_vec();
        Array2::from_shape_vec((rows, columns), values).expect("as many values were read")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_holds_exactly_the_weights() {
        let convolutions = [(BINS, 128), (128, 64), (64, 64), (64, 128)].iter().map(|(from, to)| from * to * 3 + to);
        let memory = 2 * (4 * HIDDEN * HIDDEN + 4 * HIDDEN);
        assert_eq!(include_bytes!("weights.bin").len(), 4 * (convolutions.sum::<usize>() + memory + HIDDEN + 1));
    }
}
