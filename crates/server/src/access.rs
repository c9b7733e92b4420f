//! Who asks, and what they may.

mod caller;
mod login;
mod openid;
mod password;
mod pending;
mod secret;

mod compression;
mod cookies;
mod cors;
mod headers;
mod idempotency;
mod limits;
mod origin;
mod patience;
mod proxy;
mod refusal;
mod request_id;
mod trace;

use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use axum::{Router, middleware};

pub use caller::{Caller, Who};
pub(crate) use idempotency::{Idempotency, taken};
pub(crate) use limits::Limits;
pub use openid::OpenId;
pub use password::{PasswordError, password_hash};
pub(crate) use refusal::Refusal;
pub use secret::{Secret, new_token};
pub(crate) use secret::{random, random_id, token_under};
pub use trace::TakeUp;

use crate::{App, Problem};

/// Logging in and out.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/login", post(login::log_in))
        .route("/login/openid", get(openid::begin))
        .route(OpenId::RETURN, get(openid::finish))
        .route("/logout", post(login::log_out))
}

/// What holds for every route: a number for each request, headers, limits, and no commands from other sites.
pub(crate) fn guarded(routes: Router<App>, app: &App) -> Router<App> {
    routes
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(middleware::from_fn(patience::lose))
        .layer(middleware::from_fn(origin::check))
        .layer(from_fn_with_state(app.clone(), cors::allow))
        .layer(from_fn_with_state(app.clone(), limits::check))
        .layer(middleware::from_fn(crate::pages::dress))
        .layer(middleware::from_fn(compression::compress))
        .layer(from_fn_with_state(app.clone(), headers::add))
        .layer(from_fn_with_state(app.clone(), request_id::follow))
}
