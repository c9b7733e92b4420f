//! Blobs as parts of a page, or as links to a server.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};
use std::rc::Rc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use imagesize::ImageSize;
use stepreel_core::{Procedure, SessionId};

use super::{EMBEDDED_CLIPS, ReportError};
use crate::{BlobSource, Links};

/// Where the media of a page come from.
pub(super) enum Media<'a> {
    /// They are part of it.
    Embedded(Embedded<'a>),
    /// A server has them.
    Linked(&'a dyn Links),
}

/// Turns blobs into data URLs, and clips into files beside the page once they are too many.
pub(super) struct Embedded<'a> {
    blobs: &'a dyn BlobSource,
    session: SessionId,
    room: u64,
    /// From the path of a file beside the page to the key of its blob.
    pub(super) files: BTreeMap<String, String>,
    /// Of the clips.
    pub(super) failure: Failure,
}

/// Why a clip could not become part of a page: what is printed can only say that it failed.
#[derive(Clone, Default)]
pub(super) struct Failure(Rc<RefCell<Option<ReportError>>>);

impl Failure {
    pub(super) fn take(&self) -> Option<ReportError> {
        self.0.take()
    }
}

/// The URL of a clip.
pub(super) enum ClipUrl<'a> {
    /// It is read when it is printed.
    Embedded { blobs: &'a dyn BlobSource, key: &'a str, failure: Failure },
    /// It lies beside the page, or on a server.
    Elsewhere(String),
}

impl<'a> Media<'a> {
    /// The URL of the clip of that procedure.
    pub(super) fn clip(&mut self, procedure: &'a Procedure) -> Result<ClipUrl<'a>, ReportError> {
        match self {
            Self::Embedded(embedded) => embedded.clip(&procedure.video_url, procedure.ordinal),
            Self::Linked(links) => Ok(ClipUrl::Elsewhere(links.blob(&procedure.video_url))),
        }
    }

    pub(super) fn picture(&self, key: Option<&str>) -> Result<Option<String>, ReportError> {
        key.map(|key| self.url("image/jpeg", key)).transpose()
    }

    pub(super) fn captions(&self, key: Option<&str>) -> Result<Option<String>, ReportError> {
        key.map(|key| self.url("text/vtt", key)).transpose()
    }

    fn url(&self, kind: &str, key: &str) -> Result<String, ReportError> {
        match self {
            Self::Embedded(embedded) => Ok(data_url(kind, &embedded.bytes(key)?)),
            Self::Linked(links) => Ok(links.blob(key)),
        }
    }

    /// Small pictures of a clip: a page that is one file has none, because they name another file.
    pub(super) fn storyboard(&self, key: Option<&str>) -> Option<String> {
        match self {
            Self::Embedded(_) => None,
            Self::Linked(links) => key.map(|key| links.blob(key)),
        }
    }

    /// The filmstrip and its size; nothing for what is no picture.
    pub(super) fn filmstrip(&self, key: &str) -> Result<Option<(String, ImageSize)>, ReportError> {
        match self {
            Self::Embedded(embedded) => {
                let jpeg = embedded.bytes(key)?;
                Ok(imagesize::blob_size(&jpeg).ok().map(|size| (data_url("image/jpeg", &jpeg), size)))
            }
            Self::Linked(links) => {
                let size = links.filmstrip().and_then(|jpeg| imagesize::blob_size(jpeg).ok());
                Ok(size.map(|size| (links.blob(key), size)))
            }
        }
    }

    /// The whole recording, where it can be played.
    pub(super) fn recording(&self) -> Option<String> {
        match self {
            Self::Embedded(_) => None,
            Self::Linked(links) => links.recording(),
        }
    }

    /// The page of one procedure, where it has one.
    pub(super) fn page(&self, ordinal: u32) -> Option<String> {
        match self {
            Self::Embedded(_) => None,
            Self::Linked(links) => Some(links.procedure(ordinal)),
        }
    }
}

impl<'a> Embedded<'a> {
    pub(super) fn new(blobs: &'a dyn BlobSource, session: SessionId) -> Self {
        Self { blobs, session, room: EMBEDDED_CLIPS, files: BTreeMap::new(), failure: Failure::default() }
    }

