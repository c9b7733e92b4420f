//! A login that waits for somebody to come back from the provider.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use stepreel_openid::Attempt;

use super::secret::random;
use crate::SigningKey;

/// A login that waits for somebody to come back from the provider. All of it is in the browser's cookie, so that any number may be
/// under way and a restart breaks off none. State, nonce and verifier follow from the cookie and the service's key: who
/// comes back with the state has the cookie that it was made from, letter by letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pending {
    expires: i64,
    seed: String,
    next: String,
}

impl Pending {
    /// Somebody has so long to sign in with the provider.
    pub(super) const LIFETIME: Duration = Duration::from_mins(10);

    /// More than any address of this site has, in bytes; a cookie has 4,096.
    const LONGEST: usize = 1_000;

    /// One that goes on at that path.
    pub(super) fn begin(next: &str, now: DateTime<Utc>) -> Self {
        let next = if next.len() <= Self::LONGEST { next } else { "/" };
        let seed = URL_SAFE_NO_PAD.encode(random::<32>());
        Self { expires: (now + Self::LIFETIME).timestamp(), seed, next: next.to_owned() }
    }

    /// The one of a cookie, if it is not over.
    pub(super) fn read(cookie: &str, now: DateTime<Utc>) -> Option<Self> {
        let mut parts = cookie.split('.');
        let (expires, seed, next) = (parts.next()?.parse().ok()?, parts.next()?.to_owned(), parts.next()?);
        let next = String::from_utf8(URL_SAFE_NO_PAD.decode(next).ok()?).ok()?;
        let pending = Self { expires, seed, next };
        (parts.next().is_none() && now.timestamp() < expires).then_some(pending)
    }

    /// What the browser keeps.
    pub(super) fn cookie(&self) -> String {
        format!("{}.{}.{}", self.expires, self.seed, URL_SAFE_NO_PAD.encode(&self.next))
    }

    /// Where it goes on.
    pub(super) fn next(&self) -> &str {
        &self.next
    }

    /// What the provider is told.
    pub(super) fn attempt(&self, key: &SigningKey) -> Attempt {
        let cookie = self.cookie();
        let derived = |purpose| key.derived(purpose, &cookie);
        Attempt { state: derived("openid state"), nonce: derived("openid nonce"), verifier: derived("openid verifier") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: SigningKey = SigningKey::new([7; 32]);

    #[test]
    fn what_the_provider_is_told_follows_from_the_cookie_alone() {
        let now = Utc::now();
        let (pending, other) = (Pending::begin("/sessions?q=ü", now), Pending::begin("/sessions?q=ü", now));
        let read = Pending::read(&pending.cookie(), now).unwrap();
        assert_eq!((&read, read.next()), (&pending, "/sessions?q=ü"));
        assert_eq!(read.attempt(&KEY), pending.attempt(&KEY));
        assert_ne!(other.attempt(&KEY), pending.attempt(&KEY), "each is another");
        assert_ne!(pending.attempt(&SigningKey::new([8; 32])), pending.attempt(&KEY), "and another service's");
        let elsewhere = Pending { next: "/elsewhere".to_owned(), ..pending.clone() };
        let longer = Pending { expires: pending.expires + 1, ..pending.clone() };
        for changed in [elsewhere, longer] {
            assert_ne!(changed.attempt(&KEY).state, pending.attempt(&KEY).state);
        }
    }

    #[test]
    fn each_part_has_a_secret_of_its_own() {
        let Attempt { state, nonce, verifier } = Pending::begin("/", Utc::now()).attempt(&KEY);
        assert!(state != nonce && nonce != verifier && verifier != state);
        assert!((43..=128).contains(&verifier.len()), "as RFC 7636 wants it");
    }

    #[test]
    fn a_cookie_that_is_over_or_no_cookie_is_none() {
        let now = Utc::now();
        let cookie = Pending::begin("/", now).cookie();
        assert!(Pending::read(&cookie, now + Pending::LIFETIME - Duration::from_secs(1)).is_some());
        assert_eq!(Pending::read(&cookie, now + Pending::LIFETIME), None);
        for wrong in ["", ".", "..", "1.2", "x.y.z", &format!("{cookie}.x"), &cookie.replace('.', "")] {
            assert_eq!(Pending::read(wrong, now), None, "{wrong:?}");
        }
        assert_eq!(Pending::begin(&"/".repeat(1_001), now).next(), "/");
    }
}
