//! URLs that are good for a while.

use std::fmt;
use std::time::Duration;

use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use stepreel_storage::BlobKey;

/// A signed URL is good for so long at most.
pub(crate) const LONGEST: Duration = Duration::from_mins(10);

/// Signs the URLs of media: HMAC-SHA256 (RFC 2104) over tenant, object, method and expiry.
#[derive(Clone)]
pub struct SigningKey([u8; 32]);

impl SigningKey {
    /// From its bytes, which have to be random and secret.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Where the object is to be had, with GET or HEAD, until that moment or for [`LONGEST`].
    pub(crate) fn url(&self, object: &BlobKey, now: DateTime<Utc>) -> String {
        let expires = (now + LONGEST).timestamp();
        let signature = URL_SAFE_NO_PAD.encode(self.mac(object, &Method::GET, expires).finalize().into_bytes());
        format!("/media/{object}?expires={expires}&signature={signature}")
    }

    fn mac(&self, object: &BlobKey, method: &Method, expires: i64) -> Hmac<Sha256> {
        let mac = <Hmac<Sha256> as hmac::Mac>::new_from_slice(&self.0);
        let mut mac = mac.expect("a key of any length will do");
        // The object's key starts with its tenant, and no part holds a line break.
        mac.update(format!("{method}\n{object}\n{expires}").as_bytes());
        mac
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey")
    }
}
