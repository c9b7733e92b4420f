//! Who asks, and what they may.

mod caller;

use axum::Router;

pub use caller::{Caller, Who};

use crate::App;

/// Logging in and out.
pub(crate) fn router() -> Router<App> {
    Router::new()
}

/// What holds for every route: limits, checks against other sites, headers.
pub(crate) fn guarded(routes: Router<App>, _app: &App) -> Router<App> {
    routes
}
