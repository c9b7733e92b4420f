//! As much of MATLAB's file format, version 5, as the published predictions are written in: cells of 64-bit integers, little-endian
//! and not compressed ("MAT-File Format", The `MathWorks`).

use std::fs;
use std::path::Path;

/// The integers in each cell of a variable, which is a cell array.
pub(crate) fn cells(file: &Path, variable: &str) -> Vec<Vec<i64>> {
    let bytes = fs::read(file).unwrap();
    let matrices = elements(&bytes[HEADER..]).map(|element| elements(element.bytes).collect::<Vec<_>>());
    let named = matrices.filter(|matrix| matrix[NAME].bytes == variable.as_bytes()).collect::<Vec<_>>();
    let [cells] = named.as_slice() else { panic!("{} has no variable {variable}", file.display()) };
    cells[CONTENT..].iter().map(|cell| integers(cell.bytes)).collect()
}

/// The integers of a matrix.
fn integers(matrix: &[u8]) -> Vec<i64> {
    let content = elements(matrix).nth(CONTENT).unwrap();
    assert_eq!(content.kind, INT64);
    content.bytes.chunks_exact(8).map(|bytes| i64::from_le_bytes(bytes.try_into().unwrap())).collect()
}

/// Bytes before the first element of a file.
const HEADER: usize = 128;
/// Which element of a matrix is its name, and from which on its content follows.
const NAME: usize = 2;
const CONTENT: usize = 3;
/// The kind of element that holds 64-bit integers.
const INT64: u32 = 12;

struct Element<'a> {
    kind: u32,
    bytes: &'a [u8],
}

/// What follows itself in a file or a matrix. A small element has its length and its content beside its kind.
fn elements(bytes: &[u8]) -> impl Iterator<Item = Element<'_>> {
    let word = |bytes: &[u8], at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let first = (rest.len() >= 8).then(|| word(rest, 0))?;
        let (kind, start, length) = match first >> 16 {
            0 => (first, 8, word(rest, 4) as usize),
            small => (first & 0xffff, 4, small as usize),
        };
        let element = Element { kind, bytes: &rest[start..start + length] };
        rest = rest.get((start + length).next_multiple_of(8)..).unwrap_or_default();
        Some(element)
    })
}
