//! Recordings, clips, pictures and captions.

mod signing;

use axum::Router;

pub use signing::SigningKey;

use crate::App;

pub(crate) fn router() -> Router<App> {
    Router::new()
}
