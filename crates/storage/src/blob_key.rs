//! Names of blobs, made from their content.

use std::fmt;
use std::str::FromStr;

use stepreel_core::{Digest, SessionId, TenantId};

/// The name of a blob: `{tenant}/{session}/{sha256 of its content}.{extension}`.
///
/// The same content has the same name, so that a run that is done again writes over its own files. No part of it comes from
/// a client.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobKey {
    tenant: TenantId,
    session: SessionId,
    content: Digest,
    extension: Extension,
}

/// What a blob holds, as the end of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Extension {
    /// A clip, or a recording of the MP4 family.
    Mp4,
    /// A still.
    Jpg,
    /// Captions.
    Vtt,
    /// A document.
    Json,
    /// A recording: Matroska or `WebM`.
    Mkv,
    /// A recording: an MPEG transport stream.
    Ts,
    /// A recording: AVI.
    Avi,
    /// A recording: an MPEG program stream.
    Mpg,
    /// A recording: Flash video.
    Flv,
    /// A recording: Ogg.
    Ogg,
    /// A recording of nothing but sound, in any container.
    Sound,
}

/// What was given is no key of a blob.
#[derive(Debug, thiserror::Error)]
#[error("\"{0}\" is no key of a blob: it reads tenant/session/sha256.mp4, or .jpg, .vtt, .json or another ending")]
pub struct BlobKeyError(String);

impl BlobKey {
    /// The blob with that content in that session.
    pub fn new(tenant: &TenantId, session: SessionId, content: Digest, extension: Extension) -> Self {
        Self { tenant: tenant.clone(), session, content, extension }
    }

    /// Whose it is.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// The session that it is from.
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// What kind of thing it holds.
    pub fn extension(&self) -> Extension {
        self.extension
    }

    /// What it holds.
    pub fn content(&self) -> Digest {
        self.content
    }

    /// Its first two parts, `{tenant}/{session}`: what lies there is that session's.
    pub fn owner(&self) -> String {
        format!("{}/{}", self.tenant, self.session)
    }

    /// The blobs of the same session that a storyboard's cues name: the sheets with its pictures.
    pub fn beside(&self, cues: &str) -> Vec<Self> {
        let names = cues.lines().filter_map(|line| line.split_once("#xywh=")).map(|(name, _)| name);
        names.filter_map(|name| format!("{}/{name}", self.owner()).parse().ok()).collect()
    }

    /// Its last part: blobs of a session lie beside each other.
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.content, self.extension.as_str())
    }

    fn parse(text: &str) -> Option<Self> {
        let (tenant, rest) = text.split_once('/')?;
        let (session, file) = rest.split_once('/')?;
        let (content, extension) = file.split_once('.')?;
        let extension = Extension::ALL.into_iter().find(|known| known.as_str() == extension)?;
        let session = SessionId(session.parse().ok()?);
        Some(Self::new(&tenant.parse().ok()?, session, content.parse().ok()?, extension))
    }
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.tenant, self.session, self.file_name())
    }
}

impl FromStr for BlobKey {
    type Err = BlobKeyError;

    /// Only the one spelling that [`fmt::Display`] gives: two spellings of a key would be two files.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let key = Self::parse(text).filter(|key| key.to_string() == text);
        key.ok_or_else(|| BlobKeyError(text.escape_default().to_string()))
    }
}

impl Extension {
    const ALL: [Self; 11] = [
        Self::Mp4,
        Self::Jpg,
        Self::Vtt,
        Self::Json,
        Self::Mkv,
        Self::Ts,
        Self::Avi,
        Self::Mpg,
        Self::Flv,
        Self::Ogg,
        Self::Sound,
    ];

    /// Without the dot.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::Jpg => "jpg",
            Self::Vtt => "vtt",
            Self::Json => "json",
            Self::Mkv => "mkv",
            Self::Ts => "ts",
            Self::Avi => "avi",
            Self::Mpg => "mpg",
            Self::Flv => "flv",
            Self::Ogg => "ogg",
            Self::Sound => "sound",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: &str = "acme/5d601c5e-7f4b-5f0e-9a43-b1f8a7c211d4";

    #[test]
    fn keys_survive_text() {
        for extension in Extension::ALL {
            let tenant = "acme".parse().unwrap();
            let key =
                BlobKey::new(&tenant, SessionId::of(&tenant, Digest::new([1; 32])), Digest::new([7; 32]), extension);
            assert_eq!(key.to_string().parse::<BlobKey>().unwrap(), key);
        }
    }

    #[test]
    fn nothing_but_a_key_is_a_key() {
        let sha = "0a".repeat(32);
        assert!(format!("{SESSION}/{sha}.mp4").parse::<BlobKey>().is_ok());
        for file in [format!("{sha}.exe"), format!("{}.mp4", sha.to_uppercase()), format!("{sha}.mp4/"), sha.clone()] {
            assert!(format!("{SESSION}/{file}").parse::<BlobKey>().is_err(), "{file}");
        }
        for text in ["", "../../etc/passwd", "acme/../x.mp4"] {
            assert!(text.parse::<BlobKey>().is_err(), "{text}");
        }
        assert!(format!("{}/{sha}.mp4", SESSION.to_uppercase()).parse::<BlobKey>().is_err());
    }
}
