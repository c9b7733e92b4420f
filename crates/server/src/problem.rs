//! Errors as clients see them: RFC 9457.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Serialize, Serializer};
use stepreel_storage::{Scope, StoreError};
use utoipa::ToSchema;

/// What problems are sent as (RFC 9457).
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request was not done, as `application/problem+json`; with the field and the remedy where there are some.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A stable name, as a relative URI: `/problems/{code}`.
    #[serde(rename = "type", serialize_with = "relative")]
    kind: &'static str,
    /// What is wrong, the same for all of this type.
    title: &'static str,
    /// The status of HTTP.
    status: u16,
    /// What is wrong this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The field, parameter or header that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<&'static str>,
    #[serde(skip)]
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem of that status with a stable name and a title.
    pub fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        Self {
            kind: code,
            title,
            status: status.as_u16(),
            detail: None,
            field: None,
            remedy: None,
            headers: Vec::new(),
        }
    }

    /// No such thing, or another's: the two are never told apart.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "there is no such thing here")
    }

    /// Not with that method.
    pub(crate) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "that can't be done with this method")
            .remedy("the header Allow lists those that can")
    }

    /// Nobody, or somebody whose token or visit is no longer good.
    pub fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "nobody is logged in")
            .remedy("log in, or send a token that is good: Authorization: Bearer sr_...")
            .header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// Somebody who may not do that.
    pub fn forbidden(scope: Scope) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "that takes another scope")
            .detail(format!("it takes the scope {scope}"))
            .remedy("use a token with that scope, or ask a manager")
    }

    /// A field, parameter or header that can't be used.
    pub fn invalid(field: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid", "the request can't be understood").field(field).detail(detail)
    }

    /// Something that nobody who asks can help.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "something went wrong here")
    }

    /// What is wrong this time.
    #[must_use]
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// Which field, parameter or header is wrong.
    #[must_use]
    pub fn field(self, field: &'static str) -> Self {
        Self { field: Some(field), ..self }
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(self, remedy: &'static str) -> Self {
        Self { remedy: Some(remedy), ..self }
    }

    /// A header of the answer.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The status of HTTP.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

fn relative<S: Serializer>(code: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("/problems/{code}"))
}

impl From<StoreError> for Problem {
    /// The cause goes to the log, not to the client: it names places.
    fn from(error: StoreError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "the store failed");
        match error {
            StoreError::BlobMissing(_) => Self::not_found(),
            StoreError::Full { .. } => {
                Self::new(StatusCode::INSUFFICIENT_STORAGE, "full", "there is no space left").remedy("try again later")
            }
            StoreError::Busy { .. } => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "the store is busy").remedy("try again")
            }
            _ => Self::internal(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let headers = [(CONTENT_TYPE, MEDIA_TYPE), (CACHE_CONTROL, "no-store")];
        let mut response = (self.status(), headers, body).into_response();
        response.headers_mut().extend(self.headers);
        response
    }
}
