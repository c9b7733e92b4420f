//! The content of a file as one number.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest as _, Sha256};
use stepreel_core::Digest;

/// The SHA-256 of a file's content, read in pieces.
///
/// # Errors
/// When the file can't be read.
pub fn digest_of(path: &Path) -> io::Result<Digest> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(Digest::new(hasher.finalize().into())),
            read => hasher.update(&piece[..read]),
        }
    }
}
