//! The recordings that are tried, and what is done to them.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};

/// Mutations that are tried: `STEPREEL_MUTATIONS`, or a tenth of what a full run tries.
pub(crate) fn mutations() -> u64 {
    std::env::var("STEPREEL_MUTATIONS").map_or(200, |count| count.parse().unwrap())
}

/// Where the odd recordings are: in `STEPREEL_DATA`, or beside the workspace.
fn corpora() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("STEPREEL_DATA").map_or(beside, PathBuf::from).join("corpora")
}

/// One of the odd recordings.
pub(crate) struct Odd {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    /// What is to be made of it, such as `accept-degraded`.
    pub(crate) expected: String,
}

/// All of them, in the order of their index.
pub(crate) fn odd_recordings() -> Vec<Odd> {
    let index = fs::read_to_string(corpora().join("index.csv")).unwrap();
    let (head, rows) = index.split_once('\n').unwrap();
    let column = |name: &str| head.split(',').position(|column| column == name).unwrap();
    let (file, expected) = (column("file"), column("expected"));
    let rows = rows.lines().map(fields);
    let odd = rows.map(|row| Odd {
        path: corpora().join(&row[file]),
        name: row[file].clone(),
        expected: row[expected].clone(),
    });
    odd.filter(|odd| odd.expected != "text" && !odd.name.contains("/models/")).collect()
}

/// The contents of those that are to be accepted.
pub(crate) fn accepted() -> Vec<(String, Vec<u8>)> {
    let accepted = odd_recordings().into_iter().filter(|odd| odd.expected.starts_with("accept"));
    accepted.map(|odd| (odd.name, fs::read(odd.path).unwrap())).collect()
}

/// The fields of a line, in which quotes keep commas together.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => fields.last_mut().unwrap().push(other),
        }
    }
    fields
}

/// Numbers that look random and are the same for the same seed (`SplitMix64`).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below that one.
    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

/// The recording of that number among the mutated ones: its name, what was done, and what came of it.
pub(crate) fn mutated(accepted: &[(String, Vec<u8>)], number: u64) -> (String, Vec<u8>) {
    let mut dice = Dice::new(number);
    let (name, whole) = &accepted[dice.below(accepted.len())];
    let (other_name, other) = &accepted[dice.below(accepted.len())];
    let mut bytes = whole.clone();
    let done = match number % 5 {
        0 => flip(&mut bytes, &mut dice),
        1 => flip_header(&mut bytes, &mut dice),
        2 => cut(&mut bytes, &mut dice),
        3 => splice(&mut bytes, other, &mut dice) + other_name,
        _ => resize(&mut bytes, &mut dice),
    };
    (format!("mutation {number}: {name}, {done}"), bytes)
}

fn flip(bytes: &mut [u8], dice: &mut Dice) -> String {
    let count = 1 + dice.below(64);
    (0..count).for_each(|_| flip_bit(bytes, dice));
    format!("{count} bits flipped")
}

/// Headers stand at one end of a file.
fn flip_header(bytes: &mut [u8], dice: &mut Dice) -> String {
    let (count, length) = (1 + dice.below(8), bytes.len());
    let part = length.min(2048);
    let from = if dice.below(3) == 0 { length - part } else { 0 };
    (0..count).for_each(|_| flip_bit(&mut bytes[from..from + part], dice));
    format!("{count} bits flipped in 2 KiB from {from}")
}

fn flip_bit(bytes: &mut [u8], dice: &mut Dice) {
    let at = dice.below(bytes.len());
    bytes[at] ^= 1 << dice.below(8);
}

fn cut(bytes: &mut Vec<u8>, dice: &mut Dice) -> String {
    bytes.truncate(dice.below(bytes.len()));
    format!("cut to {} bytes", bytes.len())
}

fn splice(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) -> String {
    let from = dice.below(other.len());
    let piece = &other[from..from + dice.below((other.len() - from).min(65_536))];
    let at = dice.below(bytes.len());
    let end = at + dice.below((bytes.len() - at).min(65_536));
    bytes.splice(at..end, piece.iter().copied());
    format!("{} bytes at {at} for {} bytes from {from} of ", piece.len(), end - at)
}

/// Names before or behind which a length stands.
const SIZED: [&[u8]; 22] = [
    b"ftyp",
    b"moov",
    b"mvhd",
    b"trak",
    b"tkhd",
    b"edts",
    b"elst",
    b"mdia",
    b"mdhd",
    b"hdlr",
    b"minf",
    b"stbl",
    b"stsd",
    b"stts",
    b"stsz",
    b"stco",
    b"stsc",
    b"moof",
    b"trun",
    b"LIST",
    b"\x16\x54\xae\x6b",
    b"\x1f\x43\xb6\x75",
];

fn resize(bytes: &mut [u8], dice: &mut Dice) -> String {
    let wanted = SIZED[dice.below(SIZED.len())];
    let places: Vec<_> = (4..bytes.len().saturating_sub(8)).filter(|&at| bytes[at..].starts_with(wanted)).collect();
    if places.is_empty() {
        return flip_header(bytes, dice);
    }
    let named = places[dice.below(places.len())];
    let behind = wanted[0] == b'L' || !wanted[0].is_ascii_alphabetic();
    let at = if behind { named + 4 } else { named - 4 };
    let size = match dice.below(4) {
        0 => [0; 4],
        1 => [0xff; 4],
        2 => [0, 0, 0, 1 + dice.below(16) as u8],
        _ => (dice.next() as u32).to_be_bytes(),
    };
    bytes[at..at + 4].copy_from_slice(&size);
    format!("{size:?} as the length at {at}")
}
