//! Secrets that are shown once.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use stepreel_core::{Digest, TenantId};
use stepreel_storage::{Scopes, Token};
use uuid::Uuid;

use super::idempotency::IdempotencyKey;
use crate::SigningKey;

/// What a program or a browser shows to be known again; nothing but its digest is stored.
pub struct Secret(String);

impl Secret {
    /// 256 random bits behind a prefix that tells what it is.
    pub(crate) fn random(prefix: &str) -> Self {
        Self::of(prefix, random())
    }

    fn of(prefix: &str, bytes: [u8; 32]) -> Self {
        Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// What somebody showed.
    pub(crate) fn shown(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The secret itself, to be handed over and forgotten.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it, and finds it again. One with so many random bits needs no salt, and a look-up by digest tells
    /// nothing of the secret by the time that it takes.
    pub fn digest(&self) -> Digest {
        Digest::new(Sha256::digest(&self.0).into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// A new token with its secret, `sr_` and 43 letters, digits, `-` and `_`.
pub fn new_token(
    tenant: &TenantId,
    label: String,
    scopes: Scopes,
    expires_at: Option<DateTime<Utc>>,
) -> (Token, Secret) {
    let id = uuid::Builder::from_random_bytes(random()).into_uuid();
    let tenant = tenant.clone();
    let token = Token { id, tenant, label, scopes, created_at: Utc::now(), expires_at, revoked_at: None };
    (token, Secret::random(PREFIX))
}

/// The same token with the same secret whenever it is made under that key.
pub(crate) fn token_under(key: &IdempotencyKey, signing: &SigningKey, token: Token) -> (Token, Secret) {
    (Token { id: key.id(signing), ..token }, Secret::of(PREFIX, key.secret(signing)))
}

/// How a token begins, so that scanners for leaked secrets know it.
const PREFIX: &str = "sr_";

/// Random bytes of the system.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("a system that runs a server has random numbers");
    bytes
}

/// A random id of 128 bits.
pub(crate) fn random_id() -> Uuid {
    Uuid::from_bytes(random())
}
