//! Whether a file is a ggml Whisper model.
//!
//! whisper.cpp loads a truncated file without a word, and a wrong size in it makes it end the process. So the whole structure
//! is walked first: header, mel filters, vocabulary, and the size of each tensor. The format is that of whisper.cpp's
//! `models/convert-pt-to-ggml.py`.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::RangeInclusive;
use std::path::Path;

use crate::TranscribeError;

/// Refuses what whisper.cpp could not load, or would load although it is damaged.
pub(super) fn check(path: &Path) -> Result<(), TranscribeError> {
    walk(path).map_err(|fault| match fault {
        Fault::Io(source) => TranscribeError::ModelFile { path: path.to_owned(), source },
        Fault::Wrong(problem) => TranscribeError::ModelUnusable { path: path.to_owned(), problem },
    })
}

enum Fault {
    Io(io::Error),
    Wrong(String),
}

fn wrong<T>(problem: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Wrong(problem.into()))
}

fn walk(path: &Path) -> Result<(), Fault> {
    let file = File::open(path).map_err(Fault::Io)?;
    let length = file.metadata().map_err(Fault::Io)?.len();
    if !path.is_file() {
        return wrong("it is no file");
    }
    let mut model = Model { file: BufReader::new(file), at: 0, length };
    if model.number("mark")? != MARK {
        return wrong("it does not begin with ggml's mark");
    }
    let header = Header::read(&mut model)?;
    filters(&mut model, &header)?;
    vocabulary(&mut model, &header)?;
    let mut tensors = 0;
    while model.at < model.length {
        tensor(&mut model)?;
        tensors += 1;
    }
    if tensors == header.tensors() {
        Ok(())
    } else {
        wrong(format!("it has {tensors} tensors instead of {}", header.tensors()))
    }
}

/// `ggml` as a number.
const MARK: i32 = 0x6767_6d6c;

/// A file and how far it was read.
struct Model {
    file: BufReader<File>,
    at: u64,
    length: u64,
}

impl Model {
    fn number(&mut self, what: &str) -> Result<i32, Fault> {
        let mut bytes = [0; 4];
        self.bytes(&mut bytes, what)?;
        Ok(i32::from_le_bytes(bytes))
    }

    fn within(&mut self, what: &str, range: RangeInclusive<i32>) -> Result<i32, Fault> {
        let number = self.number(what)?;
        if range.contains(&number) { Ok(number) } else { wrong(format!("its {what} is {number}")) }
    }

    fn bytes(&mut self, bytes: &mut [u8], what: &str) -> Result<(), Fault> {
        self.advance(bytes.len() as u64, what)?;
        self.file.read_exact(bytes).map_err(Fault::Io)
    }

    fn skip(&mut self, bytes: u64, what: &str) -> Result<(), Fault> {
        self.advance(bytes, what)?;
        self.file.seek_relative(bytes as i64).map_err(Fault::Io)
    }

    fn advance(&mut self, bytes: u64, what: &str) -> Result<(), Fault> {
        self.at = self.at.saturating_add(bytes);
        if self.at <= self.length { Ok(()) } else { wrong(format!("it ends early, inside its {what}")) }
    }
}

/// The sizes that say how many tensors there are, and how large.
struct Header {
    vocabulary: i32,
    mels: i32,
    audio_layers: i32,
    text_layers: i32,
}

impl Header {
    fn read(model: &mut Model) -> Result<Self, Fault> {
        // whisper.cpp knows its control tokens by their number in the vocabulary of GPT-2, so there is no smaller one.
        let vocabulary = model.within("number of tokens", 51_864..=100_000)?;
        model.within("audio context", 1..=1500)?;
        let width = model.within("audio width", 1..=8192)?;
        Self::heads(model, width)?;
        let audio_layers = model.within("number of audio layers", 1..=256)?;
        model.within("text context", 16..=8192)?;
        model.within("text width", width..=width)?;
        Self::heads(model, width)?;
        let text_layers = model.within("number of text layers", 1..=256)?;
        let mels = model.within("number of mel bands", 1..=512)?;
        let kind = model.within("kind of numbers", 0..=100_000)? % 1000;
        if !KINDS.contains(&kind) {
            return wrong(format!("its kind of numbers is {kind}"));
        }
        Ok(Self { vocabulary, mels, audio_layers, text_layers })
    }

    fn heads(model: &mut Model, width: i32) -> Result<(), Fault> {
        let heads = model.within("number of heads", 1..=width)?;
        if width % heads == 0 { Ok(()) } else { wrong(format!("it has {heads} heads for a width of {width}")) }
    }

    fn tensors(&self) -> i32 {
        11 + 15 * self.audio_layers + 24 * self.text_layers
    }
}

/// Files of 32-bit and 16-bit floats, and of the quantisations that whisper.cpp's own tool makes.
const KINDS: [i32; 12] = [0, 1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 14];

fn filters(model: &mut Model, header: &Header) -> Result<(), Fault> {
    let mels = model.within("number of mel filters", header.mels..=header.mels)?;
    // Half of a transform of 400 samples, and the middle.
    let bins = model.within("width of a mel filter", 201..=201)?;
    model.skip(mels as u64 * bins as u64 * 4, "mel filters")
}

fn vocabulary(model: &mut Model, header: &Header) -> Result<(), Fault> {
    let mut spaced = false;
    for _ in 0..model.within("number of stored tokens", 1..=header.vocabulary)? {
        let length = model.within("length of a token", 0..=1024)?;
        let mut token = vec![0; length as usize];
        model.bytes(&mut token, "vocabulary")?;
        spaced |= token == b" ";
    }
    // whisper.cpp looks this one up without asking whether it is there.
    if spaced { Ok(()) } else { wrong("its vocabulary has no space") }
}

fn tensor(model: &mut Model) -> Result<(), Fault> {
    let dimensions = model.within("number of a tensor's dimensions", 1..=4)?;
    let length = model.within("length of a tensor's name", 1..=256)?;
    let kind = model.number("tensors")?;
    let mut values: u64 = 1;
    for _ in 0..dimensions {
        values *= model.within("size of a tensor", 1..=1 << 20)? as u64;
    }
    let mut name = vec![0; length as usize];
    model.bytes(&mut name, "tensors")?;
    let name = String::from_utf8_lossy(&name).escape_debug().to_string();
    let Some(&(_, block, bytes)) = BLOCKS.iter().find(|(known, ..)| *known == kind) else {
        return wrong(format!("its tensor {name} has numbers of the unknown kind {kind}"));
    };
    if !values.is_multiple_of(block) {
        return wrong(format!("its tensor {name} has {values} values in blocks of {block}"));
    }
    model.skip(values / block * bytes, &format!("tensor {name}"))
}

/// ggml's kinds of numbers: their code, the values in a block, and its bytes.
const BLOCKS: [(i32, u64, u64); 13] = [
    (0, 1, 4),
    (1, 1, 2),
    (2, 32, 18),
    (3, 32, 20),
    (6, 32, 22),
    (7, 32, 24),
    (8, 32, 34),
    (10, 256, 84),
    (11, 256, 110),
    (12, 256, 144),
    (13, 256, 176),
    (14, 256, 210),
    (30, 1, 2),
];
