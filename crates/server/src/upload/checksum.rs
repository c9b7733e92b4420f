//! Checksums of pieces.

use axum::http::{HeaderMap, HeaderName, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use crate::Problem;

/// As `Tus-Checksum-Algorithm` lists them.
pub(super) const ALGORITHMS: &str = "sha1,sha256,crc32";

const HEADER: HeaderName = HeaderName::from_static("upload-checksum");

/// What a piece should add up to.
pub(super) struct Checksum {
    expected: Vec<u8>,
    seen: Seen,
}

enum Seen {
    Sha1(Sha1),
    Sha256(Sha256),
    Crc32(crc32fast::Hasher),
}

impl Checksum {
    /// What the header says, if it is there.
    pub(super) fn announced(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let Some(said) = headers.get(HEADER) else { return Ok(None) };
        let (algorithm, expected) = said.to_str().ok().and_then(|said| said.split_once(' ')).ok_or_else(wrong)?;
        let expected = STANDARD.decode(expected).map_err(|_| wrong())?;
        let seen = match algorithm {
            "sha1" => Seen::Sha1(Sha1::new()),
            "sha256" => Seen::Sha256(Sha256::new()),
            "crc32" => Seen::Crc32(crc32fast::Hasher::new()),
            _ => return Err(wrong()),
        };
        Ok(Some(Self { expected, seen }))
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        match &mut self.seen {
            Seen::Sha1(seen) => seen.update(bytes),
            Seen::Sha256(seen) => seen.update(bytes),
            Seen::Crc32(seen) => seen.update(bytes),
        }
    }

    /// Whether what came is what was announced.
    pub(super) fn check(self) -> Result<(), Problem> {
        let found = match self.seen {
            Seen::Sha1(seen) => seen.finalize().to_vec(),
            Seen::Sha256(seen) => seen.finalize().to_vec(),
            Seen::Crc32(seen) => seen.finalize().to_be_bytes().to_vec(),
        };
        if found == self.expected { Ok(()) } else { Err(mismatch()) }
    }
}

/// 460 is tus's own status.
fn mismatch() -> Problem {
    let status = StatusCode::from_u16(460).expect("a status has three digits");
    Problem::new(status, "checksum", "the piece was damaged on its way")
        .field("Upload-Checksum")
        .detail("nothing of the piece was kept")
        .remedy("send it again")
}

fn wrong() -> Problem {
    Problem::invalid("Upload-Checksum", "it reads: sha1, sha256 or crc32, a space, and base64")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, good: bool) {
        let headers = HeaderMap::from_iter([(HEADER, header.parse().unwrap())]);
        let mut checksum = Checksum::announced(&headers).unwrap().unwrap();
        checksum.update(b"hello ");
        checksum.update(b"world");
        assert_eq!(checksum.check().is_ok(), good, "{header}");
    }

    #[test]
    fn a_piece_adds_up_or_does_not() {
        check("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", true);
        check("sha256 uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=", true);
        check("crc32 DUoRhQ==", true);
        check("sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=", false);
        check("sha1 ", false);
    }

    #[test]
    fn other_algorithms_are_refused() {
        for bad in ["md5 AAAA", "sha1", "sha1 !!", ""] {
            assert!(Checksum::announced(&HeaderMap::from_iter([(HEADER, bad.parse().unwrap())])).is_err(), "{bad}");
        }
    }
}
