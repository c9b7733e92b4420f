//! REST under `/api/v1`, described by the `OpenAPI` document that the handlers' own annotations make.

mod documents;
mod policy;
mod search;
mod sessions;
mod tokens;

mod answer;
mod cursor;
mod view;

use axum::routing::get;
use axum::{Json, Router};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{OpenApi as Document, RefOr};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use answer::session as session_id;
pub(crate) use view::{ProcedureDetail, SessionInList};

use crate::{App, problem, upload, webhooks};

#[derive(OpenApi)]
#[openapi(
    info(title = "Stepreel", description = "Recordings of work in, procedures out."),
    modifiers(&Schemes),
    security(("token" = []), ("visit" = []))
)]
struct About;

/// The routes with the document that describes them.
pub(crate) fn router() -> Router<App> {
    let (routes, mut document) = routes().split_for_parts();
    webhooks::describe(&mut document);
    name_problems(&mut document);
    routes.route("/api/v1/openapi.json", get(|| async { Json(document) }))
}

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(About::openapi())
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::one, sessions::delete))
        .routes(routes!(sessions::cancel))
        .routes(routes!(sessions::retry))
        .routes(routes!(sessions::procedures))
        .routes(routes!(sessions::transcript))
        .routes(routes!(documents::document))
        .routes(routes!(documents::export))
        .routes(routes!(search::search))
        .routes(routes!(policy::trial))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::revoke))
        .merge(upload::router())
        .merge(webhooks::router())
}

/// What goes wrong is told in a media type of its own (RFC 9457).
fn name_problems(document: &mut Document) {
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete, &mut item.head];
        let answers = operations.into_iter().flatten().flat_map(|operation| &mut operation.responses.responses);
        for (status, answer) in answers {
            let RefOr::T(answer) = answer else { continue };
            if status.starts_with(['4', '5'])
                && let Some(content) = answer.content.shift_remove("application/json")
            {
                answer.content.insert(problem::MEDIA_TYPE.to_owned(), content);
            }
        }
    }
}

/// How one shows who one is.
struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("sr_...").build();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        let visit = ApiKey::Cookie(ApiKeyValue::new("stepreel"));
        components.add_security_scheme("visit", SecurityScheme::ApiKey(visit));
    }
}
