//! Requests that may come twice: whoever doesn't know whether something was made asks for it again under the same key.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode};
use stepreel_core::TenantId;
use uuid::Uuid;

use crate::{App, Problem, SigningKey};

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// Bytes of a key.
const LONGEST: usize = 255;

/// The client's name for what a request makes, if it gave one.
pub(crate) struct Idempotency(Option<Vec<u8>>);

impl FromRequestParts<App> for Idempotency {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(parts.headers.get(HEADER).map(|key| key.as_bytes().to_owned())))
    }
}

impl Idempotency {
    /// The key of what that tenant makes of that kind.
    pub(crate) fn key(self, tenant: &TenantId, of: &'static str) -> Result<Option<IdempotencyKey>, Problem> {
        let Some(key) = self.0 else { return Ok(None) };
        if key.is_empty() || key.len() > LONGEST {
            return Err(Problem::invalid("Idempotency-Key", format!("it has 1 to {LONGEST} bytes")));
        }
        // Neither a kind nor a tenant has a line break.
        Ok(Some(IdempotencyKey([format!("{of}\n{tenant}\n").as_bytes(), &key].concat())))
    }
}

/// The client's name for one thing of one tenant.
pub(crate) struct IdempotencyKey(Vec<u8>);

impl IdempotencyKey {
    /// The id of what is made under it, always the same.
    pub(crate) fn id(&self, signing: &SigningKey) -> Uuid {
        Uuid::new_v5(&Uuid::NAMESPACE_OID, &signing.derive("idempotent id", &self.0))
    }

    /// The bytes of its secret, always the same: so an answer that shows one can be given again without being kept. Only the server's
    /// own key leads from one to the other.
    pub(crate) fn secret(&self, signing: &SigningKey) -> [u8; 32] {
        signing.derive("idempotent secret", &self.0)
    }
}

/// Something else was made under that key, or what was made is not good any more.
pub(crate) fn taken() -> Problem {
    Problem::new(StatusCode::CONFLICT, "key_taken", "something else was made under that key, or it was ended since")
        .field("Idempotency-Key")
        .remedy("choose another key for another request")
}
