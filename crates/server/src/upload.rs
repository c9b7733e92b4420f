//! Uploads (tus 1.0.0).

use axum::Router;

use crate::App;

pub(crate) fn router() -> Router<App> {
    Router::new()
}
