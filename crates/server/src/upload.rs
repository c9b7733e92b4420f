//! Uploads: tus 1.0.0 with creation, creation-with-upload, expiration, termination and checksum
//! (<https://tus.io/protocols/resumable-upload>).
//!
//! The offset that is told is what is on disk, synchronised; a connection that breaks keeps what arrived. One request at a time
//! works on an upload, and a newer one makes a stuck one let go. When the last byte is there the file becomes a session.

mod protocol;

mod append;
mod begin;
mod end;
mod list;
mod look;

mod checksum;
mod growing;
mod metadata;
mod turns;

mod arrive;
mod tend;

use axum::middleware::from_fn;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use arrive::AT_ONCE as ARRIVING_AT_ONCE;
pub(crate) use metadata::Metadata;
pub(crate) use tend::tend;
pub(crate) use turns::Turns;

use crate::App;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::uploads, begin::begin, protocol::options))
        .routes(routes!(look::look, append::append, append::overridden, end::end))
        .layer(from_fn(protocol::speak))
}
