//! The content of a file as one number.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest as _, Sha256};
use stepreel_core::Digest;

/// The SHA-256 of a file's content, read in pieces: what its key is made of.
///
/// # Errors
/// When the file can't be read.
pub fn content_of(path: &Path) -> io::Result<Digest> {
    let (mut file, mut digest) = (File::open(path)?, Sha256::new());
    let mut block = vec![0; 1 << 20];
    loop {
        match file.read(&mut block)? {
            0 => return Ok(Digest::new(digest.finalize().into())),
            read => digest.update(&block[..read]),
        }
    }
}
