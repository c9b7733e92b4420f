//! Blobs as parts of a page.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use stepreel_core::SessionId;

use super::{EMBEDDED_CLIPS, ReportError};
use crate::BlobSource;

/// Turns blobs into data URLs, and clips into files beside the page once they are too many.
pub(super) struct Media<'a> {
    blobs: &'a dyn BlobSource,
    session: SessionId,
    room: u64,
    /// From the path of a file beside the page to the key of its blob.
    pub(super) files: BTreeMap<String, String>,
}

impl<'a> Media<'a> {
    pub(super) fn new(blobs: &'a dyn BlobSource, session: SessionId) -> Self {
        Self { blobs, session, room: EMBEDDED_CLIPS, files: BTreeMap::new() }
    }

    /// The URL of the clip of the procedure at that place.
    pub(super) fn clip(&mut self, key: &str, ordinal: u32) -> Result<String, ReportError> {
        let clip = self.bytes(key)?;
        if let Some(room) = self.room.checked_sub(clip.len() as u64) {
            self.room = room;
            return Ok(data_url("video/mp4", &clip));
        }
        let path = format!("clips-{}/{ordinal}.mp4", self.session);
        self.files.insert(path.clone(), key.to_owned());
        Ok(path)
    }

    pub(super) fn picture(&self, key: Option<&str>) -> Result<Option<String>, ReportError> {
        key.map(|key| Ok(data_url("image/jpeg", &self.bytes(key)?))).transpose()
    }

    pub(super) fn captions(&self, key: Option<&str>) -> Result<Option<String>, ReportError> {
        key.map(|key| Ok(data_url("text/vtt", &self.bytes(key)?))).transpose()
    }

    pub(super) fn bytes(&self, key: &str) -> Result<Vec<u8>, ReportError> {
        self.blobs.bytes(key).map_err(|cause| ReportError::Blob { key: key.to_owned(), cause })
    }
}

pub(super) fn data_url(kind: &str, bytes: &[u8]) -> String {
    format!("data:{kind};base64,{}", BASE64_STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use std::io;

    use stepreel_core::Digest;

    use super::*;

    struct TenBytes;

    impl BlobSource for TenBytes {
        fn bytes(&self, _: &str) -> io::Result<Vec<u8>> {
            Ok(vec![7; 10])
        }
    }

    #[test]
    fn clips_are_embedded_while_there_is_room_and_lie_beside_the_page_after() {
        let session = SessionId::of(&"acme".parse().unwrap(), Digest::new([1; 32]));
        let mut media = Media { room: 25, ..Media::new(&TenBytes, session) };
        let urls = ["a", "b", "c"].map(|key| media.clip(key, 3).unwrap());
        assert!(urls[..2].iter().all(|url| url.starts_with("data:video/mp4;base64,")));
        assert_eq!(urls[2], format!("clips-{session}/3.mp4"));
        assert_eq!(media.files, BTreeMap::from([(urls[2].clone(), "c".to_owned())]));
    }
}
