//! Who looks at pages.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use stepreel_storage::Scope;

use crate::{App, Caller};

/// A caller who may read. Somebody who isn't logged in is shown the way, and comes back to where they wanted to go.
pub(super) struct Visitor(pub(super) Caller);

impl FromRequestParts<App> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let caller = Option::<Caller>::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        let Some(caller) = caller else { return Err(to_login(&parts.method, &parts.uri)) };
        caller.may(Scope::Read).map_err(IntoResponse::into_response)?;
        Ok(Self(caller))
    }
}

fn to_login(method: &Method, uri: &Uri) -> Response {
    let back = uri.path_and_query().filter(|_| method.is_safe()).map_or("/", |place| place.as_str());
    Redirect::to(&format!("/login?{}", super::list::form(&[("next", back)]))).into_response()
}
