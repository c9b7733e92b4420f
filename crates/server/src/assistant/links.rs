//! Where an assistant finds clips.

use std::path::PathBuf;

use chrono::Utc;
use stepreel_storage::BlobKey;
use url::Url;

use crate::{ClipPlace, SigningKey};

/// Makes addresses of clips.
#[derive(Clone, Debug)]
pub(super) enum Links {
    Files(PathBuf),
    /// Below the address of a server, which ends without a slash.
    Signed(String, SigningKey),
}

impl From<ClipPlace> for Links {
    fn from(place: ClipPlace) -> Self {
        match place {
            ClipPlace::Files(folder) => Self::Files(folder),
            ClipPlace::Server(address, key) => Self::Signed(address.trim_end_matches('/').to_owned(), key),
        }
    }
}

impl Links {
    /// Where the object of that key is; nothing for what is no key.
    pub(super) fn to(&self, key: &str) -> Option<String> {
        let object: BlobKey = key.parse().ok()?;
        match self {
            Self::Files(folder) => Url::from_file_path(folder.join(object.to_string())).ok().map(String::from),
            Self::Signed(address, key) => Some(format!("{address}{}", key.url(&object, Utc::now()))),
        }
    }

    /// The same, to be played from that second on.
    pub(super) fn beginning_at(&self, key: &str, second: f64) -> Option<String> {
        self.to(key).map(|link| format!("{link}#t={second:.3}"))
    }
}
