//! Other programs are told what happens: by messages to their servers, or when they ask.

mod deliver;
mod events;
mod manage;
mod told;

use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use deliver::deliver;
pub use manage::{WebhookError, new_webhook};

use crate::App;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(events::list))
        .routes(routes!(manage::list, manage::create))
        .routes(routes!(manage::remove))
        .routes(routes!(manage::deliveries))
        .routes(routes!(manage::replay))
}

/// What is sent, as the document of the interface describes it.
pub(crate) fn describe(document: &mut Document) {
    let mut sent = Sent::openapi();
    document.webhooks = Some(std::mem::take(&mut sent.paths));
    document.merge(sent);
}

#[derive(OpenApi)]
#[openapi(paths(
    told::session_uploaded,
    told::session_completed,
    told::session_failed,
    told::procedure_ready,
    told::procedure_excluded
))]
struct Sent;
