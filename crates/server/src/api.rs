//! REST under `/api/v1`, described by the `OpenAPI` document that the handlers' own annotations make.

use axum::routing::get;
use axum::{Json, Router};
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;

use crate::{App, upload};

#[derive(OpenApi)]
#[openapi(info(title = "Stepreel", description = "Recordings of work in, procedures out."))]
struct About;

/// The routes with the document that describes them.
pub(crate) fn router() -> Router<App> {
    let (routes, document) = routes().split_for_parts();
    routes.route("/api/v1/openapi.json", get(|| async { Json(document) }))
}

/// What describes the routes.
pub(crate) fn document() -> Document {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(About::openapi()).merge(upload::router())
}
