//! The dashboard: what a manager and a coach look at. It changes nothing.
//!
//! Pages are made here, with what a session's page shows from [`stepreel_report`], and come with style and scripts of this
//! program: the policy of [`crate::access`] allows no other, and none inside a page.

mod dressing;
mod frame;
mod visitor;

mod interface;
mod list;
mod live;
mod procedure;
mod search;
mod session;
mod upload;

mod activity;
mod arriving;
mod assets;
mod exports;
mod handouts;
mod login;

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;

pub(crate) use dressing::dress;
pub(crate) use list::form;

use crate::App;

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/", get(|| async { Redirect::to("/sessions") }))
        .route("/login", get(login::form))
        .route("/sessions", get(list::sessions))
        .route("/sessions/{id}", get(session::session))
        .route("/sessions/{id}/chapters.vtt", get(exports::chapters))
        .route("/sessions/{id}/session.json", get(exports::json))
        .route("/sessions/{id}/procedures/{ordinal}", get(procedure::procedure))
        .route("/search", get(search::search))
        .route("/upload", get(upload::upload))
        .route("/interface", get(interface::interface))
        .route("/live", get(live::live))
        .route("/assets/{name}", get(assets::asset))
}
