//! Assistants that ask over HTTP: who they are is checked before anything else.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use rmcp::ErrorData;
use rmcp::model::Extensions;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use stepreel_core::TenantId;
use stepreel_storage::Scope;

use super::links::Links;
use super::{Assistant, Whose};
use crate::{App, Caller, Problem};

/// A question is a few hundred letters.
const LONGEST: usize = 1 << 20;

/// The one address that assistants ask at.
pub(crate) fn router(app: &App) -> Router<App> {
    // Which hosts a server is known by is its proxy's to say; a page of another site has no token, and no cookie for this one.
    let config = StreamableHttpServerConfig::default()
        .disable_allowed_hosts()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(LONGEST);
    let assistant =
        Assistant { store: app.shared_store(), meaning: app.meaning().cloned(), whose: Whose::Callers(app.clone()) };
    let service =
        StreamableHttpService::new(move || Ok(assistant.clone()), Arc::new(NeverSessionManager::default()), config);
    let known = middleware::from_fn_with_state(app.clone(), admit);
    Router::new().route_service("/mcp", service).layer(known)
}

/// Lets in who may read, and notes who that is.
async fn admit(State(_): State<App>, caller: Result<Caller, Problem>, mut request: Request, next: Next) -> Response {
    match caller.and_then(|caller| caller.may(Scope::Read).map(|()| caller)) {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

/// Whose data a request is for, and where its sender finds clips: at the host that it asked.
pub(super) fn caller(app: &App, extensions: &Extensions) -> Result<(TenantId, Links), ErrorData> {
    let unknown = || ErrorData::internal_error("nobody is known to have asked", None);
    let parts = extensions.get::<Parts>().ok_or_else(unknown)?;
    let caller = parts.extensions.get::<Caller>().ok_or_else(unknown)?;
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok()).ok_or_else(unknown)?;
    let scheme = if app.settings().https { "https" } else { "http" };
    Ok((caller.tenant().clone(), Links::Signed(format!("{scheme}://{host}"), app.key().clone())))
}
