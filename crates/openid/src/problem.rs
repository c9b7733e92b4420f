//! What can go wrong with a provider.

use std::error::Error;

use openidconnect::core::CoreErrorResponseType;
use openidconnect::{ClaimsVerificationError, DiscoveryError, RequestTokenError, StandardErrorResponse, UserInfoError};

use crate::conversation::NoAnswer;

/// Why nobody is signed in. None of its texts holds a code, a token or a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenIdError {
    /// It can't be reached, or takes too long.
    #[error("the provider gives no answer")]
    Silence(#[source] Box<dyn Error + Send + Sync>),
    /// It doesn't take the code: it was used before, is too old, or was never given.
    #[error("the provider does not take the code")]
    Code,
    /// It and the service haven't agreed on this.
    #[error("the provider refuses the service: {0}")]
    Refused(String),
    /// What it answers is no `OpenID` Connect.
    #[error("the provider's answer can't be understood: {0}")]
    Answer(String),
    /// What it says about the person can't be trusted.
    #[error("the provider's word about the person can't be trusted")]
    Untrusted(#[source] Box<dyn Error + Send + Sync>),
}

impl From<DiscoveryError<NoAnswer>> for OpenIdError {
    fn from(error: DiscoveryError<NoAnswer>) -> Self {
        match error {
            DiscoveryError::Request(silence) => Self::Silence(silence.into()),
            DiscoveryError::Response(status, ..) => Self::Answer(format!("status {status} for what it publishes")),
            other => Self::Answer(other.to_string()),
        }
    }
}

impl From<RequestTokenError<NoAnswer, StandardErrorResponse<CoreErrorResponseType>>> for OpenIdError {
    /// Without the body, which may hold tokens, and without the provider's own words, which may hold what it was sent.
    fn from(error: RequestTokenError<NoAnswer, StandardErrorResponse<CoreErrorResponseType>>) -> Self {
        match error {
            RequestTokenError::Request(silence) => Self::Silence(silence.into()),
            RequestTokenError::ServerResponse(refusal) => refused(refusal.error()),
            _ => Self::Answer("no tokens".to_owned()),
        }
    }
}

impl From<UserInfoError<NoAnswer>> for OpenIdError {
    fn from(error: UserInfoError<NoAnswer>) -> Self {
        match error {
            UserInfoError::Request(silence) => Self::Silence(silence.into()),
            UserInfoError::ClaimsVerification(cause) => Self::from(cause),
            _ => Self::Answer("no claims about the person".to_owned()),
        }
    }
}

impl From<ClaimsVerificationError> for OpenIdError {
    fn from(error: ClaimsVerificationError) -> Self {
        Self::Untrusted(error.into())
    }
}

fn refused(error: &CoreErrorResponseType) -> OpenIdError {
    match error {
        CoreErrorResponseType::InvalidGrant => OpenIdError::Code,
        CoreErrorResponseType::Extension(_) => OpenIdError::Refused("an error of its own".to_owned()),
        known => OpenIdError::Refused(known.to_string()),
    }
}