    fn clip(&mut self, key: &'a str, ordinal: u32) -> Result<ClipUrl<'a>, ReportError> {
        let length = self.blobs.length(key).map_err(|cause| unreadable(key, cause))?;
        if let Some(room) = self.room.checked_sub(length) {
            self.room = room;
            return Ok(ClipUrl::Embedded { blobs: self.blobs, key, failure: self.failure.clone() });
        }
        let path = format!("clips-{}/{ordinal}.mp4", self.session);
        self.files.insert(path.clone(), key.to_owned());
        Ok(ClipUrl::Elsewhere(path))
    }

    fn bytes(&self, key: &str) -> Result<Vec<u8>, ReportError> {
        let mut bytes = Vec::new();
        let read = self.blobs.open(key).and_then(|mut content| content.read_to_end(&mut bytes));
        read.map_err(|cause| unreadable(key, cause))?;
        Ok(bytes)
    }
}

fn data_url(kind: &str, bytes: &[u8]) -> String {
    format!("data:{kind};base64,{}", BASE64_STANDARD.encode(bytes))
}

fn unreadable(key: &str, cause: io::Error) -> ReportError {
    ReportError::Blob { key: key.to_owned(), cause }
}

impl fmt::Display for ClipUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Elsewhere(path) => f.write_str(path),
            Self::Embedded { blobs, key, failure } => {
                f.write_str("data:video/mp4;base64,")?;
                print_content(*blobs, key, f).unwrap_or_else(|cause| {
                    failure.0.replace(Some(unreadable(key, cause)));
                    Err(fmt::Error)
                })
            }
        }
    }
}

/// Bytes that are in memory at a time; whole groups of three, so that only the last piece is padded.
const PIECE: u64 = 3 << 14;

/// A blob in base64. The outer error is the blob's, the inner one that of what is printed to.
fn print_content(blobs: &dyn BlobSource, key: &str, f: &mut fmt::Formatter<'_>) -> io::Result<fmt::Result> {
    let mut content = blobs.open(key)?;
    let mut piece = Vec::new();
    loop {
        piece.clear();
        content.by_ref().take(PIECE).read_to_end(&mut piece)?;
        if piece.is_empty() {
            return Ok(Ok(()));
        }
        if f.write_str(&BASE64_STANDARD.encode(&piece)).is_err() {
            return Ok(Err(fmt::Error));
        }
    }
}

#[cfg(test)]
mod tests {
    use stepreel_core::Digest;

    use super::*;

    /// Every blob is ten bytes; the one named `torn` can't be read to its end.
    struct TenBytes;

    impl BlobSource for TenBytes {
        fn length(&self, _: &str) -> io::Result<u64> {
            Ok(10)
        }

        fn open(&self, key: &str) -> io::Result<Box<dyn Read + '_>> {
            let torn = io::repeat(7).take(5).chain(Broken);
            Ok(if key == "torn" { Box::new(torn) } else { Box::new(io::repeat(7).take(10)) })
        }
    }

    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::InvalidData.into())
        }
    }

    fn embedded(room: u64) -> Embedded<'static> {
        Embedded { room, ..Embedded::new(&TenBytes, SessionId::of(&"acme".parse().unwrap(), Digest::new([1; 32]))) }
    }

    #[test]
    fn clips_are_embedded_while_there_is_room_and_lie_beside_the_page_after() {
        let mut media = embedded(25);
        let urls = ["a", "b", "c"].map(|key| media.clip(key, 3).unwrap().to_string());
        assert!(urls[..2].iter().all(|url| *url == data_url("video/mp4", &[7; 10])));
        assert_eq!(urls[2], format!("clips-{}/3.mp4", media.session));
        assert_eq!(media.files, BTreeMap::from([(urls[2].clone(), "c".to_owned())]));
    }

    #[test]
    fn a_clip_that_ends_too_early_is_named() {
        use std::fmt::Write;
        let mut media = embedded(25);
        let url = media.clip("torn", 1).unwrap();
        assert!(write!(String::new(), "{url}").is_err());
        assert!(matches!(media.failure.take(), Some(ReportError::Blob { key, .. }) if key == "torn"));
    }
}
