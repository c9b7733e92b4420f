//! Logging in by the word of an `OpenID` Connect provider.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::Deserialize;
use stepreel_openid::{OpenIdError, Person, Provider, Registration, RegistrationError};
use stepreel_storage::{Accounts as _, Identity, User};
use subtle::ConstantTimeEq as _;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::cookies::Cookie;
use super::limits::Peer;
use super::login::{local, open_visit, refused};
use super::pending::Pending;
use super::refusal::Refusal;
use crate::{App, Problem};

/// A visit lasts so long: somebody whom the provider no longer knows is gone the next day.
const VISIT: Duration = Duration::from_hours(12);

/// So many ask the provider at a time: each takes a thread.
const AT_ONCE: usize = 8;

/// A provider, and what people call it.
#[derive(Clone, Debug)]
pub struct OpenId {
    name: String,
    provider: Arc<Provider>,
    turns: Arc<Semaphore>,
    patience: Duration,
}

impl OpenId {
    /// The path to which the provider sends browsers back.
    pub const RETURN: &str = "/login/openid/return";

    /// Signing in "with `name`", as was agreed with that provider.
    ///
    /// # Errors
    /// When nobody could sign in like that. Whether the provider is there turns out when somebody signs in.
    pub fn new(name: impl Into<String>, registration: Registration) -> Result<Self, RegistrationError> {
        let (turns, patience) = (Arc::new(Semaphore::new(AT_ONCE)), registration.patience);
        Ok(Self { name: name.into(), provider: Arc::new(Provider::new(registration)?), turns, patience })
    }

    /// What people call it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Asks the provider on a thread of its own. There is a turn for each thread, so that a slow provider takes but a few.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Provider) -> Result<T, OpenIdError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let Ok(Ok(turn)) = timeout(self.patience, Arc::clone(&self.turns).acquire_owned()).await else {
            tracing::error!("too many wait for the OpenID provider");
            return Err(Refusal::Silence);
        };
        let provider = Arc::clone(&self.provider);
        let asked = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            question(&provider)
        });
        match asked.await {
            Ok(answer) => answer.map_err(|error| told(&error)),
            Err(_) => Err(Refusal::Answer),
        }
    }
}

/// Says it in the log, to whoever can help it.
fn told(error: &OpenIdError) -> Refusal {
    let cause = error as &dyn Error;
    match error {
        OpenIdError::Silence(_) => {
            tracing::error!(error = cause, "nobody can sign in with the OpenID provider");
            Refusal::Silence
        }
        OpenIdError::Code => {
            tracing::warn!(error = cause, "somebody came back from the OpenID provider with a code that is no good");
            Refusal::Lost
        }
        _ => {
            tracing::error!(error = cause, "somebody could not sign in with the OpenID provider");
            Refusal::Answer
        }
    }
}

/// What the link to the provider tells.
#[derive(Default, Deserialize)]
pub(super) struct Asked {
    /// Where to go on; only a path of this site.
    #[serde(default)]
    next: String,
}

/// Sends a browser to the provider. A link leads here, and no form: where a form leads is held to the policy of the page.
pub(super) async fn begin(
    State(app): State<App>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let openid = configured(&app)?;
    let Query(asked) = asked.unwrap_or_default();
    let pending = Pending::begin(local(&asked.next), Utc::now());
    let attempt = pending.attempt(app.key());
    match openid.ask(move |provider| provider.address(&attempt)).await {
        Ok(address) => {
            let cookie = Cookie::Pending.keep(&app, &pending.cookie(), Pending::LIFETIME);
            Ok(([(SET_COOKIE, cookie)], Redirect::to(&address)).into_response())
        }
        Err(refusal) => Ok(refused(refusal, pending.next())),
    }
}

/// What a browser brings back from the provider (RFC 6749, section 4.1.2, and RFC 9207).
#[derive(Default, Deserialize)]
pub(super) struct Brought {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// Takes a browser back from the provider: with a visit, or with what stands in the way. The attempt is over either way.
pub(super) async fn finish(
    State(app): State<App>,
    peer: Peer,
    headers: HeaderMap,
    brought: Result<Query<Brought>, QueryRejection>,
) -> Result<Response, Problem> {
    let openid = configured(&app)?;
    let Query(brought) = brought.unwrap_or_default();
    let Some(pending) = pending(&app, &headers, &brought.state) else { return Ok(refused(Refusal::Lost, "/")) };
    let mut response = match user(&app, openid, (peer, &pending), brought).await? {
        Ok(user) => {
            let visit = open_visit(&app, &user.email, VISIT).await?;
            // An attempt of ours names only a path of ours, but where it leads is looked at where it is used.
            ([(SET_COOKIE, visit)], Redirect::to(local(pending.next()))).into_response()
        }
        Err(refusal) => refused(refusal, pending.next()),
    };
    response.headers_mut().append(SET_COOKIE, Cookie::Pending.forget(&app));
    Ok(response)
}

fn configured(app: &App) -> Result<&OpenId, Problem> {
    app.settings().openid.as_ref().ok_or_else(Problem::not_found)
}

/// The attempt of this browser, if the state was made from it.
fn pending(app: &App, headers: &HeaderMap, state: &str) -> Option<Pending> {
    let pending = Pending::read(Cookie::Pending.of(app, headers)?, Utc::now())?;
    let same: bool = pending.attempt(app.key()).state.as_bytes().ct_eq(state.as_bytes()).into();
    same.then_some(pending)
}

/// The user as whom somebody comes back, or why they aren't let in.
async fn user(
    app: &App,
    openid: &OpenId,
    (peer, pending): (Peer, &Pending),
    brought: Brought,
) -> Result<Result<User, Refusal>, Problem> {
    if brought.iss.is_some_and(|issuer| issuer != openid.provider.issuer()) {
        tracing::warn!("somebody came back from another OpenID provider than the one they were sent to");
        return Ok(Err(Refusal::Answer));
    }
    let Some(code) = brought.code else {
        tracing::info!(error = ?brought.error, "somebody came back from the OpenID provider without a code");
        return Ok(Err(Refusal::BrokenOff));
    };
    if !app.limits().may_sign_in(peer) {
        return Ok(Err(Refusal::Often));
    }
    let attempt = pending.attempt(app.key());
    match openid.ask(move |provider| provider.person(&attempt, &code)).await {
        Ok(person) => Ok(recognised(app, person).await?.ok_or(Refusal::Stranger)),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// The user who that is. Who is none is named in the log: with that, whoever runs the service can make them one.
async fn recognised(app: &App, person: Person) -> Result<Option<User>, Problem> {
    let Person { issuer, subject, verified_email } = person;
    let identity = Identity { issuer, subject };
    let user = app.store().recognise(&identity, verified_email.as_deref()).await?;
    if user.is_none() {
        let Identity { issuer, subject } = &identity;
        let verified = verified_email.is_some();
        tracing::warn!(?issuer, ?subject, verified, "somebody whom the OpenID provider knows is no user here");
    }
    Ok(user)
}
