//! The content of a file as one number.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest as _, Sha256};
use stepreel_core::Digest;

/// The SHA-256 of a file's content, read in pieces.
///
/// # Errors
/// When the file can't be read, or is none.
pub fn digest_of(path: &Path) -> io::Result<Digest> {
    digest_unless(path, || false)
}

/// As [`digest_of`]; between two pieces, whoever waits may say that it is wanted no longer.
///
/// # Errors
/// When the file can't be read or is none (a pipe would never end), and [`io::ErrorKind::Interrupted`] when its digest was wanted no
/// longer.
pub fn digest_unless(path: &Path, unwanted: impl Fn() -> bool) -> io::Result<Digest> {
    // Opening a pipe that nobody writes to would wait already.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file"));
    }
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        if unwanted() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        match file.read(&mut piece)? {
            0 => return Ok(Digest::new(hasher.finalize().into())),
            read => hasher.update(&piece[..read]),
        }
    }
}
