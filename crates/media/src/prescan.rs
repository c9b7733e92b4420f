//! The look at a recording's container that comes before any decoder's.

use std::fs::File;
use std::path::Path;

use stepreel_prescan::{Limits, Refusal};

use crate::{MediaError, sniff};

/// Holds the recording at `path` to the limits of what a decoder is given.
pub(crate) fn prescan(path: &Path) -> Result<(), MediaError> {
    let mut file = File::open(path).map_err(|error| MediaError::from_io(path, error))?;
    match stepreel_prescan::prescan(&mut file, &Limits::default()) {
        Ok(_) => Ok(()),
        Err(refusal) => Err(explain(path, refusal)),
    }
}

fn explain(path: &Path, refusal: Refusal) -> MediaError {
    match refusal {
        Refusal::Unknown => sniff::unreadable(path, "its first bytes are none of its kind's".into(), false),
        Refusal::Headless { .. } | Refusal::Damaged { .. } => {
            let truncated = matches!(refusal, Refusal::Headless { .. });
            MediaError::Damaged { path: path.to_owned(), damage: refusal.to_string(), truncated }
        }
        Refusal::Io(cause) => MediaError::from_io(path, cause),
        refusal => MediaError::Refused { path: path.to_owned(), refusal },
    }
}
