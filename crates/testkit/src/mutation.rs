//! Recordings that something has happened to.

use std::{fs, io};

use crate::dice::Dice;
use crate::odd_files;

/// Mutations that a test tries: `STEPREEL_MUTATIONS`, or `usual`, which takes less time than a full run of 2,000.
///
/// # Panics
/// When the variable is no number.
pub fn mutations(usual: u64) -> u64 {
    std::env::var("STEPREEL_MUTATIONS").map_or(usual, |count| count.parse().expect("STEPREEL_MUTATIONS is a number"))
}

/// The odd recordings that are to be accepted, with what they hold.
///
/// # Errors
/// When the corpora are not there.
pub fn accepted_recordings() -> io::Result<Vec<(String, Vec<u8>)>> {
    let accepted = odd_files()?.into_iter().filter(|odd| odd.is_recording() && odd.is_accepted());
    accepted.map(|odd| Ok((odd.name, fs::read(odd.path)?))).collect()
}

/// The recording of that number among the mutated ones: a few bits flipped anywhere or in a header, its end cut off, a piece put in from
/// another, or a length changed. Gives its name with what was done, and what came of it. There is at least one recording, and none is empty.
pub fn mutated(accepted: &[(String, Vec<u8>)], number: u64) -> (String, Vec<u8>) {
    let mut dice = Dice::new(number, "mutation");
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
