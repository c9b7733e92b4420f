//! Whether a file is the one that is meant.

use std::path::Path;

use stepreel_core::Digest;

use crate::error::contents_differ;
use crate::pin::{pin_of, pinned};
use crate::{ModelError, ModelFile, digest_of};

/// The content of a file that has to be what the manifest says, or what it was pinned to.
pub(crate) fn check(name: &str, file: &ModelFile, path: &Path) -> Result<Digest, ModelError> {
    let different = |what: String, remedy: String| {
        Err(ModelError::Different { name: name.to_owned(), path: path.to_owned(), what, remedy })
    };
    let again = if file.urls.is_empty() {
        "delete it and get it again".to_owned()
    } else {
        format!("get it again with `stepreel models pull {name}`, or rename it if it is another model")
    };
    let bytes = path.metadata().map_err(|cause| ModelError::unreadable(path, cause))?.len();
    if let Some(expected) = file.bytes.filter(|&expected| expected != bytes) {
        return different(format!("{bytes} bytes instead of {expected}"), again);
    }
    let digest = digest_of(path).map_err(|cause| ModelError::unreadable(path, cause))?;
    match (file.sha256, pinned(path)?) {
        (Some(expected), _) if expected != digest => different(contents_differ(digest, expected), again),
        (None, Some(pin)) if pin != digest => {
            let remedy =
                format!("delete it and get it again, or delete {} to trust it as it is", pin_of(path).display());
            different(contents_differ(digest, pin), remedy)
        }
        _ => Ok(digest),
    }
}
