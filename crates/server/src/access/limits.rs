//! How often one may ask.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::proxy;
use crate::{App, Problem, Settings};

/// What each address may still do.
pub(crate) struct Limits {
    requests: DefaultKeyedRateLimiter<Peer>,
    wrong: DefaultKeyedRateLimiter<Peer>,
    logins: DefaultKeyedRateLimiter<String>,
    /// Each takes 19 MiB.
    passwords: Semaphore,
}

/// Who is at the other end: an address, or for IPv6 the network that one subscriber has (/64).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Peer(IpAddr);

/// More addresses than that are looked through for those that have been quiet.
const MANY: usize = 10_000;

impl Limits {
    pub(crate) fn new(settings: &Settings) -> Self {
        let rate = NonZeroU32::new(settings.requests_per_second).unwrap_or(NonZeroU32::MIN);
        let burst = rate.saturating_mul(NonZeroU32::new(10).expect("not zero"));
        let guesses = NonZeroU32::new(settings.guesses_per_minute).unwrap_or(NonZeroU32::MIN);
        Self {
            requests: RateLimiter::dashmap(Quota::per_second(rate).allow_burst(burst)),
            wrong: RateLimiter::dashmap(Quota::per_minute(guesses)),
            logins: RateLimiter::dashmap(Quota::per_minute(guesses)),
            passwords: Semaphore::new(2),
        }
    }

    /// Whether somebody there may try to log in as that user.
    pub(super) fn may_log_in(&self, peer: Peer, email: &str) -> bool {
        if self.logins.len() > MANY {
            self.logins.retain_recent();
        }
        self.wrong.check_key(&peer).is_ok() && self.logins.check_key(&email.to_ascii_lowercase()).is_ok()
    }

    /// Whether somebody there may come back from the `OpenID` provider: it is asked each time.
    pub(super) fn may_sign_in(&self, peer: Peer) -> bool {
        self.wrong.check_key(&peer).is_ok()
    }

    /// Counts a token that was no good; what to answer.
    pub(super) fn wrong_token(&self, peer: Peer) -> Problem {
        match self.wrong.check_key(&peer) {
            Ok(()) => Problem::unauthenticated(),
            Err(_) => too_many("60"),
        }
    }

    /// Waits for its turn to check a password.
    pub(super) async fn password_turn(&self) -> Option<SemaphorePermit<'_>> {
        self.passwords.acquire().await.ok()
    }

    fn forget_the_quiet(&self) {
        if self.requests.len() > MANY {
            self.requests.retain_recent();
            self.wrong.retain_recent();
        }
    }
}

/// Lets a request in if its sender hasn't asked too often.
pub(super) async fn check(State(app): State<App>, peer: Peer, request: Request, next: Next) -> Response {
    app.limits().forget_the_quiet();
    match app.limits().requests.check_key(&peer) {
        Ok(()) => next.run(request).await,
        Err(_) => too_many("1").into_response(),
    }
}

fn too_many(seconds: &'static str) -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "too many requests came from there")
        .remedy("wait as long as Retry-After says")
        .header(RETRY_AFTER, HeaderValue::from_static(seconds))
}

impl FromRequestParts<App> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let connected = connected.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        Ok(Self(subscriber(proxy::client(connected, &app.settings().proxies, &parts.headers))))
    }
}

fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    }
}
