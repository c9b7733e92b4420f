//! A Whisper model of random weights in whisper.cpp's ggml format: it loads, runs and babbles.

use std::path::PathBuf;

/// Tokens of a model that only knows English, by which whisper.cpp tells it from one that knows 99 languages.
pub(crate) const ENGLISH: usize = 51_864;
pub(crate) const MULTILINGUAL: usize = 51_865;
/// Tokens that are text.
const TEXT_TOKENS: usize = 50_256;
const MELS: usize = 80;
const BINS: usize = 201;
const AUDIO_CONTEXT: usize = 1500;
/// Short, so that babble ends soon: half of it.
const TEXT_CONTEXT: usize = 64;

/// How large a babbling model is. Two text layers are not possible: whisper.cpp takes such a model for a distilled one that
/// gives no timestamps.
#[derive(Clone, Copy)]
pub(crate) struct Babbler {
    pub(crate) seed: u64,
    pub(crate) width: usize,
    pub(crate) audio_layers: usize,
    pub(crate) text_layers: usize,
    /// How many tokens it knows: [`ENGLISH`] or [`MULTILINGUAL`].
    pub(crate) vocabulary: usize,
    /// How sure it is of its babble: from 4 on it talks, at 2 it guesses.
    pub(crate) certainty: f32,
}

impl Default for Babbler {
    fn default() -> Self {
        Self { seed: 4, width: 32, audio_layers: 1, text_layers: 1, vocabulary: ENGLISH, certainty: 4.0 }
    }
}

impl Babbler {
    /// The model's file, and the folder that holds it while it lives.
    pub(crate) fn file(self) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ggml-babbler.bin");
        std::fs::write(&path, self.bytes()).unwrap();
        (folder, path)
    }

    /// The content of the model's file.
    pub(crate) fn bytes(self) -> Vec<u8> {
        let mut file = Ggml { bytes: Vec::new(), random: Random(self.seed), certainty: self.certainty };
        file.number(0x6767_6d6c);
        let (audio, text) = (self.audio_layers, self.text_layers);
        let (width, heads) = (self.width, self.width / 16);
        let header = [self.vocabulary, AUDIO_CONTEXT, width, heads, audio, TEXT_CONTEXT, width, heads, text, MELS, 1];
        for number in header {
            file.number(number);
        }
        file.mel_filters();
        file.vocabulary();
        file.encoder(width, audio);
        file.decoder(width, text, self.vocabulary);
        file.bytes
    }
}

struct Ggml {
    bytes: Vec<u8>,
    random: Random,
    certainty: f32,
}

impl Ggml {
    fn number(&mut self, number: usize) {
        self.bytes.extend(u32::try_from(number).unwrap().to_le_bytes());
    }

    /// Bands of equal width: what a babbler hears does not matter.
    fn mel_filters(&mut self) {
        self.number(MELS);
        self.number(BINS);
        for (mel, bin) in (0..MELS).flat_map(|mel| (0..BINS).map(move |bin| (mel, bin))) {
            let weight = if bin * MELS / BINS == mel { 0.02f32 } else { 0.0 };
            self.bytes.extend(weight.to_le_bytes());
        }
    }

    /// The 95 printable letters, then made-up words of two or three syllables, each with its space.
    fn vocabulary(&mut self) {
        self.number(TEXT_TOKENS);
        for token in 0..TEXT_TOKENS {
            let text = match u8::try_from(token) {
                Ok(letter) if letter < 95 => char::from(b' ' + letter).to_string(),
                _ => made_up(token),
            };
            self.number(text.len());
            self.bytes.extend(text.bytes());
        }
    }

