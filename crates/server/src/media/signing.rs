//! URLs that are good for a while.

use std::fmt;
use std::time::Duration;

use axum::http::{Method, StatusCode, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use stepreel_storage::BlobKey;
use subtle::ConstantTimeEq;

use super::disposition;
use crate::Problem;

/// A signed URL is good for so long at most.
const LONGEST: Duration = Duration::from_mins(10);

/// Signs the URLs of media: HMAC-SHA256 (RFC 2104) over tenant, object, method and expiry. Secrets of logins follow from it, too.
#[derive(Clone)]
pub struct SigningKey([u8; 32]);

impl SigningKey {
    /// From its bytes, which have to be random and secret.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Where the object is to be had, with GET or HEAD, for five to ten minutes: the URL stays the same for five, so that an
    /// answer that holds it does, too.
    pub(crate) fn url(&self, object: &BlobKey, now: DateTime<Utc>) -> String {
        self.signed(object, "", expiry(now))
    }

    /// The same, to be saved under that name.
    pub(crate) fn download_url(&self, object: &BlobKey, name: &str, now: DateTime<Utc>) -> String {
        self.signed(object, &disposition::encoded(name), expiry(now))
    }

    /// Goes on only for a URL that was signed for that object and method, letter by letter, and is still good.
    pub(super) fn check(
        &self,
        object: &BlobKey,
        method: &Method,
        uri: &Uri,
        now: DateTime<Utc>,
    ) -> Result<(), Problem> {
        let good = || {
            let expires = parameter(uri, "expires")?.parse::<i64>().ok()?;
            let left = expires.checked_sub(now.timestamp())?;
            let in_time = 0 < left && left <= LONGEST.as_secs() as i64;
            // A URL for GET is good for HEAD, which tells less.
            let readable = matches!(*method, Method::GET | Method::HEAD);
            let signed = self.signed(object, parameter(uri, "download").unwrap_or_default(), expires);
            let given = uri.path_and_query()?.as_str();
            let same: bool = signed.as_bytes().ct_eq(given.as_bytes()).into();
            (in_time && readable && same).then_some(())
        };
        good().ok_or_else(refused)
    }

    /// 32 bytes that only this service can make of that, for one purpose. What is signed for media begins with another word.
    pub(crate) fn derive(&self, purpose: &str, of: &[u8]) -> [u8; 32] {
        self.mac(&[purpose.as_bytes(), b"\n", of].concat())
    }

    /// The same as 43 letters, digits, `-` and `_`.
    pub(crate) fn derived(&self, purpose: &str, of: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.derive(purpose, of.as_bytes()))
    }

    fn signed(&self, object: &BlobKey, download: &str, expires: i64) -> String {
        // The object's key starts with its tenant; no part holds a line break.
        let signature = self.mac(format!("GET\n{object}\n{expires}\n{download}").as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature);
        let download = if download.is_empty() { String::new() } else { format!("download={download}&") };
        format!("/media/{object}?{download}expires={expires}&signature={signature}")
    }

    fn mac(&self, text: &[u8]) -> [u8; 32] {
        let mac = <Hmac<Sha256> as hmac::Mac>::new_from_slice(&self.0);
        let mut mac = mac.expect("a key of any length will do");
        mac.update(text);
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey")
    }
}

fn expiry(now: DateTime<Utc>) -> i64 {
    let half = LONGEST.as_secs() as i64 / 2;
    (now.timestamp() / half + 2) * half
}

/// Whether the URL claims to be signed.
pub(super) fn is_signed(uri: &Uri) -> bool {
    parameter(uri, "signature").is_some() || parameter(uri, "expires").is_some()
}

/// A parameter as it stands in the URL, not decoded.
pub(super) fn parameter<'a>(uri: &'a Uri, name: &str) -> Option<&'a str> {
    let mut pairs = uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// The same for a signature that is wrong and for one that is over: neither says whether there is such an object.
fn refused() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "signature", "the link is not good, or no longer")
        .remedy("get a new one where this one came from")
}
