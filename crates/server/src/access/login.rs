//! Logging in and out with a browser.

use std::time::Duration;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::Deserialize;
use stepreel_storage::Accounts as _;

use super::cookies::Cookie;
use super::limits::Peer;
use super::refusal::Refusal;
use super::{Secret, password};
use crate::{App, Problem};

/// A visit lasts so long, whatever is done in it.
const VISIT: Duration = Duration::from_hours(7 * 24);

/// What the form of the login page sends.
#[derive(Deserialize)]
pub(super) struct Login {
    email: String,
    password: String,
    /// Where to go on; only a path of this site.
    #[serde(default)]
    next: String,
}

/// Answers with a cookie and the way on, or with the way back to the form: `/login?refused=credentials` or `=often`.
pub(super) async fn log_in(
    State(app): State<App>,
    peer: Peer,
    form: Result<Form<Login>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(login) = form.map_err(|_| Problem::invalid("email", "email and password are the fields of a form"))?;
    let next = local(&login.next);
    if !app.limits().may_log_in(peer, &login.email) {
        return Ok(refused(Refusal::Often, next));
    }
    if !knows(&app, &login).await? {
        return Ok(refused(Refusal::Credentials, next));
    }
    let visit = open_visit(&app, &login.email, VISIT).await?;
    Ok(([(SET_COOKIE, visit)], Redirect::to(next)).into_response())
}

/// Begins a visit of that user; the cookie that it is known by.
pub(super) async fn open_visit(app: &App, email: &str, lifetime: Duration) -> Result<HeaderValue, Problem> {
    let secret = Secret::random("");
    app.store().open_visit(email, secret.digest(), Utc::now() + lifetime).await?;
    Ok(Cookie::Visit.keep(app, secret.reveal(), lifetime))
}

/// The way back to the page to log in, which says why and still knows where to go on.
pub(super) fn refused(refusal: Refusal, next: &str) -> Response {
    let next = if next == "/" { "" } else { next };
    let fields = crate::pages::form(&[("refused", refusal.as_str()), ("next", next)]);
    Redirect::to(&format!("/login?{fields}")).into_response()
}

/// Ends the visit.
pub(super) async fn log_out(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(secret) = shown(&app, &headers) {
        app.store().close_visit(secret.digest()).await?;
    }
    Ok(([(SET_COOKIE, Cookie::Visit.forget(&app))], Redirect::to("/login")).into_response())
}

/// The secret in the cookie, if there is one.
pub(super) fn shown(app: &App, headers: &HeaderMap) -> Option<Secret> {
    Cookie::Visit.of(app, headers).map(Secret::shown)
}

/// Takes a thread of its own: argon2 is slow on purpose.
async fn knows(app: &App, login: &Login) -> Result<bool, Problem> {
    let stored = app.store().user(&login.email).await?.and_then(|user| user.password_hash);
    let given = login.password.clone();
    let _turn = app.limits().password_turn().await;
    let right = tokio::task::spawn_blocking(move || password::is_right(&given, stored.as_deref())).await;
    Ok(right.unwrap_or(false))
}

/// A path of this site, or its root: `//host` and `/\host` are other sites to a browser.
pub(super) fn local(next: &str) -> &str {
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if plain && next.starts_with('/') && !next.starts_with("//") { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn a_login_goes_on_at_this_site_only() {
        assert_eq!(local("/sessions/1?x=y#c"), "/sessions/1?x=y#c");
        for elsewhere in ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nSet-Cookie: x", "a"] {
            assert_eq!(local(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
