//! What the first download of a file without a known hash gave: every later one has to be the same.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use stepreel_core::Digest;

use crate::ModelError;

/// Beside the file, in the form that `sha256sum --check` reads.
pub(crate) fn pin_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".sha256");
    PathBuf::from(name)
}

/// What the file was pinned to, if it was.
pub(crate) fn pinned(file: &Path) -> Result<Option<Digest>, ModelError> {
    let path = pin_of(file);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(cause) => return Err(ModelError::unreadable(&path, cause)),
    };
    let digest: Result<Digest, &str> = text.split_whitespace().next().unwrap_or_default().parse();
    digest.map(Some).map_err(|what| ModelError::Manifest { path, what: what.to_owned() })
}

/// Pins a file.
pub(crate) fn pin(file: &Path, digest: Digest) -> Result<(), ModelError> {
    let path = pin_of(file);
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    fs::write(&path, format!("{digest}  {name}\n")).map_err(|cause| ModelError::unwritable(&path, cause))
}