    fn encoder(&mut self, width: usize, layers: usize) {
        self.floats("encoder.positional_embedding", &[width, AUDIO_CONTEXT]);
        self.halves("encoder.conv1.weight", &[3, MELS, width]);
        self.floats("encoder.conv1.bias", &[1, width]);
        self.halves("encoder.conv2.weight", &[3, width, width]);
        self.floats("encoder.conv2.bias", &[1, width]);
        self.norm("encoder.ln_post", width);
        for layer in 0..layers {
            let block = format!("encoder.blocks.{layer}");
            self.attention(&block, "attn", width);
            self.perceptron(&block, width);
        }
    }

    fn decoder(&mut self, width: usize, layers: usize, vocabulary: usize) {
        self.floats("decoder.positional_embedding", &[width, TEXT_CONTEXT]);
        self.halves("decoder.token_embedding.weight", &[width, vocabulary]);
        self.norm("decoder.ln", width);
        for layer in 0..layers {
            let block = format!("decoder.blocks.{layer}");
            self.attention(&block, "attn", width);
            self.attention(&block, "cross_attn", width);
            self.perceptron(&block, width);
        }
    }

    fn attention(&mut self, block: &str, kind: &str, width: usize) {
        self.norm(&format!("{block}.{kind}_ln"), width);
        for part in ["query", "key", "value", "out"] {
            self.halves(&format!("{block}.{kind}.{part}.weight"), &[width, width]);
            if part != "key" {
                self.floats(&format!("{block}.{kind}.{part}.bias"), &[width]);
            }
        }
    }

    fn perceptron(&mut self, block: &str, width: usize) {
        self.norm(&format!("{block}.mlp_ln"), width);
        self.halves(&format!("{block}.mlp.0.weight"), &[width, 4 * width]);
        self.floats(&format!("{block}.mlp.0.bias"), &[4 * width]);
        self.halves(&format!("{block}.mlp.2.weight"), &[4 * width, width]);
        self.floats(&format!("{block}.mlp.2.bias"), &[width]);
    }

    /// Large weights here make large differences between tokens.
    fn norm(&mut self, name: &str, width: usize) {
        self.floats_around(self.certainty, &format!("{name}.weight"), &[width]);
        self.floats(&format!("{name}.bias"), &[width]);
    }

    fn floats(&mut self, name: &str, shape: &[usize]) {
        self.floats_around(0.0, name, shape);
    }

    fn floats_around(&mut self, middle: f32, name: &str, shape: &[usize]) {
        self.tensor_header(name, shape, 0);
        for _ in 0..shape.iter().product() {
            let value = middle + self.random.next() as f32 / u32::MAX as f32 - 0.5;
            self.bytes.extend(value.to_le_bytes());
        }
    }

    /// Halves of random sign between 1/16 and 1/2.
    fn halves(&mut self, name: &str, shape: &[usize]) {
        self.tensor_header(name, shape, 1);
        for _ in 0..shape.iter().product() {
            let random = self.random.next() as u16;
            let exponent = 11 + (random >> 10) % 3;
            self.bytes.extend(((random & 0x83ff) | (exponent << 10)).to_le_bytes());
        }
    }

    fn tensor_header(&mut self, name: &str, shape: &[usize], kind: usize) {
        self.number(shape.len());
        self.number(name.len());
        self.number(kind);
        for &size in shape {
            self.number(size);
        }
        self.bytes.extend(name.bytes());
    }
}

/// A linear congruential generator, Knuth's constants.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as u32
    }
}

fn made_up(token: usize) -> String {
    const SYLLABLES: [&str; 40] = [
        "ba", "be", "bi", "bo", "da", "de", "di", "do", "ka", "ke", "ki", "ko", "la", "le", "li", "lo", "ma", "me",
        "mi", "mo", "na", "ne", "ni", "no", "pa", "pe", "pi", "po", "ra", "re", "ri", "ro", "sa", "se", "si", "so",
        "ta", "te", "ti", "to",
    ];
    let digit = |place: usize| SYLLABLES[token / 40usize.pow(place as u32) % 40];
    format!(" {}{}{}", digit(2), digit(1), digit(0))
}
